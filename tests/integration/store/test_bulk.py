"""Many rows in one statement write what plain statements write."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from service.models import Finding, new_id
from service.records.events import ALERTS, EVENTS, FINDINGS
from service.store.bulk import FEW, insert_rows, update_versions
from tests.build.crowd import add_findings
from tests.worlds.books import Town
from workflows.vocabulary import Move, Role, State

AT = datetime(2026, 4, 13, 2, 0, 0, 123456, tzinfo=UTC)
HARD_TEXTS = (
    "“试卷保密室”\\n门锁：50% 未换\t:name %(x)s ${y} {z}\n次日复查",
    "C:\\考务\\台账.xlsx 'quoted' \"twice\" ; DROP TABLE events --",
    "𠮷野家🎓 ＡＢＣ　全角",
    "",
    None,
)


def event_rows(finding_id: str, start: int, count: int) -> list[dict[str, Any]]:
    return [
        {
            "id": new_id(),
            "finding_id": finding_id,
            "position": n,
            "at": AT + timedelta(microseconds=n),
            "actor_id": None,
            "actor_role": Role.SYSTEM,
            "move": Move.EXPIRE,
            "step": None,
            "from_state": State.RECTIFYING if n % 2 else None,
            "to_state": State.OVERDUE,
            "escalation_level": n,
            "reason": HARD_TEXTS[n % len(HARD_TEXTS)],
            "data": {"说明": HARD_TEXTS[n % len(HARD_TEXTS)], "列表": [1, 2.5, True, None, {"深": "\\"}], "空": {}},
            "audience": "unit",
            "upward": bool(n % 3),
            "canonical": "一",
            "hash": "0" * 64,
            "previous_hash": None,
        }
        for n in range(start, start + count)
    ]


@pytest.mark.parametrize("count", [1, FEW, FEW + 1, 40])
def test_what_is_inserted_comes_back(session: Session, town: Town, count: int) -> None:
    (finding_id,) = add_findings(session, town, 1)
    rows = event_rows(finding_id, 1, count)
    insert_rows(session, EVENTS, rows)
    columns = [EVENTS.c[name] for name in rows[0]]
    back = session.execute(select(*columns).order_by(EVENTS.c.position)).mappings().all()
    assert [dict(row) for row in back] == rows
    serials = session.scalars(select(EVENTS.c.serial).order_by(EVENTS.c.position)).all()
    assert list(serials) == sorted(serials)
    assert len(set(session.scalars(select(EVENTS.c.transaction_id)))) == 1


@pytest.mark.parametrize("count", [FEW, FEW + 1])
def test_every_column_of_the_law_is_updated_alike(session: Session, town: Town, count: int) -> None:
    ids = add_findings(session, town, count)
    values = {
        "state": State.ESCALATED,
        "escalation_level": 2,
        "deadline": AT,
        "overdue_at": None,
        "pending_submission_id": new_id(),
        "submitted_late": True,
        "progress": {"repeat": [3, AT.isoformat()]},
        "chain_head": "f" * 64,
        "set_aside_error": HARD_TEXTS[0],
        "next_action_at": AT + timedelta(microseconds=1),
    }
    rows = [{"id": id_, "version": 2, **values} for id_ in ids]
    assert update_versions(session, FINDINGS, rows) == count
    query = select(*(FINDINGS.c[name] for name in rows[0])).where(FINDINGS.c.id.in_(ids))
    back = {row["id"]: dict(row) for row in session.execute(query).mappings()}
    assert back == {row["id"]: row for row in rows}


@pytest.mark.parametrize("count", [FEW, FEW + 1])
def test_rows_at_another_version_are_not_counted(session: Session, town: Town, count: int) -> None:
    ids = add_findings(session, town, count)
    rows = [{"id": id_, "version": 3 if n == 2 else 2, "failures": 7} for n, id_ in enumerate(ids)]
    assert update_versions(session, FINDINGS, rows) == count - 1
    assert sorted(session.scalars(select(Finding.failures))) == [0] + [7] * (count - 1)


@pytest.mark.parametrize("count", [1, FEW + 1])
def test_a_key_that_exists_is_left_out(session: Session, town: Town, count: int) -> None:
    (finding_id,) = add_findings(session, town, 1)
    (event,) = event_rows(finding_id, 1, 1)
    session.execute(insert(EVENTS), event)

    def alerts(kind: str, numbers: range) -> list[dict[str, Any]]:
        given = {"event_id": event["id"], "finding_id": finding_id, "person_id": town.leader.id, "kind": kind}
        return [{"id": new_id(), "key": f"键{n}", "created_at": AT, "acknowledge_by": None, **given} for n in numbers]

    insert_rows(session, ALERTS, alerts("first", range(count)), once="key")
    insert_rows(session, ALERTS, alerts("again", range(count + 1)), once="key")
    assert sorted(session.scalars(select(ALERTS.c.kind))) == ["again"] + ["first"] * count


def test_no_rows_are_no_statement(session: Session) -> None:
    insert_rows(session, EVENTS, [])
    assert update_versions(session, FINDINGS, []) == 0
