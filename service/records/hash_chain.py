"""The hash chain of events and of the journal: the text that is hashed, and the hash that links it to the one before.

Anyone can check it with nothing but SHA-256 and JSON: `hash` is the SHA-256, in lower-case hex, of the hash of
the finding's event before (64 hex digits, none for the first), a line feed and the canonical text, in UTF-8.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

# Built once: `json.dumps` with options builds an encoder per call, which costs as much as the encoding.
_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode


def canonical_text(event: Mapping[str, Any]) -> str:
    """The canonical text of an event, given by its columns' names; ids of people rather than names, instants in UTC.

    Raises `KeyError` for a missing column, `TypeError` or `ValueError` for `data` that is not JSON.
    """
    return _encode(
        {
            "id": event["id"],
            "finding_id": event["finding_id"],
            "position": event["position"],
            "at": utc_text(event["at"]),
            "actor_id": event["actor_id"],
            "actor_role": event["actor_role"],
            "move": event["move"],
            "step": event["step"],
            "from": event["from_state"],
            "to": event["to_state"],
            "level": event["escalation_level"],
            "reason": event["reason"],
            "data": event["data"],
            "audience": event["audience"],
            "upward": event["upward"],
            "previous_hash": event["previous_hash"],
        }
    )


def canonical_entry(entry: Mapping[str, Any]) -> str:
    """The canonical text of a journal entry, given by its columns' names."""
    return _encode(
        {
            "id": entry["id"],
            "subject_kind": entry["subject_kind"],
            "subject_id": entry["subject_id"],
            "position": entry["position"],
            "round_id": entry["round_id"],
            "organization_id": entry["organization_id"],
            "district_id": entry["district_id"],
            "at": utc_text(entry["at"]),
            "actor_id": entry["actor_id"],
            "actor_role": entry["actor_role"],
            "act": entry["act"],
            "reason": entry["reason"],
            "data": entry["data"],
            "previous_hash": entry["previous_hash"],
        }
    )


def content_hash(content: Mapping[str, Any]) -> str:
    """The SHA-256 of a JSON object, whatever the order of its names."""
    return hashlib.sha256(_encode(content).encode()).hexdigest()


def append_hash(previous_hash: str | None, canonical: str) -> str:
    """The hash of an event, which hangs on the hash of the finding's event before."""
    return hashlib.sha256(f"{previous_hash or ''}\n{canonical}".encode()).hexdigest()


def utc_text(at: datetime) -> str:
    """An instant in UTC with six digits of a second, always: both databases keep microseconds."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")
