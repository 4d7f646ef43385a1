"""The one writer of moves: state, events and alerts of any number of findings, in one transaction."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping
from sqlalchemy.orm import Session

from service.errors import Conflict
from service.models import Finding, new_id
from service.records.facts import columns_of
from service.records.hash_chain import append_hash, canonical_text
from service.records.recipients import Directory, Recipient
from service.store.bulk import insert_rows, update_versions
from workflows.deadlines import working_days_after
from workflows.findings.audience import audience, told_upward, unit_knows
from workflows.findings.facts import CLOCK, Actor, Facts
from workflows.findings.happenings import Happening
from workflows.rules import Rules
from workflows.vocabulary import LAST_LEVEL, Addressee

# tables as `Table`: the mapper types them as the wider FromClause
FINDINGS, EVENTS, ALERTS = (Finding.metadata.tables[name] for name in ("findings", "events", "alerts"))


@dataclass(frozen=True, slots=True)
class NewEvent:
    """One happening as it will be written: by whom, why, and with which particulars."""

    happening: Happening
    actor: Actor = CLOCK
    reason: str | None = None
    data: Mapping[str, object] = field(default_factory=dict)


@dataclass(slots=True)
class LockedFinding:
    """A finding that moved: its row as it was read (and locked), its facts as they are now."""

    row: RowMapping
    facts: Facts
    rules: Rules
    events: list[NewEvent] = field(default_factory=list)
    event_ids: list[str] = field(default_factory=list)


def record_moves(session: Session, moved: Sequence[LockedFinding], *, now: datetime) -> None:
    """Write every move: findings fenced by version, events chained, alerts once for each recipient.

    Raises `Conflict` when a finding has moved meanwhile; then nothing may be committed.
    """
    findings: list[dict[str, Any]] = []
    events: list[dict[str, Any]] = []
    for one in moved:
        written = list(_events(one, now))
        one.event_ids = [event["id"] for event in written]
        events += written
        findings.append(_finding(one, written))
    if update_versions(session, FINDINGS, findings) != len(findings):
        raise Conflict("stale_version")
    insert_rows(session, EVENTS, events)
    insert_rows(session, ALERTS, _alerts(session, moved, now), once="key")


def _finding(one: LockedFinding, events: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        "id": one.row["id"],
        "version": one.row["version"] + 1,
        **columns_of(one.facts, one.rules),
        "chain_length": one.row["chain_length"] + len(events),
        "chain_head": events[-1]["hash"] if events else one.row["chain_head"],
        "set_aside_at": None,
        "set_aside_error": None,
    }


def _events(one: LockedFinding, now: datetime) -> Iterator[dict[str, Any]]:
    """The events of one finding, each carrying the hash of the one before."""
    position, previous = one.row["chain_length"], one.row["chain_head"]
    for entry in one.events:
        position += 1
        event = _event(one, entry, position, previous, now)
        event["canonical"] = canonical_text(event)
        event["hash"] = previous = append_hash(previous, event["canonical"])
        yield event


def _event(one: LockedFinding, entry: NewEvent, position: int, previous: str | None, now: datetime) -> dict[str, Any]:
    happening = entry.happening
    due = {"due_at": happening.due_at.isoformat()} if happening.due_at else {}
    return {
        "id": new_id(),
        "finding_id": one.row["id"],
        "position": position,
        "at": now,
        "actor_id": entry.actor.id,
        "actor_role": entry.actor.role,
        "move": happening.move,
        "step": happening.step,
        "from_state": happening.before,
        "to_state": happening.after,
        "escalation_level": happening.escalation_level,
        "reason": entry.reason,
        "data": {**due, **happening.data, **entry.data},
        "audience": str(audience(happening.move, happening.step, happening.hears)),
        "upward": told_upward(happening.move, reported=_is_reported(one, happening)),
        "previous_hash": previous,
    }


def _is_reported(one: LockedFinding, happening: Happening) -> bool:
    """Whether bureau and committee knew of the finding, or hear of it with this very event."""
    return one.row["reported_at"] is not None or happening.escalation_level == LAST_LEVEL


def _alerts(session: Session, moved: Sequence[LockedFinding], now: datetime) -> list[dict[str, Any]]:
    """One row for each recipient of each event; nobody is told of his or her own act."""
    heard = [one for one in moved if any(entry.happening.hears for entry in one.events)]
    if not heard:
        return []
    told_of = [one.row["id"] for one in heard if any(Addressee.TOLD in entry.happening.hears for entry in one.events)]
    directory = Directory(session, [one.row for one in heard], told_of)
    return [alert for one in heard for alert in _alerts_of(one, directory, now)]


def _alerts_of(one: LockedFinding, directory: Directory, now: datetime) -> Iterator[dict[str, Any]]:
    told: list[Recipient] = []  # in this very transaction, of which the database knows nothing yet
    for entry, event_id in zip(one.events, one.event_ids, strict=True):
        happening = entry.happening
        knows = unit_knows(state=happening.after, origin=one.facts.origin, severity=one.facts.severity)
        recipients = directory.hear(one.row, happening.hears, unit_knows=knows)
        if Addressee.TOLD in happening.hears:
            recipients = list(dict.fromkeys([*recipients, *told]))
        if happening.escalation_level:
            told += recipients
        yield from (
            _alert(one, entry, event_id, recipient, now) for recipient in recipients if recipient.id != entry.actor.id
        )


def _alert(one: LockedFinding, entry: NewEvent, event_id: str, recipient: Recipient, now: datetime) -> dict[str, Any]:
    happening = entry.happening
    cause = f"{one.row['id']}:{happening.kind}:{happening.due_at.isoformat()}" if happening.due_at else event_id
    wanted = one.rules.policy.acknowledgement
    wants = recipient.role in wanted.wanted_from and not one.facts.closed
    return {
        "id": new_id(),
        "key": f"{cause}:{recipient.id}",
        "event_id": event_id,
        "finding_id": one.row["id"],
        "person_id": recipient.id,
        "kind": happening.kind,
        "created_at": now,
        "acknowledge_by": working_days_after(one.rules.calendar, now, wanted.within_working_days) if wants else None,
    }
