"""What is held about a person: which rows of which tables, by kind, and which of their columns a person is handed.

Handed out are the columns that tell of the person alone: no secrets, not even as hashes, nothing that names another
person, and no free text, which may. A test sees that every table of the schema stands here, once.
"""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Table, or_, select

from service.models import Base, JournalEntry, Message
from workflows.journal import SubjectKind

Condition = Callable[[Table, str], ColumnElement[bool]]


class DataKind(StrEnum):
    """The kinds of personal data; `personal_data.toml` says what, why, how long, and who sees it."""

    ACCOUNT = "account"
    ACCESS = "access"
    CHANGES = "changes"
    SECURITY = "security"
    ALERTS = "alerts"
    LABOUR = "labour"
    ACTS = "acts"
    ANSWERS = "answers"
    TEXTS = "texts"


class Held(NamedTuple):
    """The rows of a table that are about a person, and which of their columns are handed out."""

    kind: DataKind
    table: str
    people: Sequence[str]  # columns that hold a person's id; none: rows are found through another table
    columns: Sequence[str]
    through: Condition | None = None

    @property
    def rows(self) -> Table:
        """The table itself."""
        return Base.metadata.tables[self.table]

    def of(self, person_id: str) -> ColumnElement[bool]:
        """The condition under which a row is about the person."""
        if self.through:
            return self.through(self.rows, person_id)
        return or_(*(self.rows.c[name] == person_id for name in self.people))


def _held(
    kind: DataKind,
    table: str,
    people: str,
    columns: str,
    through: Condition | None = None,
) -> Held:
    return Held(kind, table, people.split(), columns.split(), through)


def _about_account(rows: Table, person_id: str) -> ColumnElement[bool]:
    return (rows.c.subject_kind == SubjectKind.PERSON) & (rows.c.subject_id == person_id)


def _of_entries(rows: Table, person_id: str) -> ColumnElement[bool]:
    entries = select(JournalEntry.id).where(_about_account(JournalEntry.metadata.tables["journal"], person_id))
    return rows.c.entry_id.in_(entries)


def _done_by_another(rows: Table, person_id: str) -> ColumnElement[bool]:
    return (rows.c.subject_id == person_id) & rows.c.person_id.is_distinct_from(person_id)


def _of_messages(rows: Table, person_id: str) -> ColumnElement[bool]:
    return rows.c.message_id.in_(select(Message.id).where(Message.person_id == person_id))


