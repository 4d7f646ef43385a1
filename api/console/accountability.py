"""履职情况 as pages, for the centre alone: who inspected, urged and decided, what came late, what was overlooked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from api.console.chosen_rounds import chosen_round, place_asked, rounds_to_choose
from api.console.pages import Pages, done
from api.console.queries import page_after, with_query
from api.console.rendering import page, text
from api.http.access import only
from api.http.context import RequestContext, language
from service.accountability import accountability
from service.accountability.clocks import FEEDBACK, ClockView
from service.accountability.missed import missed_findings
from service.accountability.timeline import AlertReceipt, TimelineEntry
from service.errors import InvalidInput, NotFound
from service.people.directory import organizations
from service.store.paging import LARGEST_LIMIT
from service.wording import word
from workflows.journal import JournalAct, SubjectKind
from workflows.vocabulary import CENTRE_ROLES, UNIT_KINDS, Clock, Move

pages = Pages("accountability")
FINDING = "finding"
PAGES_OF = {FINDING: "/findings/{}", SubjectKind.INSPECTION: "/inspections/{}", SubjectKind.REPORT: "/reports/{}"}


@dataclass(frozen=True, slots=True)
class ClockLine:
    """One clock of the authority: what was owed on what, by whom, and how it came out."""

    what: str
    number: str
    at: str  # its page
    behind: str
    late: str | None
    stands: ClockView


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened, and who heard of it."""

    at: datetime
    aspect: str
    what: str
    number: str | None
    page: str | None
    who: str | None
    reason: str | None
    heard: Sequence[AlertReceipt]


@pages.get("/accountability")
@only(*CENTRE_ROLES)
def index(context: RequestContext) -> Response:
    """What was inspected, not found, and later found by others; from here to every unit."""
    place = place_asked("round_id", "organization_id")
    round_ = chosen_round(context, place.get("round_id"))
    if place.get("organization_id"):
        return done(with_query(f"/accountability/{place['organization_id']}", {"round_id": round_.id}))
    found = missed_findings(
        context.session,
        actor=context.actor,
        now=context.now,
        round_id=round_.id,
        cursor=request.args.get("cursor") or None,
    )
    units = organizations(context.session, actor=context.actor, kind=tuple(UNIT_KINDS), limit=LARGEST_LIMIT).items
    return page(
        "accountability/index.html",
        title=text("page.accountability"),
        chosen=round_,
        rounds=rounds_to_choose(context),
        units=[(one.id, one.name) for one in units],
        ranking=found.ranking,
        missed=found.page.items,
        older=page_after(found.page.next_cursor),
    )


@pages.get("/accountability/<id:organization_id>")
@only(*CENTRE_ROLES)
def of_unit(context: RequestContext, organization_id: str) -> Response:
    """Everything around one unit in a round: who looked, what is or was late, and what happened."""
    round_ = chosen_round(context, place_asked("round_id").get("round_id"))
    try:
        found = accountability.of_unit(
            context.session,
            actor=context.actor,
            now=context.now,
            organization_id=organization_id,
            round_id=round_.id,
            cursor=request.args.get("cursor") or None,
        )
    except InvalidInput as error:
        raise NotFound("not_found") from error
    return page(
        "accountability/unit.html",
        title=found.organization.name,
        chosen=found.round,
        rounds=rounds_to_choose(context),
        sides=found.sides,
        clocks=[_clock_line(one) for one in found.clocks],
        clocks_in_time=found.kept,
        steps=[_step(one) for one in found.timeline.items],
        next_page=page_after(found.timeline.next_cursor),
    )


@pages.get("/findings/<id:finding_id>/accountability")
@only(*CENTRE_ROLES)
def of_finding(context: RequestContext, finding_id: str) -> Response:
    """Everything around one finding: who had looked at its item, the clocks of the authority, and one timeline."""
    found = accountability.of_finding(context.session, finding_id, actor=context.actor, now=context.now)
    return page(
        "accountability/finding.html",
        title=text("accountability.of_finding", number=found.finding.number),
        finding=found.finding,
        sides=found.sides,
        clocks=[_clock_line(one) for one in found.clocks],
        steps=[_step(one) for one in found.timeline],
    )


def _clock_line(clock: ClockView) -> ClockLine:
    what = text("accountability.feedback") if clock.clock == FEEDBACK else word(Clock(clock.clock), language())
    kind = FINDING if clock.finding else SubjectKind.INSPECTION
    behind = text("accountability.between").join(
        [*(word(one, language()) for one in clock.behind), *(person.name for person in clock.people)]
    )
    return ClockLine(what, clock.of.number, PAGES_OF[kind].format(clock.of.id), behind, _late(clock), clock)


def _late(clock: ClockView) -> str | None:
    """By how much it is or was late."""
    if not clock.owed.breached:
        return None
    days = clock.owed.late_working_days
    return text("accountability.late_days", days=days) if days else text("accountability.late_hours")


def _step(entry: TimelineEntry) -> Step:
    kind, id_, number = (entry.about.get(name) for name in ("kind", "id", "number"))
    page_of: Mapping[Any, str] = PAGES_OF
    return Step(
        at=entry.at,
        aspect=text(f"accountability.{entry.aspect}"),
        what=_act_in_words(kind, entry.act, entry.step),
        number=number,
        page=page_of[kind].format(id_) if kind in page_of else None,
        who=entry.actor.name if entry.actor else None,
        reason=entry.reason,
        heard=entry.heard,
    )


def _act_in_words(kind: str | None, act: str, step: str | None) -> str:
    """«已通知», «督查表 · 办结»; of a clock that is late also which."""
    if kind == FINDING:
        found = word(Move(act), language())
    else:
        subject, done_to_it = word(SubjectKind(str(kind)), language()), word(JournalAct(act), language())
        found = text("accountability.of_subject", subject=subject, act=done_to_it)
    if step not in set(Clock):
        return found
    return text("accountability.of_subject", subject=found, act=word(Clock(step), language()))
