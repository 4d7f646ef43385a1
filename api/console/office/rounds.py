"""Pages of rounds: all of them, one with its days and its end, and what goes on in the next one."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from api import findings
from api.console.office.labour import labour_of_page
from api.console.office.sending import OfficeForm, Refused, every, form_of, older_at, tried
from api.console.pages import Pages, done
from api.console.rendering import page, text, words_of
from api.http.access import only
from api.http.context import RequestContext
from api.schemas.directory import RoundBody
from api.schemas.rounds import CarryOverBody, VerdictBody
from service.errors import InvalidInput
from service.people import directory
from service.round_changes.period import RoundChange, change_round
from service.round_closing import carrying_over, closing
from service.round_closing.closing import Decision, Verdict
from workflows.vocabulary import ClosingOutcome, Role, State

pages = Pages("rounds")
AT = "/settings/rounds"
SHOWN = ("title", "starts_on", "ends_on", "exam_days")  # fields of the form that show what is in force
MOST_SINGLY = 50  # open findings on which a page asks for a decision each; the rest have one together


@pages.get(AT)
@only(Role.ADMIN, Role.LEADERSHIP)
def index(context: RequestContext) -> Response:
    """All rounds, the newest first."""
    found = directory.rounds(context.session, cursor=request.args.get("cursor"))
    return page(
        "office/rounds.html",
        title=text("office.rounds"),
        rounds=found.items,
        older=older_at(AT, found.next_cursor),
        may_import=context.actor.holds(Role.ADMIN),
    )


@pages.get(f"{AT}/<id:round_id>")
@only(Role.ADMIN, Role.LEADERSHIP)
def show(context: RequestContext, round_id: str) -> Response:
    """One round."""
    return _round_page(context, round_id)


@pages.post(f"{AT}/<id:round_id>/changes")
@only(Role.ADMIN)
def change(context: RequestContext, round_id: str) -> Response:
    """Another title, period, or other exam days."""
    directory.seen_round(context.session, round_id)

    def do(seen: Mapping[str, Any], reason: str | None = None, **fields: Any) -> None:
        on_record: dict[str, Any] = {"actor": context.actor, "now": context.now, "reason": reason}
        change_round(context.session, round_id, RoundChange(**fields), seen=seen, **on_record)

    refusal = tried(context, "round-changes", RoundBody, do, compares=SHOWN)
    return _round_page(context, round_id, refusal) if refusal else done(f"{AT}/{round_id}", "saved")


@pages.get(f"{AT}/<id:round_id>/closing")
@only(Role.LEADERSHIP)
def ask_decisions(context: RequestContext, round_id: str) -> Response:
    """Ask for a decision on every finding that is still open."""
    return _closing_page(context, round_id)


@pages.post(f"{AT}/<id:round_id>/closing")
@only(Role.LEADERSHIP)
def close(context: RequestContext, round_id: str) -> Response:
    """Close the round as decided."""
    directory.seen_round(context.session, round_id)

    def do(outcome: ClosingOutcome, reason: str) -> None:
        rest, singly = Verdict(outcome, reason), _decisions(reason)
        closing.close(context.session, round_id, singly, rest, actor=context.actor, now=context.now)

    refusal = tried(context, "round-closing", VerdictBody, do)
    return _closing_page(context, round_id, refusal) if refusal else done(f"{AT}/{round_id}", "round_closed")


@pages.post(f"{AT}/<id:round_id>/carry-over")
@only(Role.LEADERSHIP)
def carry_over(context: RequestContext, round_id: str) -> Response:
    """Log in this round what a closed one has carried over."""
    directory.seen_round(context.session, round_id)

    def do(from_round_id: str) -> None:
        carrying_over.carry_over(context.session, round_id, from_round_id, actor=context.actor, now=context.now)

    refusal = tried(context, "round-carry-over", CarryOverBody, do)
    return _round_page(context, round_id, refusal) if refusal else done(f"{AT}/{round_id}", "carried_over")


def _decisions(reason: str) -> list[Decision]:
    """What was decided otherwise of single findings; without a reason of its own for the one that all have."""
    found = []
    for name, value in request.form.items():
        if name.startswith("outcome-") and value:
            id_ = name.removeprefix("outcome-")
            if value not in set(ClosingOutcome):
                raise InvalidInput({"outcome": "invalid"})
            own = request.form.get(f"reason-{id_}", "").strip()
            found.append(Decision(id_, Verdict(ClosingOutcome(value), own or reason)))
    return found


def _round_page(context: RequestContext, round_id: str, refusal: Refused | None = None) -> Response:
    round_ = directory.seen_round(context.session, round_id)
    return page(
        "office/round.html",
        status=refusal.status if refusal else 200,
        title=round_.title,
        round=round_,
        closing=directory.closing_counts(context.session, round_, actor=context.actor),
        forms=_forms(context, round_, refusal),
        may_close=context.actor.holds(Role.LEADERSHIP) and round_.closed_at is None,
        may_read_policy=context.actor.holds(Role.ADMIN),
        may_change=context.actor.holds(Role.ADMIN) and round_.closed_at is None,
        labour=labour_of_page(context, round_),
    )


def _forms(context: RequestContext, round_: Any, refusal: Refused | None) -> list[OfficeForm]:
    if round_.closed_at is not None:
        return []
    at, forms = f"{AT}/{round_.id}", []
    if context.actor.holds(Role.ADMIN):
        known = {name: getattr(round_, name) for name in SHOWN}
        form = form_of("round-changes", RoundBody, f"{at}/changes", known=known, refusal=refusal, compares=SHOWN)
        forms.append(form)
    if context.actor.holds(Role.LEADERSHIP) and (before := _closed_rounds(context)):
        choices = {"from_round_id": before}
        forms.append(form_of("round-carry-over", CarryOverBody, f"{at}/carry-over", choices=choices, refusal=refusal))
    return forms


def _closed_rounds(context: RequestContext) -> Sequence[tuple[str, str]]:
    rounds = every(lambda **paging: directory.rounds(context.session, **paging))
    return [(one.id, f"{one.number} {one.title}") for one in rounds if one.closed_at is not None]


def _closing_page(context: RequestContext, round_id: str, refusal: Refused | None = None) -> Response:
    round_ = directory.seen_round(context.session, round_id)
    states = tuple(state for state in State if state is not State.VERIFIED)
    query = {"round_id": round_id, "state": states, "sort": "deadline", "limit": MOST_SINGLY}
    open_ones = findings.page_of_findings(context, query)
    return page(
        "office/closing.html",
        status=refusal.status if refusal else 200,
        title=text("office.close_round", number=round_.number),
        round=round_,
        findings=open_ones.items,
        are_more=open_ones.next_cursor is not None,
        outcomes=words_of(list(ClosingOutcome)),
        given=request.form,
        form=form_of("round-closing", VerdictBody, f"{AT}/{round_id}/closing", refusal=refusal),
    )
