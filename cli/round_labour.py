"""`duban round labour`, `hand-over`, `units`: who has what in a round under way, from this moment on."""

from collections.abc import Sequence

import click

from cli.accounts import existing_person
from cli.record_options import administrator, recorded
from cli.text_tables import table
from service.round_changes.handing_over import hand_over as pass_all_on
from service.round_changes.labour import Share, labour_of, set_labour
from service.round_changes.names import organization_named, person_known, team_named
from service.round_changes.participants import ParticipantChange, change_participants
from service.rounds.current import round_numbered, units_of
from service.store import clock
from service.store.transaction import transaction

ROUND = click.option("--round", "number", required=True, metavar="NUMBER", help="哪一轮次 / which round")


@click.group()
def labour() -> None:
    """包干分工。 / The division of labour."""


@labour.command("show")
@click.argument("number")
def show_labour(number: str) -> None:
    """列出各区县的督查组和包干责任领导。 / Each district with its team and leader."""
    with transaction(read_only=True) as session:
        rows = [
            [one.district.name, one.team.name, one.leader.name if one.leader else "（空缺 / vacant）"]
            for one in labour_of(session, round_numbered(session, number))
        ]
    click.echo(table(("区县 / district", "督查组 / team", "责任领导 / leader"), rows))


@labour.command("set")
@click.argument("district")
@ROUND
@click.option("--team", "team_name", help="督查组；不填则不变 / the team; without it the present one")
@click.option("--leader", metavar="USERNAME", help="包干责任领导；不填则不变 / the leader; without it the present one")
@click.option("--no-leader", is_flag=True, help="暂无责任领导，由领导班子代行 / none for now")
@recorded
def set_(
    district: str,
    *,
    number: str,
    team_name: str | None,
    leader: str | None,
    no_leader: bool,
    as_: str | None,
    reason: str | None,
) -> None:
    """给一个区县重新确定督查组和包干责任领导。 / Give a district another team or leader from now on."""
    with transaction() as session:
        actor, round_ = administrator(session, as_), round_numbered(session, number)
        office = organization_named(session, district)
        present = {one.district_id: one for one in labour_of(session, round_)}.get(office.id)
        if team_name is None and present is None:
            raise click.UsageError(
                "该区县还没有督查组，请用 --team 写明。 / the district has no team yet: name one with --team."
            )
        leader_id = present.leader_id if present else None
        if leader or no_leader:
            leader_id = existing_person(session, leader).id if leader else None
        team_id = team_named(session, round_, team_name).id if team_name else present.team_id if present else ""
        share = Share(office.id, team_id, leader_id)
        set_labour(session, round_.id, [share], actor=actor, now=clock.now(session), reason=reason)
    click.echo(f"{district} 的分工已更改。 / The division of labour of {district} has changed.")


@click.command("hand-over")
@click.argument("from_username", metavar="FROM")
@click.argument("to_username", metavar="TO")
@click.option("--round", "number", metavar="NUMBER", help="只移交这一轮次 / only in this round")
@recorded
def hand_over(from_username: str, to_username: str, *, number: str | None, as_: str | None, reason: str | None) -> None:
    """把 FROM 的包干区县和督查组位置移交给 TO。 / Give all that FROM has in the open rounds to TO."""
    with transaction() as session:
        actor, round_id = administrator(session, as_), round_numbered(session, number).id if number else None
        gone, come = person_known(session, from_username), existing_person(session, to_username)
        done = pass_all_on(
            session, gone.id, come.id, round_id=round_id, actor=actor, now=clock.now(session), reason=reason
        )
    click.echo(
        f"{to_username} 已接手包干区县 {done.districts} 个、督查组 {done.teams} 个。 / "
        f"{to_username} now leads {done.districts} more districts, and is in {done.teams} more teams."
    )


@click.command()
@click.argument("number")
@click.option("--add", "added", multiple=True, metavar="UNIT", help="参加 / takes part; may be repeated")
@click.option("--remove", "removed", multiple=True, metavar="UNIT", help="不参加 / takes no part")
@click.option("--only", multiple=True, metavar="UNIT", help="只有这些单位参加 / these units alone")
@click.option("--all", "everybody", is_flag=True, help="各包干区县的全部单位 / all of the assigned districts")
@recorded
def units(
    number: str,
    *,
    added: Sequence[str],
    removed: Sequence[str],
    only: Sequence[str],
    everybody: bool,
    as_: str | None,
    reason: str | None,
) -> None:
    """列出或更改参加本轮次的单位。 / List the units that take part in a round, or change them."""
    with transaction() as session:
        round_ = round_numbered(session, number)
        if added or removed or only or everybody:
            add_ids, remove_ids, only_ids = (
                [organization_named(session, name).id for name in names] for names in (added, removed, only)
            )
            change = ParticipantChange(add_ids, remove_ids, only_ids or None, everybody)
            actor = administrator(session, as_)
            change_participants(session, round_.id, change, actor=actor, now=clock.now(session), reason=reason)
        rows = [[unit.district.name, unit.organization.name] for unit in units_of(session, round_)]
    click.echo(table(("区县 / district", "单位 / unit"), rows))
