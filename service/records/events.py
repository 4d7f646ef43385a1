"""The one writer of moves: state, events and alerts of any number of findings, in one transaction."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypedDict

from sqlalchemy.orm import Session

from service.errors import Conflict
from service.models import Finding, new_id
from service.models.words import words_of
from service.records.facts import columns_of
from service.records.recipients import Directory, Recipient, alert_row, cause_of, of_request
from service.store.bulk import insert_all, update_versions
from service.store.hash_chain import EVENT, append_to_chain
from service.store.rows_on_record.digests import recorded_at
from workflows.deadlines import working_days_after
from workflows.findings.audience import audience, shown_upward, unit_knows
from workflows.findings.facts import CLOCK, Actor, Facts
from workflows.findings.transitions import Transition
from workflows.rules import Rules
from workflows.vocabulary import LAST_LEVEL, Addressee

# tables as `Table`: the mapper types them as the wider FromClause
FINDINGS, EVENTS, ALERTS, WORDS = (
    Finding.metadata.tables[name] for name in ("findings", "events", "alerts", "finding_words")
)


class EventData(TypedDict, total=False):
    """What use cases write into an event's data beside what the law writes; instants as ISO 8601 text."""

    number: str  # of the finding, as the next four: log
    organization_id: str
    severity: str
    summary: str
    carried_from: str  # id of the finding of the round before
    evidence_ids: list[str]  # log, settle, submit, reviews
    notice_id: str  # notify, begin
    notice: str  # its number: notify
    requirement: str  # notify
    working_days: int | None  # notify
    plan: str | None  # begin
    submission_id: str | None  # submit, reviews
    measures: str  # submit
    review_id: str  # reviews
    remaining: str | None  # reviews
    extension_id: str  # ask_extension, grant_extension, deny_extension
    handling_opinion_id: str  # opine, set_anew, reply
    measure: str  # opine
    new_deadline: str | None  # opine
    reply_id: str  # reply
    alert_id: str  # acknowledge
    event_id: str | None  # acknowledge


@dataclass(frozen=True, slots=True)
class NewEvent:
    """One move to be written: by whom, why, and with which particulars."""

    transition: Transition
    actor: Actor = CLOCK
    reason: str | None = None
    data: EventData = field(default_factory=EventData)


@dataclass(slots=True)
class LockedFinding:
    """A finding that moved: its row as it was read (and locked), its facts as they are now."""

    row: Mapping[Any, Any]
    facts: Facts
    rules: Rules
    events: list[NewEvent] = field(default_factory=list)
    event_ids: list[str] = field(default_factory=list)
    policy_version: str | None = None  # it goes by this policy from now on; none: by its own
    texts: dict[str, Any] = field(default_factory=dict)  # columns that are no law, written along: requirement, plan


def record_moves(session: Session, moved: Sequence[LockedFinding], *, now: datetime) -> None:
    """Write every move: findings fenced by version, events chained, alerts once for each recipient.

    Raises `Conflict` when a finding has moved meanwhile; then nothing may be committed.
    """
    recorded_at(session, now)
    findings: list[dict[str, Any]] = []
    events: list[dict[str, Any]] = []
    for one in moved:
        rows = _event_rows(one, now)
        one.event_ids = [row["id"] for row in rows]
        events += rows
        findings.append(_finding_row(one, rows))
    alerts = _alert_rows(session, moved, now)
    whole = [{**one.row, **row} for one, row in zip(moved, findings, strict=True)]
    written = [(EVENTS, events, None), (ALERTS, alerts, "key")]
    if update_versions(session, FINDINGS, findings, whole=whole, with_new=written) != len(findings):
        raise Conflict("stale_version")
    for one, row in zip(moved, whole, strict=True):
        one.row = row


def record_new(session: Session, new: Sequence[LockedFinding], *, now: datetime) -> None:
    """Write findings that are in no table yet, whole and with their first events; each `row` holds all other columns.

    Thousands at once: what follows from equal facts under equal rules is worked out once.
    """
    recorded_at(session, now)
    lawful: dict[object, dict[str, Any]] = {}
    findings: list[dict[str, Any]] = []
    events: list[dict[str, Any]] = []
    for one in new:
        facts, rows = one.facts, _event_rows(one, now)
        one.event_ids = [row["id"] for row in rows]
        events += rows
        alike = (facts.severity, facts.origin, facts.unit_is_district, facts.vacant, facts.created_at, id(one.rules))
        if alike not in lawful:
            lawful[alike] = columns_of(facts, one.rules)
        chain = {"chain_length": len(rows), "chain_head": rows[-1]["hash"]}
        findings.append({**one.row, **lawful[alike], **chain, "version": one.row["version"] + 1})
    alerts = _alert_rows(session, new, now)
    words = [words_of(row["id"], row["search_text"]) for row in findings]
    written = [(FINDINGS, findings, None), (WORDS, words, None), (EVENTS, events, None), (ALERTS, alerts, "key")]
    insert_all(session, written)
    for one, row in zip(new, findings, strict=True):
        one.row = row


