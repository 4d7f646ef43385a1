"""The timeline of a finding: people's words first, the system's lines small, and who was told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from api.http.context import RequestContext, language
from service.accountability.notified_bodies import NotifiedBody, notified_bodies
from service.accountability.timeline import AlertReceipt, receipts_of
from service.scope import data_seen, holds_to_account, reason_seen, sees_acts
from service.wording import word

A_MINUTE = timedelta(minutes=1)
QUOTED = ("requirement", "measures", "comment", "remaining", "opinion", "text", "plan")  # of an event's particulars


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a timeline."""

    at: datetime
    what: str
    who: str | None
    quotes: Sequence[str]
    by_clock: bool
    heard: Sequence[AlertReceipt]  # who was told, where the reader may know
    bodies: Sequence[NotifiedBody]  # which organizations, for those who may know no more
    notified_at: datetime | None = None  # when they heard later than it happened


def timeline_of(context: RequestContext, finding: Any, events: Sequence[Any]) -> list[Line]:
    """What happened, the newest first, with as much of it as the caller may know."""
    ids = [event.id for event in events]
    heard: Mapping[str, Sequence[AlertReceipt]] = {}
    bodies: Mapping[str, Sequence[NotifiedBody]] = {}
    if holds_to_account(context.actor):
        heard = receipts_of(context.session, ids)
    elif not sees_acts(context.actor):  # who get the brief
        bodies = notified_bodies(context.session, finding, ids)
    return [_line(context, finding, one, heard.get(one.id, ()), bodies.get(one.id, ())) for one in events][::-1]


def _line(
    context: RequestContext, finding: Any, event: Any, heard: Sequence[AlertReceipt], bodies: Sequence[NotifiedBody]
) -> Line:
    data = data_seen(context.actor, event.data)
    quotes = [str(data[name]) for name in QUOTED if data.get(name)]
    if reason := reason_seen(context.actor, finding, event.move, event.reason):
        quotes.append(str(reason))
    who = event.actor.name if event.actor else None
    what, said = word(event.move, language()), list(dict.fromkeys(quotes))
    later = next((one.at for one in bodies if one.at - event.at >= A_MINUTE), None)
    return Line(event.at, what, who, said, who is None, heard, bodies, later)
