"""The one writer of the journal: what happens to sheets, reports, campaigns and rounds, and who hears of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from service.models import JournalEntry, new_id
from service.records.hash_chain import append_hash, canonical_entry
from service.records.recipients import Directory
from service.store.bulk import insert_rows
from workflows.findings.facts import CLOCK, Actor
from workflows.vocabulary import Addressee, JournalAct, SubjectKind

JOURNAL, ALERTS = (JournalEntry.metadata.tables[name] for name in ("journal", "alerts"))


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEntry:
    """One thing that happened; whoever hears of it reads `data`, which holds no details of a problem.

    `due_at` is given by the clock, and makes its alerts unique; what people do is told once for each entry.
    Texts of alerts are looked up by kind (`report.late`, with a step `inspection.breach.2`) in wording/duties.toml.
    """

    subject_kind: SubjectKind
    subject_id: str
    act: JournalAct
    round_id: str
    organization_id: str | None = None
    district_id: str | None = None
    actor: Actor = CLOCK
    reason: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    hears: Sequence[Addressee] = ()
    step: str | None = None
    due_at: datetime | None = None

    @property
    def kind(self) -> str:
        """What its alerts are called."""
        return ".".join(filter(None, (str(self.subject_kind), str(self.act), self.step)))


def record_entries(session: Session, deeds: Sequence[NewEntry], *, now: datetime) -> list[str]:
    """Write entries, each chained to its subject's one before, and an alert for each hearer; returns their ids.

    The caller has locked the subjects: two writers of one subject would claim the same place in its chain.
    """
    heads = _heads(session, {deed.subject_id for deed in deeds})
    entries = [_entry(deed, heads, now) for deed in deeds]
    insert_rows(session, JOURNAL, entries)
    ids = [entry["id"] for entry in entries]
    insert_rows(session, ALERTS, list(_alerts(session, list(zip(deeds, ids, strict=True)), now)), once="key")
    return ids


def _heads(session: Session, subject_ids: set[str]) -> dict[str, tuple[int, str]]:
    """Position and hash of each subject's last entry."""
    last = (
        select(JournalEntry.subject_id, func.max(JournalEntry.position))
        .where(JournalEntry.subject_id.in_(subject_ids))
        .group_by(JournalEntry.subject_id)
    )
    query = select(JournalEntry.subject_id, JournalEntry.position, JournalEntry.hash)
    rows = session.execute(query.where(tuple_(JournalEntry.subject_id, JournalEntry.position).in_(last)))
    return {subject_id: (position, hash_) for subject_id, position, hash_ in rows}


def _entry(deed: NewEntry, heads: dict[str, tuple[int, str]], now: datetime) -> dict[str, Any]:
    position, previous = heads.get(deed.subject_id, (0, None))
    due = {"due_at": deed.due_at.isoformat()} if deed.due_at else {}
    step = {"step": deed.step} if deed.step else {}
    entry: dict[str, Any] = {
        "id": new_id(),
        "subject_kind": deed.subject_kind,
        "subject_id": deed.subject_id,
        "position": position + 1,
        "round_id": deed.round_id,
        "organization_id": deed.organization_id,
        "district_id": deed.district_id,
        "at": now,
        "actor_id": deed.actor.id,
        "actor_role": deed.actor.role,
        "act": deed.act,
        "reason": deed.reason,
        "data": {**due, **step, **deed.data},
        "previous_hash": previous,
    }
    entry["canonical"] = canonical_entry(entry)
    entry["hash"] = append_hash(previous, entry["canonical"])
    heads[deed.subject_id] = (position + 1, entry["hash"])
    return entry


def _alerts(session: Session, written: Sequence[tuple[NewEntry, str]], now: datetime) -> Iterator[dict[str, Any]]:
    """Nobody is told of his or her own act."""
    heard = [(deed, id_) for deed, id_ in written if deed.hears]
    if not heard:
        return
    directory = Directory(session, [_place(deed) for deed, _ in heard])
    for deed, entry_id in heard:
        cause = f"{deed.subject_id}:{deed.kind}:{deed.due_at.isoformat()}" if deed.due_at else entry_id
        for recipient in directory.hear(_place(deed), deed.hears):
            if recipient.id != deed.actor.id:
                yield {
                    "id": new_id(),
                    "key": f"{cause}:{recipient.id}",
                    "entry_id": entry_id,
                    "person_id": recipient.id,
                    "kind": deed.kind,
                    "created_at": now,
                }


def _place(deed: NewEntry) -> dict[str, Any]:
    return {
        "id": deed.subject_id,
        "round_id": deed.round_id,
        "district_id": deed.district_id,
        "organization_id": deed.organization_id,
    }