_ACCOUNT, _ACCESS, _CHANGES, _ALERTS = DataKind.ACCOUNT, DataKind.ACCESS, DataKind.CHANGES, DataKind.ALERTS
_ACTS = DataKind.ACTS
HELD = (
    _held(
        _ACCOUNT,
        "people",
        "id",
        "id username name role organization_id email telephone language password_given password_set_at created_at "
        "disabled_at",
    ),
    _held(_ACCOUNT, "posts", "person_id", "role organization_id"),
    _held(
        _ACCESS,
        "tokens",
        "person_id",
        "id kind scope name proof device address created_at last_used_at expires_at idle_at revoked_at",
    ),
    _held(_ACCESS, "invitations", "person_id", "id created_at expires_at ended_at"),
    _held(_ACCESS, "calendar_feeds", "person_id", "id created_at revoked_at"),
    _held(_ACCESS, "former_passwords", "person_id", "ended_at"),
    _held(_ACCESS, "second_factors", "person_id", "created_at confirmed_at"),
    _held(_ACCESS, "recovery_codes", "person_id", "used_at"),
    _held(_ACCOUNT, "saved_filters", "person_id", "id created_at is_first"),
    _held(_ACCESS, "provider_accounts", "person_id", "linked_at"),
    _held(_CHANGES, "journal", "", "id at act", _about_account),
    _held(_CHANGES, "personal_changes", "", "entry_id field before after", _of_entries),
    _held(DataKind.SECURITY, "security_log", "person_id", "position at kind outcome address device request_id count"),
    _held(DataKind.SECURITY, "security_log", "", "position at kind outcome", _done_by_another),
    _held(_ALERTS, "alerts", "person_id", "id kind role created_at acknowledge_by acknowledged_at"),
    _held(_ALERTS, "messages", "person_id", "id created_at"),
    _held(_ALERTS, "deliveries", "", "message_id channel attempts sent_at given_up_at failed_address", _of_messages),
    _held(_ALERTS, "letters", "", "message_id written_at", _of_messages),
    _held(DataKind.LABOUR, "team_members", "person_id", "team_id"),
    _held(DataKind.LABOUR, "assignments", "leader_id", "round_id district_id"),
    _held(_ACTS, "events", "actor_id", "at actor_role move finding_id"),
    _held(_ACTS, "journal", "actor_id", "at actor_role act subject_kind"),
    _held(_ACTS, "findings", "created_by_id", "id number created_at"),
    _held(_ACTS, "rectification_notices", "issued_by_id received_by_id", "id number issued_at received_at"),
    _held(_ACTS, "submissions", "submitted_by_id", "id finding_id submitted_at"),
    _held(_ACTS, "reviews", "reviewed_by_id", "id submission_id outcome reviewed_at"),
    _held(_ACTS, "extensions", "asked_by_id decided_by_id", "id finding_id asked_at granted decided_at"),
    _held(_ACTS, "handling_opinions", "opined_by_id", "id finding_id measure opined_at"),
    _held(_ACTS, "replies", "replied_by_id", "id replied_at"),
    _held(_ACTS, "revisions", "revised_by_id", "id finding_id field revised_at"),
    _held(_ACTS, "closing_decisions", "decided_by_id", "round_id finding_id outcome decided_at"),
    _held(_ACTS, "inspections", "opened_by_id closed_by_id", "id number opened_at closed_at"),
    _held(_ACTS, "inspection_answers", "answered_by_id", "inspection_id answer answered_at"),
    _held(_ACTS, "answer_revisions", "answered_by_id", "id answer answered_at"),
    _held(_ACTS, "weekly_reports", "submitted_by_id", "id week submitted_at"),
    _held(_ACTS, "report_versions", "submitted_by_id", "id version submitted_at"),
    _held(_ACTS, "campaign_actions", "recorded_by_id", "id campaign recorded_at"),
    _held(_ACTS, "evidence", "uploaded_by_id", "id media_type size uploaded_at"),
    _held(_ACTS, "documents", "requested_by_id", "id kind number requested_at status"),
    _held(DataKind.ANSWERS, "idempotency_keys", "person_id", "key status created_at"),
)
# Free text, and what is drawn up from it, where people may write names: shown where it belongs, not handed out.
TEXTS: Mapping[str, Sequence[str]] = {
    "findings": ("summary", "details", "location", "requirement", "plan", "search_text"),
    "finding_words": ("pairs",),
    "events": ("reason", "data", "canonical"),
    "journal": ("reason", "data", "canonical"),
    "inspections": ("participants", "note", "summary"),
    "inspection_answers": ("note",),
    "answer_revisions": ("note",),
    "submissions": ("measures",),
    "reviews": ("comment", "remaining"),
    "extensions": ("reason", "comment"),
    "handling_opinions": ("opinion",),
    "replies": ("text",),
    "revisions": ("before",),
    "closing_decisions": ("reason",),
    "campaign_actions": ("summary", "lead_department"),
    "weekly_reports": ("draft",),
    "report_versions": ("words",),
    "evidence": ("filename",),
    "documents": ("title", "data"),
    "letters": ("content", "told"),
    "deliveries": ("last_error",),
    "idempotency_keys": ("body",),
    "alarms": ("words",),
    "set_aside": ("name", "error"),
    "teams": ("name",),
    "saved_filters": ("name", "query"),
}
NONE = frozenset(  # tables that hold no personal data
    (
        *("answer_evidence", "attachments", "campaign_evidence", "checklist_items", "checklists", "checkpoints"),
        *("counters", "document_places", "heartbeats", "journal_checkpoints", "organizations", "round_units", "rounds"),
        *("rulebooks", "security_checkpoints", "signed_checkpoints", "watch_notes"),
        *("finding_tallies", "unit_tallies", "duration_tallies", "week_tallies"),
    )
)


def plain_row(held: Held, row: Mapping[str, Any], person_id: str) -> dict[str, Any]:
    """The row's columns that are handed out; where a row may be about several people, also as what it is."""
    shown = {name: row[name] for name in held.columns}
    if len(held.people) > 1:
        shown["as"] = [name.removesuffix("_by_id") for name in held.people if row[name] == person_id]
    return shown
