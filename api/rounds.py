"""Rounds: their exam days, their end, and what goes on in the next one."""

from typing import Any

from api.http.access import only, signed_in
from api.http.blueprint import Blueprint
from api.http.context import RequestContext
from api.schemas.directory import RoundBody, RoundSchema, RoundViewSchema
from api.schemas.paging import PagingQuery
from api.schemas.response_fields import page_of
from api.schemas.rounds import CarriedOverSchema, CarryOverBody, ClosingBody
from service.people import directory
from service.round_changes.period import RoundChange, change_round
from service.round_closing import carrying_over, closing
from service.round_closing.closing import Decision, Verdict
from service.store.paging import Page
from workflows.vocabulary import Role

blueprint = Blueprint("rounds", "督查轮次 · one notice in force, with its period and exam days")


@blueprint.get("/rounds")
@signed_in
@blueprint.arguments(PagingQuery, location="query")
@blueprint.response(200, page_of(RoundSchema))
def list_of_rounds(context: RequestContext, query: dict[str, Any]) -> Page[Any]:
    """All rounds, the newest number first."""
    return directory.rounds(context.session, **query)


@blueprint.get("/rounds/<id:round_id>")
@signed_in
@blueprint.response(200, RoundViewSchema)
def show(context: RequestContext, round_id: str) -> Any:
    """A round, and once it is closed how many findings were carried over or ended."""
    return _viewed(context, directory.seen_round(context.session, round_id))


@blueprint.patch("/rounds/<id:round_id>")
@only(Role.ADMIN)
@blueprint.arguments(RoundBody)
@blueprint.response(200, RoundSchema)
def change(context: RequestContext, body: dict[str, Any], round_id: str) -> Any:
    """Change title, period or exam days; reminders, weekly reports and lights follow at once.

    Units and overseers hear of deadlines that no longer lie before the exam. Days that have passed stay as they were.
    """
    reason = body.pop("reason", None)
    changed = RoundChange(**body)
    return change_round(context.session, round_id, changed, actor=context.actor, now=context.now, reason=reason)


@blueprint.post("/rounds/<id:round_id>/closing")
@only(Role.LEADERSHIP)
@blueprint.arguments(ClosingBody)
@blueprint.response(200, RoundViewSchema)
def close(context: RequestContext, body: dict[str, Any], round_id: str) -> Any:
    """Close the round: its clocks fall silent, and every finding that is still open is carried over or ended.

    Findings without a decision are named in the 422, by number in the sentence and by id in `undecided`.
    """
    decisions = [Decision(one.pop("finding_id"), Verdict(**one)) for one in body["decisions"]]
    rest = Verdict(**body["rest"]) if body["rest"] else None
    return _viewed(
        context, closing.close(context.session, round_id, decisions, rest, actor=context.actor, now=context.now)
    )


@blueprint.post("/rounds/<id:round_id>/carry-over")
@only(Role.LEADERSHIP)
@blueprint.arguments(CarryOverBody)
@blueprint.response(200, CarriedOverSchema)
def carry_over(context: RequestContext, body: dict[str, Any], round_id: str) -> Any:
    """Log in this round what a closed one carried over; done again, it only adds what was left."""
    return carrying_over.carry_over(context.session, round_id, **body, actor=context.actor, now=context.now)


def _viewed(context: RequestContext, round_: Any) -> dict[str, Any]:
    return {"round": round_, "closing": directory.closing_counts(context.session, round_, actor=context.actor)}
