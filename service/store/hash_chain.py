"""The hash chain of events and of the journal: the text that is hashed, and the hash that links it to the one before.

Anyone can check it with nothing but SHA-256 and JSON: `hash` is the SHA-256, in lower-case hex, of the hash of
the finding's event before (64 hex digits, none for the first), a line feed and the canonical text, in UTF-8.

Since version 2 the text holds a random salt, which is served to nobody: who is served a hash, and all but a field or
two of what is under it, could else find these by guessing. Rows from before have none, and their text no version.
"""

import hashlib
import json
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

VERSION = 2  # of the text
SALT_BYTES = 16

# Built once: `json.dumps` with options builds an encoder per call, which costs as much as the encoding.
_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode


EVENT = {
    **{name: name for name in ("id", "finding_id", "position", "at", "actor_id", "actor_role", "move", "step")},
    "from": "from_state",
    "to": "to_state",
    "level": "escalation_level",
    **{name: name for name in ("reason", "data", "audience", "upward", "previous_hash")},
}  # name in the canonical text → column
ENTRY = {
    **{name: name for name in ("id", "subject_kind", "subject_id", "position", "round_id", "organization_id")},
    **{name: name for name in ("district_id", "at", "actor_id", "actor_role", "act", "reason", "data")},
    "previous_hash": "previous_hash",
}  # of the journal
SECURITY = {
    **{name: name for name in ("position", "at", "kind", "outcome", "person_id", "name_hash", "subject_id")},
    **{name: name for name in ("address", "device", "request_id", "count", "data", "previous_hash")},
}  # of the security log


def canonical_text(row: Mapping[str, Any], columns: Mapping[str, str] = EVENT) -> str:
    """The canonical text of an event or `ENTRY`, given by its columns' names: ids instead of names, instants in UTC.

    Raises `KeyError` for a missing column, `TypeError` or `ValueError` for `data` that is not JSON.
    """
    salted = {"salt": row["salt"], "version": VERSION} if row.get("salt") is not None else {}
    return _encode({name: row[column] for name, column in columns.items()} | {"at": utc_text(row["at"])} | salted)


def append_to_chain(row: dict[str, Any], columns: Mapping[str, str], position: int, previous_hash: str | None) -> str:
    """Give a row its place in its chain, a salt, its canonical text and its hash; returns the hash."""
    row |= {"position": position, "previous_hash": previous_hash, "salt": secrets.token_hex(SALT_BYTES)}
    row["canonical"] = canonical_text(row, columns)
    row["hash"] = chain_hash(previous_hash, row["canonical"])
    return str(row["hash"])


def content_hash(content: Mapping[str, Any]) -> str:
    """The SHA-256 of a JSON object; the order of its names does not matter."""
    return hashlib.sha256(_encode(content).encode()).hexdigest()


def chain_hash(previous_hash: str | None, canonical: str) -> str:
    """The hash of a row, made of its canonical text and the hash of the row before; None for the first."""
    return hashlib.sha256(f"{previous_hash or ''}\n{canonical}".encode()).hexdigest()


def utc_text(at: datetime) -> str:
    """An instant in UTC with six digits of a second, always: both databases keep microseconds."""
    if at.tzinfo is UTC:  # as nearly all are, and thousands of rows in a row have the same one
        return _utc_text(at)
    return at.astimezone(UTC).isoformat(timespec="microseconds")


@lru_cache(1000)
def _utc_text(at: datetime) -> str:
    return at.isoformat(timespec="microseconds")
