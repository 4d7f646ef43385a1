"""Pages of 包干分工: who has which district of a round, its teams, and which units take part."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from api.console.forms import Choices
from api.console.office.labour_rows import districts_of, shares_in
from api.console.office.sending import OfficeForm, Refused, every, form_of, tried
from api.console.pages import Pages, done
from api.console.rendering import page, text
from api.http.access import only
from api.http.context import RequestContext, language
from api.schemas.rounds import MembersBody, ParticipantsBody, TeamBody, TeamNameBody, WhyBody
from service.errors import NotFound
from service.people import directory
from service.people.list import PersonFilter, people
from service.round_changes.labour import labour_of, set_labour
from service.round_changes.participants import ParticipantChange, change_participants
from service.round_changes.teams import change_team, form_team, remove_team
from service.rounds.current import units_of
from service.wording import word
from workflows.vocabulary import TEAM_ROLES, UNIT_KINDS, OrganizationKind, Role

pages = Pages("labour")
AT = "/settings/rounds"
UNITS_SHOWN = ["only"]  # fields that show what is in force; of teams TEAM_SHOWN


@dataclass(frozen=True, slots=True)
class Labour:
    """The division of labour as a round's page shows it."""

    shares: list[Any]
    teams: list[Any]
    units: int


def labour_of_page(context: RequestContext, round_: Any) -> Labour:
    """Who has what."""
    teams = directory.teams_of_round(context.session, round_.id)
    return Labour(list(labour_of(context.session, round_)), list(teams), len(units_of(context.session, round_)))


@pages.get(f"{AT}/<id:round_id>/labour")
@only(Role.ADMIN)
def ask_labour(context: RequestContext, round_id: str) -> Response:
    """Each district with its team and leader, to be changed."""
    return _labour_page(context, round_id)


@pages.post(f"{AT}/<id:round_id>/labour")
@only(Role.ADMIN)
def divide(context: RequestContext, round_id: str) -> Response:
    """Give districts another team or leader: those that differ from what the page showed, if that still holds."""
    round_ = directory.seen_round(context.session, round_id)
    shares = list(shares_in(request.form, labour_of(context.session, round_)))

    def do(reason: str | None = None) -> None:
        set_labour(context.session, round_id, shares, actor=context.actor, now=context.now, reason=reason)

    refusal = tried(context, "labour", WhyBody, do)
    return _labour_page(context, round_id, refusal) if refusal else done(f"{AT}/{round_id}", "saved")


@pages.post(f"{AT}/<id:round_id>/teams")
@only(Role.ADMIN)
def add_team(context: RequestContext, round_id: str) -> Response:
    """A new team of the round."""
    directory.seen_round(context.session, round_id)

    def do(**body: Any) -> None:
        form_team(context.session, round_id, actor=context.actor, now=context.now, **body)

    refusal = tried(context, "team-new", TeamBody, do)
    return _labour_page(context, round_id, refusal) if refusal else done(f"{AT}/{round_id}/labour", "saved")


@pages.get("/settings/teams/<id:team_id>")
@only(Role.ADMIN)
def show_team(context: RequestContext, team_id: str) -> Response:
    """One team, its members to be changed."""
    return _team_page(context, team_id)


@pages.post("/settings/teams/<id:team_id>/<act>")
@only(Role.ADMIN)
def change(context: RequestContext, team_id: str, act: str) -> Response:
    """Give a team another name, other members, or remove it."""
    team = directory.seen_team(context.session, team_id)
    body = TEAM_ACTS.get(act)
    if body is None:
        raise NotFound("not_found")

    def do(**fields: Any) -> None:
        if act == "removal":
            remove_team(context.session, team_id, actor=context.actor, now=context.now)
        else:
            change_team(context.session, team_id, actor=context.actor, now=context.now, **fields)

    round_id = team.round_id
    refusal = tried(context, f"team-{act}", body, do, compares=TEAM_SHOWN.get(act, ()))
    return _team_page(context, team_id, refusal) if refusal else done(f"{AT}/{round_id}/labour", "saved")


TEAM_ACTS: Mapping[str, Any] = {"name": TeamNameBody, "members": MembersBody, "removal": WhyBody}
TEAM_SHOWN: Mapping[str, Sequence[str]] = {"name": ["name"], "members": ["member_ids"]}


@pages.get(f"{AT}/<id:round_id>/units")
@only(Role.ADMIN)
def ask_units(context: RequestContext, round_id: str) -> Response:
    """Which units take part."""
    return _units_page(context, round_id)


