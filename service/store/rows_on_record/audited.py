"""Which tables and columns the record covers by digests of their rows, and why others are left out."""

from collections.abc import Mapping
from functools import cache

from sqlalchemy import Table

from service.models import Base

_CHAINED = "its hash, or the checkpoint over it, is its own proof"
_COMMITTED = "the entry that it belongs to commits to it, and it may be taken away when a person must be forgotten"
_DELIVERY = "how a message travels: whom it is for and what it is about stand in its alerts"
_OWN_PROOF = "a random secret's hash, which only its holder could make; it ends with its account"
_COUNTED = "counts of rows that are on record themselves, and can be counted anew"
_OWN = "a bookmark of its owner's, which changes nothing and shows nothing that he or she would not see without it"
_DERIVED = "made of a finding's searched text, which is on record, and held against it with each search"
_UPKEEP = "keeps the service going and says nothing of anybody's duty"
_LOGS = "leads to lines of the log, which prove nothing"
_PERSONAL = "must be forgotten one day, and could be guessed from a hash: held against the changes on record"

TABLES_OUT: Mapping[str, str] = {
    **dict.fromkeys(("events", "journal", "checkpoints", "journal_checkpoints", "signed_checkpoints"), _CHAINED),
    **dict.fromkeys(("security_log", "security_checkpoints"), _CHAINED),
    "personal_changes": _COMMITTED,
    "finding_words": _DERIVED,
    **dict.fromkeys(("messages", "deliveries", "letters"), _DELIVERY),
    **dict.fromkeys(
        ("tokens", "invitations", "calendar_feeds", "former_passwords", "second_factors", "recovery_codes"), _OWN_PROOF
    ),
    "saved_filters": _OWN,
    **dict.fromkeys(("counters", "heartbeats", "idempotency_keys", "set_aside", "watch_notes", "alarms"), _UPKEEP),
    **dict.fromkeys(("finding_tallies", "unit_tallies", "duration_tallies", "week_tallies"), _COUNTED),
}
COLUMNS_OUT: Mapping[str, Mapping[str, str]] = {
    "people": dict.fromkeys(("username", "name", "email", "telephone"), _PERSONAL),  # by `audit/changes.py`
    "findings": dict.fromkeys(("set_aside_at", "set_aside_error"), _UPKEEP),
    "alerts": {**dict.fromkeys(("held_until", "message_id"), _DELIVERY), "request_id": _LOGS},
    "documents": {
        **dict.fromkeys(("progress", "attempts", "next_attempt_at", "lease_token", "leased_until", "error"), _UPKEEP),
        "request_id": _LOGS,
    },
}


@cache
def audited_tables() -> Mapping[str, Table]:
    """The tables whose rows are on record, by name."""
    return {table.name: table for table in Base.metadata.sorted_tables if table.name not in TABLES_OUT}


@cache
def audited_columns(table: str) -> tuple[str, ...]:
    """The columns of such a table that are under the digest of a row; none of other tables."""
    found = audited_tables().get(table)
    out = COLUMNS_OUT.get(table, {})
    return () if found is None else tuple(column.name for column in found.columns if column.name not in out)
