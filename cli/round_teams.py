"""`duban round team`: the teams of a round under way, and their members."""

from collections.abc import Sequence

import click
from sqlalchemy.orm import Session

from cli.accounts import existing_person
from cli.record_options import administrator, recorded
from cli.round_labour import ROUND
from service.round_changes.names import person_known, team_named
from service.round_changes.teams import change_team, form_team, remove_team
from service.rounds.current import round_numbered
from service.store import clock
from service.store.transaction import transaction


@click.group()
def team() -> None:
    """督查组。 / Teams."""


@team.command()
@click.argument("name")
@ROUND
@click.option("--member", "members", multiple=True, metavar="USERNAME", help="成员，可多次 / a member; may be repeated")
@recorded
def add(name: str, *, number: str, members: Sequence[str], as_: str | None, reason: str | None) -> None:
    """新设督查组。 / Add a team."""
    with transaction() as session:
        actor, round_ = administrator(session, as_), round_numbered(session, number)
        form_team(session, round_.id, name, _ids(session, members), actor=actor, now=clock.now(session), reason=reason)
    click.echo(f"已新设{name}。 / Team {name} was added.")


@team.command("members")
@click.argument("name")
@ROUND
@click.option("--add", "joining", multiple=True, metavar="USERNAME", help="加入 / who joins")
@click.option("--remove", "leaving", multiple=True, metavar="USERNAME", help="退出 / who leaves")
@recorded
def members_(
    name: str, *, number: str, joining: Sequence[str], leaving: Sequence[str], as_: str | None, reason: str | None
) -> None:
    """增减督查组成员。 / Let members join and leave."""
    with transaction() as session:
        actor, now = administrator(session, as_), clock.now(session)
        group = team_named(session, round_numbered(session, number), name)
        left = {person_known(session, username).id for username in leaving}
        ids = {member.id for member in group.members} - left | set(_ids(session, joining))
        changed = change_team(session, group.id, member_ids=ids, actor=actor, now=now, reason=reason)
        names = "、".join(member.name for member in changed.members) or "—"
    click.echo(f"{name}：{names}。 / The members of {name}: {names}.")


@team.command()
@click.argument("name")
@click.argument("new_name")
@ROUND
@recorded
def rename(name: str, new_name: str, *, number: str, as_: str | None, reason: str | None) -> None:
    """督查组改名。 / Rename a team."""
    with transaction() as session:
        actor, now = administrator(session, as_), clock.now(session)
        group = team_named(session, round_numbered(session, number), name)
        change_team(session, group.id, name=new_name, actor=actor, now=now, reason=reason)
    click.echo(f"{name}已改名为{new_name}。 / Team {name} is now called {new_name}.")


@team.command()
@click.argument("name")
@ROUND
@recorded
def remove(name: str, *, number: str, as_: str | None, reason: str | None) -> None:
    """撤销没有包干区县的督查组。 / Remove a team that no district has."""
    with transaction() as session:
        actor, now = administrator(session, as_), clock.now(session)
        group = team_named(session, round_numbered(session, number), name)
        remove_team(session, group.id, actor=actor, now=now, reason=reason)
    click.echo(f"{name}已撤销。 / Team {name} was removed.")


def _ids(session: Session, usernames: Sequence[str]) -> list[str]:
    return [existing_person(session, username).id for username in usernames]