@pages.post(f"{AT}/<id:round_id>/units")
@only(Role.ADMIN)
def choose_units(context: RequestContext, round_id: str) -> Response:
    """Let these take part from now on, and no others; or everybody of the assigned districts again."""
    directory.seen_round(context.session, round_id)

    def do(seen: Mapping[str, Any], reason: str | None = None, **fields: Any) -> None:
        if fields.get("everybody"):
            fields.pop("only", None)  # what stands ticked is what there was before
        on_record: dict[str, Any] = {"actor": context.actor, "now": context.now, "reason": reason}
        change_participants(context.session, round_id, ParticipantChange(**fields), seen=seen, **on_record)

    refusal = tried(context, "units", ParticipantsBody, do, compares=UNITS_SHOWN)
    return _units_page(context, round_id, refusal) if refusal else done(f"{AT}/{round_id}", "saved")


def _labour_page(context: RequestContext, round_id: str, refusal: Refused | None = None) -> Response:
    round_ = directory.seen_round(context.session, round_id)
    offices = every(
        lambda **paging: directory.organizations(
            context.session, actor=context.actor, kind=OrganizationKind.DISTRICT, **paging
        )
    )
    sent = request.form if refusal and refusal.form == "labour" else {}
    leaders = _choices(context, Role.LEADER)
    districts = districts_of(list(offices), labour_of(context.session, round_), leaders, sent)
    members = _choices(context, *TEAM_ROLES)
    at = f"{AT}/{round_id}"
    teams = directory.teams_of_round(context.session, round_id)
    return page(
        "office/labour.html",
        status=refusal.status if refusal else 200,
        title=text("office.labour"),
        round=round_,
        districts=districts,
        teams=list(teams),
        form=form_of("labour", WhyBody, f"{at}/labour", refusal=refusal),
        forms=[form_of("team-new", TeamBody, f"{at}/teams", choices={"member_ids": members}, refusal=refusal)],
    )


def _team_page(context: RequestContext, team_id: str, refusal: Refused | None = None) -> Response:
    team = directory.seen_team(context.session, team_id)
    at = f"/settings/teams/{team_id}"
    known = {"name": team.name, "member_ids": [one.id for one in team.members]}
    members = _choices(context, *TEAM_ROLES)
    listed = {value for value, _ in members}
    members = [*members, *((one.id, one.name) for one in team.members if one.id not in listed)]
    forms: list[OfficeForm] = [
        form_of(
            f"team-{act}",
            body,
            f"{at}/{act}",
            known=known,
            choices={"member_ids": members} if act == "members" else {},
            refusal=refusal,
            is_grave=act == "removal",
            is_open=act == "members" and refusal is None,
            compares=TEAM_SHOWN.get(act, ()),
        )
        for act, body in TEAM_ACTS.items()
    ]
    round_ = directory.seen_round(context.session, team.round_id)
    return page(
        "office/team.html",
        status=refusal.status if refusal else 200,
        title=team.name,
        team=team,
        round=round_,
        forms=forms if round_.closed_at is None else [],
    )


def _units_page(context: RequestContext, round_id: str, refusal: Refused | None = None) -> Response:
    round_ = directory.seen_round(context.session, round_id)
    now_in = {unit.organization.id for unit in units_of(context.session, round_)}
    offices = {one.district_id for one in labour_of(context.session, round_)}
    found = every(
        lambda **paging: directory.organizations(context.session, actor=context.actor, kind=UNIT_KINDS, **paging)
    )
    reads = language()
    choices: Choices = [
        (one.id, f"{one.name}（{word(one.kind, reads)}）")
        for one in found
        if one.closed_at is None and {one.id, one.parent_id} & offices
    ]
    form = form_of(
        "units",
        ParticipantsBody,
        f"{AT}/{round_id}/units",
        known={"only": sorted(now_in)},
        hidden={"add": "", "remove": ""},
        choices={"only": choices},
        refusal=refusal,
        compares=UNITS_SHOWN,
    )
    return page(
        "office/units.html",
        status=refusal.status if refusal else 200,
        title=text("office.units"),
        round=round_,
        count=len(now_in),
        form=form,
    )


def _choices(context: RequestContext, *roles: Role) -> Choices:
    """Those of these roles who can sign in."""
    reads = language()
    found = {
        one.id: text("office.name_and_role", name=one.name, role=word(one.role, reads))
        for role in roles
        for one in every(
            lambda role=role, **paging: people(
                context.session, PersonFilter(role=role, disabled=False), actor=context.actor, **paging
            )
        )
    }
    return list(found.items())
