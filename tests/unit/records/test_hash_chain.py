"""The canonical text of an event and the hash that links it to the one before."""

import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from service.records.hash_chain import append_hash, canonical_text
from workflows.vocabulary import Move, Role, State

EVENT: dict[str, Any] = {
    "id": "11111111-1111-4111-8111-111111111111",
    "finding_id": "22222222-2222-4222-8222-222222222222",
    "position": 2,
    "at": datetime(2026, 5, 20, 9, 0, tzinfo=UTC),
    "actor_id": None,
    "actor_role": Role.SYSTEM,
    "move": Move.EXPIRE,
    "step": None,
    "from_state": State.RECTIFYING,
    "to_state": State.OVERDUE,
    "escalation_level": 0,
    "reason": "整改期限已过",
    "data": {"b": 1, "a": {"z": "3号考场", "y": None}},
    "audience": "unit",
    "upward": False,
    "previous_hash": "0" * 64,
}


def test_the_text_is_sorted_json_without_spaces_in_plain_chinese() -> None:
    text = canonical_text(EVENT)
    again = json.dumps(json.loads(text), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert text == again
    assert '"data":{"a":{"y":null,"z":"3号考场"},"b":1}' in text
    assert '"at":"2026-05-20T09:00:00.000000+00:00"' in text
    assert '"from":"rectifying"' in text


def test_the_text_does_not_depend_on_the_zone_of_the_instant_nor_on_the_order_of_the_columns() -> None:
    elsewhere = EVENT["at"].astimezone(timezone(timedelta(hours=8)))
    turned = dict(reversed({**EVENT, "at": elsewhere}.items()))
    assert canonical_text(turned) == canonical_text(EVENT)


@pytest.mark.parametrize("column", sorted(EVENT))
def test_every_column_is_in_the_text(column: str) -> None:
    other: Any = {"at": EVENT["at"] + timedelta(microseconds=1), "data": {}, "upward": True}.get(column, "another")
    assert canonical_text({**EVENT, column: other}) != canonical_text(EVENT)


def test_data_that_is_no_json_is_refused() -> None:
    with pytest.raises(TypeError):
        canonical_text({**EVENT, "data": {"deadline": EVENT["at"]}})
    with pytest.raises(ValueError, match="JSON"):
        canonical_text({**EVENT, "data": {"share": float("nan")}})


def test_the_hash_can_be_checked_by_hand() -> None:
    text = canonical_text(EVENT)
    assert append_hash(None, text) == hashlib.sha256(b"\n" + text.encode()).hexdigest()
    assert append_hash("ab" * 32, text) == hashlib.sha256(b"ab" * 32 + b"\n" + text.encode()).hexdigest()
