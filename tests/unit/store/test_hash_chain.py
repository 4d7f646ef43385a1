"""The canonical text of an event and the hash that links it to the one before."""

import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from service.store import hash_chain
from service.store.hash_chain import ENTRY, append_to_chain, canonical_text, chain_hash
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
    assert chain_hash(None, text) == hashlib.sha256(b"\n" + text.encode()).hexdigest()
    assert chain_hash("ab" * 32, text) == hashlib.sha256(b"ab" * 32 + b"\n" + text.encode()).hexdigest()


def test_the_text_of_a_journal_entry_names_its_columns_as_they_are() -> None:
    columns = ("id", "subject_kind", "subject_id", "position", "round_id", "organization_id", "district_id")
    entry: dict[str, Any] = {
        **dict.fromkeys((*columns, "actor_id", "actor_role", "act", "reason", "previous_hash")),
        "data": {},
    }
    text = canonical_text({**entry, "at": EVENT["at"]}, ENTRY)
    assert json.loads(text) == {**entry, "at": "2026-05-20T09:00:00.000000+00:00"}


def test_a_row_is_appended_with_its_place_its_text_and_its_hash() -> None:
    row = {name: value for name, value in EVENT.items() if name not in ("position", "previous_hash")}
    assert append_to_chain(row, hash_chain.EVENT, 2, "0" * 64) == row["hash"] == chain_hash("0" * 64, row["canonical"])
    assert row["canonical"] == canonical_text({**EVENT, "salt": row["salt"]})


def test_a_row_is_salted_at_random_and_one_from_before_salts_keeps_its_text() -> None:
    old = json.loads(canonical_text(EVENT))
    first, second = dict(EVENT), dict(EVENT)
    assert append_to_chain(first, hash_chain.EVENT, 2, None) != append_to_chain(second, hash_chain.EVENT, 2, None)
    assert canonical_text({**EVENT, "salt": None}) == canonical_text(EVENT)
    assert len(bytes.fromhex(first["salt"])) == 16
    assert json.loads(first["canonical"]) == {**old, "previous_hash": None, "salt": first["salt"], "version": 2}
