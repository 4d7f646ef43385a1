"""The one writer of the journal: what happens to sheets, reports, campaigns and rounds, and who hears of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from service.models import JournalEntry, new_id
from service.records.recipients import Directory, Recipient, alert_row, cause_of, of_request
from service.records.security import security_entry
from service.rounds.vacancies import Vacancies
from service.security_log.writing import record_security
from service.store.bulk import insert_rows
from service.store.hash_chain import ENTRY, append_to_chain
from service.store.rows_on_record.digests import recorded_at
from workflows.findings.facts import CLOCK, Actor
from workflows.findings.sides import with_stand_ins
from workflows.journal import JournalAct, SubjectKind
from workflows.vocabulary import Addressee

NOT_SHOWN = (SubjectKind.ROWS, SubjectKind.INSTALLATION)
SHOWN_SUBJECTS = tuple(kind for kind in SubjectKind if kind not in NOT_SHOWN)  # to people
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
    round_id: str | None = None  # none: of no round
    organization_id: str | None = None
    district_id: str | None = None
    actor: Actor = CLOCK
    reason: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    addressees: Sequence[Addressee] = ()
    people: Sequence[Recipient] = ()  # who hear besides, by name: the successors in a post
    step: str | None = None
    due_at: datetime | None = None

    @property
    def kind(self) -> str:
        """What its alerts are called."""
        return ".".join(filter(None, (str(self.subject_kind), str(self.act), self.step)))


def record_entries(session: Session, entries: Sequence[NewEntry], *, now: datetime) -> list[str]:
    """Write entries, each chained to its subject's one before, and an alert for each hearer; returns their ids.

    The caller has locked the subjects: two writers of one subject would claim the same place in its chain.
    """
    recorded_at(session, now)
    heads = _heads(session, {entry.subject_id for entry in entries})
    rows = []
    for entry in entries:
        row = _entry_row(entry, now)
        position, previous = heads.get(entry.subject_id, (0, None))
        heads[entry.subject_id] = (position + 1, append_to_chain(row, ENTRY, position + 1, previous))
        rows.append(row)
    insert_rows(session, JOURNAL, rows)
    record_security(session, *filter(None, map(security_entry, rows)), now=now)
    ids = [row["id"] for row in rows]
    insert_rows(session, ALERTS, list(_alert_rows(session, entries, ids, now)), once="key")
    return ids


def _heads(session: Session, subject_ids: set[str]) -> dict[str, tuple[int, str | None]]:
    """Position and hash of each subject's last entry."""
    last = (
        select(JournalEntry.subject_id, func.max(JournalEntry.position))
        .where(JournalEntry.subject_id.in_(subject_ids))
        .group_by(JournalEntry.subject_id)
    )
    query = select(JournalEntry.subject_id, JournalEntry.position, JournalEntry.hash)
    rows = session.execute(query.where(tuple_(JournalEntry.subject_id, JournalEntry.position).in_(last)))
    return {subject_id: (position, hash_) for subject_id, position, hash_ in rows}


def _entry_row(entry: NewEntry, now: datetime) -> dict[str, Any]:
    """An entry without its place in the chain."""
    due = {"due_at": entry.due_at.isoformat()} if entry.due_at else {}
    step = {"step": entry.step} if entry.step else {}
    return {
        "id": new_id(),
        "subject_kind": entry.subject_kind,
        "subject_id": entry.subject_id,
        "round_id": entry.round_id,
        "organization_id": entry.organization_id,
        "district_id": entry.district_id,
        "at": now,
        "actor_id": entry.actor.id,
        "actor_role": entry.actor.role,
        "act": entry.act,
        "reason": entry.reason,
        "data": {**due, **step, **entry.data},
    }


def _alert_rows(
    session: Session, entries: Sequence[NewEntry], ids: Sequence[str], now: datetime
) -> Iterator[dict[str, Any]]:
    """One row for each recipient of each entry; people are not alerted to their own acts."""
    alerting = [(entry, id_) for entry, id_ in zip(entries, ids, strict=True) if entry.addressees or entry.people]
    if not alerting:
        return
    directory = Directory(session, [_place(entry) for entry, _ in alerting])
    vacant, request = Vacancies(session), of_request(session)
    for entry, entry_id in alerting:
        hearers = with_stand_ins(entry.addressees, vacant.around(entry.round_id, entry.district_id))
        heard = {one.id: one for one in (*entry.people, *directory.hear(_place(entry), hearers))}
        cause = cause_of(entry.kind, entry.subject_id, entry_id, entry.due_at)
        for recipient in heard.values():
            if recipient.id != entry.actor.id:
                yield {**alert_row(recipient, entry.kind, cause, now), "entry_id": entry_id, **request}


def _place(entry: NewEntry) -> dict[str, Any]:
    return {
        "id": entry.subject_id,
        "round_id": entry.round_id,
        "district_id": entry.district_id,
        "organization_id": entry.organization_id,
    }
