"""The first page: what somebody has to do today, worst first."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from werkzeug.wrappers import Response

from api import findings
from api.console.alerts import alert_rows
from api.console.office.troubles import troubles_of
from api.console.pages import Pages, done
from api.console.rendering import page, text
from api.console.returned_today import returned_of
from api.console.work_today import work_of
from api.http.access import signed_in_before
from api.http.context import RequestContext
from service.alerts import inbox
from service.findings.view import offer_to
from service.people import directory
from service.scope import sees_acts
from workflows.findings.facts import Actor
from workflows.vocabulary import UPWARD_ROLES, Light, Move, Role, State

pages = Pages("today")
PAGE, MOST_PAGES = 50, 10  # findings that are looked through for a group
MOST = 10  # rows of a group: the rest is in the list
SHOWN_ALERTS = 5
Wanted = tuple[str, dict[str, Any], frozenset[Move]]  # name, filter, and what one must be asked to do
GROUPS: tuple[Wanted, ...] = (
    ("escalated", {"state": (State.ESCALATED,)}, frozenset({Move.OPINE})),
    ("to_decide", {"extension_pending": True}, frozenset({Move.GRANT_EXTENSION})),
    ("to_review", {"awaiting_review": True}, frozenset({Move.REVIEW_PASS})),
    ("overdue", {"state": (State.OVERDUE,)}, frozenset({Move.SUBMIT})),
    ("to_sign", {"state": (State.NOTIFIED,)}, frozenset({Move.BEGIN})),
    ("to_rectify", {"state": (State.RECTIFYING,), "awaiting_review": False}, frozenset({Move.SUBMIT})),
    ("to_notify", {"state": (State.FOUND,)}, frozenset({Move.NOTIFY, Move.SETTLE})),
)
REPORTED_UP: Wanted = (
    "to_reply",
    {"state": (State.ESCALATED, State.OVERDUE, State.RECTIFYING)},
    frozenset({Move.REPLY}),
)
SINCE = {  # the column that says since when one of a group waits
    "escalated": "escalated_at",
    "to_reply": "reported_at",
    "to_decide": "extension_asked_at",
    "to_review": "awaiting_review_since",
    "overdue": "overdue_at",
    "to_rectify": "received_at",
    "to_notify": "created_at",
}
TO_SUBMIT = {"state": (State.RECTIFYING, State.OVERDUE, State.ESCALATED), "awaiting_review": False}
WATCHED = (("red", (Light.RED,)), ("amber", (Light.AMBER,)))  # for those whose word nothing waits for


@dataclass(frozen=True, slots=True)
class Group:
    """Findings of which the same is asked."""

    name: str
    rows: list[Any]
    since: Mapping[str, datetime]  # since when each waits, by id
    all_at: str  # where the whole list is
    notes: Mapping[str, str] = field(default_factory=dict)  # what was said of each, by id
    all_of: str | None = None  # what the list holds, where that is more than such findings


@pages.get("/")
@signed_in_before()
def today(context: RequestContext) -> Response:
    """What waits for the caller's act, then what is red or amber in sight, then what he or she was told."""
    if context.actor.role is Role.AUDITOR:  # who reads the security log, and no finding
        return done("/settings")
    returned = returned_of(context, limit=MOST)
    to_submit = (_list_at(TO_SUBMIT), returned.notes, text("today.all_to_submit"))
    first = Group("returned", returned.rows, returned.since, *to_submit)
    others = [_group(context, *one, without=returned.since) for one in _groups_of(context.actor)]
    mine = [group for group in (first, *others) if group.rows]
    seen = {view.finding.id for group in mine for view in group.rows}
    watched = [_watched(context, name, lights, seen) for name, lights in WATCHED]
    told = inbox.alerts(context.session, actor=context.actor, limit=SHOWN_ALERTS, unacknowledged=True)
    return page(
        "today.html",
        title=text("page.today"),
        person=directory.person_of(context.session, actor=context.actor),
        groups=[*mine, *(group for group in watched if group.rows)],
        alerts=alert_rows(context, told.items),
        troubles=troubles_of(context),
        work=work_of(context),
    )


def _groups_of(actor: Actor) -> tuple[Wanted, ...]:
    """What may wait for somebody: those above reply, and do nothing else."""
    above = (REPORTED_UP,) if actor.holds(*UPWARD_ROLES) else ()
    return (*above, *GROUPS) if sees_acts(actor) else above


def _group(
    context: RequestContext,
    name: str,
    wanted: dict[str, Any],
    moves: frozenset[Move],
    *,
    without: Collection[str],
) -> Group:
    """The most pressing of those that wait for one of these moves of the caller: others are in sight as well."""
    left = (view for view in _found(context, wanted) if view.finding.id not in without)
    shown = list(islice((view for view in left if _is_asked(context, view, moves)), MOST))
    since = {view.finding.id: at for view in shown if (at := getattr(view.finding, SINCE.get(name, "notified_at")))}
    return Group(name, shown, since, _list_at(wanted))


def _is_asked(context: RequestContext, view: Any, moves: frozenset[Move]) -> bool:
    if moves.isdisjoint(view.allowed_moves):
        return False
    return not moves.isdisjoint(offer_to(view, actor=context.actor).asked)


def _watched(context: RequestContext, name: str, lights: tuple[Light, ...], seen: set[str]) -> Group:
    wanted = {"light": lights}
    rows = islice((view for view in _found(context, wanted) if view.finding.id not in seen), MOST)
    return Group(name, list(rows), {}, _list_at(wanted))


def _found(context: RequestContext, wanted: dict[str, Any]) -> Iterator[Any]:
    """Page after page, as far as somebody reads in a day."""
    cursor: dict[str, Any] = {}
    for _ in range(MOST_PAGES):
        found = findings.page_of_findings(context, {**wanted, "sort": "deadline", "limit": PAGE, **cursor})
        yield from found.items
        if found.next_cursor is None:
            return
        cursor = {"cursor": found.next_cursor}


def _list_at(wanted: dict[str, Any]) -> str:
    pairs = [
        (name, str(one).lower() if isinstance(one, bool) else str(one))
        for name, value in wanted.items()
        for one in (value if isinstance(value, tuple) else (value,))
    ]
    return f"/findings?{urlencode(pairs)}"