def _finding_row(one: LockedFinding, events: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        "id": one.row["id"],
        "version": one.row["version"] + 1,
        **columns_of(one.facts, one.rules),
        **({"policy_version": one.policy_version} if one.policy_version else {}),
        **one.texts,
        "chain_length": one.row["chain_length"] + len(events),
        "chain_head": events[-1]["hash"] if events else one.row["chain_head"],
        "set_aside_at": None,
        "set_aside_error": None,
    }


def _event_rows(one: LockedFinding, now: datetime) -> list[dict[str, Any]]:
    """The events of one finding, each carrying the hash of the one before."""
    rows, previous = [], one.row["chain_head"]
    for position, event in enumerate(one.events, start=one.row["chain_length"] + 1):
        row = _event_row(one, event, now)
        previous = append_to_chain(row, EVENT, position, previous)
        rows.append(row)
    return rows


def _event_row(one: LockedFinding, event: NewEvent, now: datetime) -> dict[str, Any]:
    """An event without its place in the chain."""
    transition = event.transition
    due = {"due_at": transition.due_at.isoformat()} if transition.due_at else {}
    # bureau and committee knew of the finding before, or hear of it with this very event
    reported = one.row["reported_at"] is not None or transition.escalation_level == LAST_LEVEL
    return {
        "id": new_id(),
        "finding_id": one.row["id"],
        "at": now,
        "actor_id": event.actor.id,
        "actor_role": transition.role or event.actor.role,
        "move": transition.move,
        "step": transition.step,
        "from_state": transition.before,
        "to_state": transition.after,
        "escalation_level": transition.escalation_level,
        "reason": event.reason,
        "data": {**due, **transition.data, **event.data},
        "audience": str(audience(transition.move, transition.step, transition.addressees)),
        "upward": shown_upward(transition.move, reported=reported),
    }


def _alert_rows(session: Session, moved: Sequence[LockedFinding], now: datetime) -> list[dict[str, Any]]:
    """One row for each recipient of each event; people are not alerted to their own acts."""
    alerting = [one for one in moved if any(event.transition.addressees for event in one.events)]
    if not alerting:
        return []
    told_of = [
        one.row["id"] for one in alerting if any(Addressee.TOLD in event.transition.addressees for event in one.events)
    ]
    directory = Directory(session, [one.row for one in alerting], told_of)
    request = of_request(session)
    return [row for one in alerting for row in _alert_rows_of(one, directory, request, now)]


def _alert_rows_of(
    one: LockedFinding, directory: Directory, request: Mapping[str, str], now: datetime
) -> Iterator[dict[str, Any]]:
    told: list[Recipient] = []  # in this very transaction, of which the database knows nothing yet
    for event, event_id in zip(one.events, one.event_ids, strict=True):
        transition = event.transition
        knows = unit_knows(state=transition.after, origin=one.facts.origin, severity=one.facts.severity)
        recipients = directory.hear(one.row, transition.addressees, unit_knows=knows)
        if Addressee.TOLD in transition.addressees:
            recipients = list({one.id: one for one in [*told, *recipients]}.values())
        if transition.escalation_level:
            told += recipients
        cause = cause_of(transition.kind, one.row["id"], event_id, transition.due_at)
        about = {"event_id": event_id, "finding_id": one.row["id"], **request}
        for recipient in recipients:
            if recipient.id != event.actor.id:
                acknowledge_by = _acknowledge_by(one, recipient, now)
                yield {**alert_row(recipient, transition.kind, cause, now), **about, "acknowledge_by": acknowledge_by}


def _acknowledge_by(one: LockedFinding, recipient: Recipient, now: datetime) -> datetime | None:
    policy = one.rules.policy.acknowledgement
    if recipient.role not in policy.wanted_from or one.facts.closed:
        return None
    return working_days_after(one.rules.calendar, now, policy.within_working_days)
