"""包干分工 of a round under way: who has which district, teams and their members, who takes part, successors."""

from typing import Any

from api import rounds
from api.http.access import only
from api.http.context import RequestContext
from api.http.responses import single_page
from api.schemas.response_fields import page_of
from api.schemas.rounds import (
    HandedOverSchema,
    HandOverBody,
    LabourBody,
    MembersBody,
    ParticipantsBody,
    ParticipatingUnitSchema,
    ShareSchema,
    TeamBody,
    TeamNameBody,
    TeamWithMembersSchema,
)
from service.people.directory import seen_round
from service.round_changes.handing_over import hand_over as pass_all_on
from service.round_changes.labour import Share, labour_of, set_labour
from service.round_changes.participants import ParticipantChange, change_participants
from service.round_changes.teams import change_team, form_team, remove_team
from service.rounds.current import units_of
from workflows.vocabulary import Role

blueprint = rounds.blueprint


@blueprint.get("/rounds/<id:round_id>/labour")
@only(Role.ADMIN, Role.LEADERSHIP)
@blueprint.response(200, page_of(ShareSchema))
def show_labour(context: RequestContext, round_id: str) -> Any:
    """Each district of the round with its team and its responsible leader."""
    return single_page(labour_of(context.session, seen_round(context.session, round_id)))


@blueprint.put("/rounds/<id:round_id>/labour")
@only(Role.ADMIN)
@blueprint.arguments(LabourBody)
@blueprint.response(200, page_of(ShareSchema))
def divide_labour(context: RequestContext, body: dict[str, Any], round_id: str) -> Any:
    """Give districts their team and leader from now on; districts that are not named keep theirs.

    Who comes hears what is open, and again every alert that still waits.
    """
    shares = [Share(**one) for one in body.pop("assignments")]
    round_ = set_labour(context.session, round_id, shares, actor=context.actor, now=context.now, **body)
    return single_page(labour_of(context.session, round_))


@blueprint.post("/rounds/<id:round_id>/teams")
@only(Role.ADMIN)
@blueprint.arguments(TeamBody)
@blueprint.response(201, TeamWithMembersSchema)
def add_team(context: RequestContext, body: dict[str, Any], round_id: str) -> Any:
    """A new team of the round, without districts yet."""
    return form_team(context.session, round_id, actor=context.actor, now=context.now, **body)


@blueprint.patch("/teams/<id:team_id>")
@only(Role.ADMIN)
@blueprint.arguments(TeamNameBody)
@blueprint.response(200, TeamWithMembersSchema)
def rename_team(context: RequestContext, body: dict[str, Any], team_id: str) -> Any:
    """Rename a team."""
    return change_team(context.session, team_id, actor=context.actor, now=context.now, **body)


@blueprint.put("/teams/<id:team_id>/members")
@only(Role.ADMIN)
@blueprint.arguments(MembersBody)
@blueprint.response(200, TeamWithMembersSchema)
def set_members(context: RequestContext, body: dict[str, Any], team_id: str) -> Any:
    """Give a team these members and no others, from now on."""
    return change_team(context.session, team_id, actor=context.actor, now=context.now, **body)


@blueprint.delete("/teams/<id:team_id>")
@only(Role.ADMIN)
@blueprint.response(204)
def delete_team(context: RequestContext, team_id: str) -> None:
    """Remove a team that no district has."""
    remove_team(context.session, team_id, actor=context.actor, now=context.now)


@blueprint.get("/rounds/<id:round_id>/units")
@only(Role.ADMIN, Role.LEADERSHIP)
@blueprint.response(200, page_of(ParticipatingUnitSchema))
def list_units(context: RequestContext, round_id: str) -> Any:
    """The universities and district offices that take part in the round."""
    return single_page(units_of(context.session, seen_round(context.session, round_id)))


@blueprint.patch("/rounds/<id:round_id>/units")
@only(Role.ADMIN)
@blueprint.arguments(ParticipantsBody)
@blueprint.response(200, page_of(ParticipatingUnitSchema))
def change_units(context: RequestContext, body: dict[str, Any], round_id: str) -> Any:
    """Change which units take part: `only` these or `everybody` of the assigned districts, then `add` and `remove`."""
    reason = body.pop("reason", None)
    change = ParticipantChange(**body)
    return single_page(
        change_participants(context.session, round_id, change, actor=context.actor, now=context.now, reason=reason)
    )


@blueprint.post("/rounds/<id:round_id>/hand-over")
@only(Role.ADMIN)
@blueprint.arguments(HandOverBody)
@blueprint.response(200, HandedOverSchema)
def hand_over(context: RequestContext, body: dict[str, Any], round_id: str) -> Any:
    """Give all that a person has in this round, as leader or member of teams, to a successor."""
    return pass_all_on(context.session, round_id=round_id, actor=context.actor, now=context.now, **body)
