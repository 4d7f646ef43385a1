"""What comes again under a `client_id` is what came first, or is refused by name: nothing is dropped without a word."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from service.errors import InvalidInput
from service.findings.corrections import edit
from service.findings.log import Settlement, settle
from service.findings.new import CLOCKS_AHEAD
from service.models import Evidence, Finding
from tests.build.checklists import add_checklist
from tests.worlds.books import FOUND_AT, Town, add_evidence, log_finding
from workflows.vocabulary import Severity

HOUR = timedelta(hours=1)
SENT: dict[str, Any] = {
    "client_id": "平板-1",
    "summary": "备用电源未测试",
    "details": "三号楼配电间",
    "location": "三号楼",
}


def differing(session: Session, town: Town, **given: Any) -> set[str]:
    with pytest.raises(InvalidInput) as refused:
        log_finding(session, town, **{**SENT, **given}, at=FOUND_AT + HOUR)
    assert refused.value.fields.pop("client_id") == "client_id_reused"
    assert set(refused.value.fields.values()) == {"differs_from_first"}
    return set(refused.value.fields)


def test_each_field_that_differs_is_named(session: Session, town: Town) -> None:
    (item,) = add_checklist(session, town.round, [("1-12", "标准化考点建设")])
    log_finding(session, town, **SENT)
    others: dict[str, Any] = {
        "summary": "门锁损坏",
        "details": None,
        "location": "四号楼",
        "organization_id": town.neighbour_college.id,
        "severity": Severity.MAJOR,
        "checklist_item_id": item.id,
        "found_at": FOUND_AT - HOUR,
        "evidence_ids": [add_evidence(session, town.inspector)],
    }
    for name, value in others.items():
        assert differing(session, town, **{name: value}) == {name}
    assert differing(session, town, **others) == set(others)
    settlement = Settlement([add_evidence(session, town.inspector)], "当场测试")
    assert differing(session, town, settled=settlement) == {"settled"}
    assert session.scalar(select(func.count(Finding.id))) == 1


def test_what_was_corrected_or_settled_since_is_no_other_content(session: Session, town: Town) -> None:
    first = log_finding(session, town, **SENT)
    version, at = first.version, FOUND_AT + HOUR
    for summary in ("备用电源没有测试", "备用电源已坏"):
        texts = {"summary": summary, "location": None}
        version = edit(session, first.id, texts, version=version, actor=town.inspector, now=at).version
        at += HOUR
    settlement = Settlement([add_evidence(session, town.inspector)], "当场测试")
    settle(session, first.id, settlement, actor=town.inspector, now=at)
    again = log_finding(session, town, **SENT, at=at + HOUR)
    assert (again.id, again.summary) == (first.id, "备用电源已坏")
    assert differing(session, town, summary="备用电源已坏") == {"summary"}


def test_a_settlement_that_comes_again_is_the_same_by_comment_and_photographs(session: Session, town: Town) -> None:
    photograph = add_evidence(session, town.inspector)
    first = log_finding(session, town, **SENT, settled=Settlement([photograph], "当场测试"))
    uploaded_again = add_evidence(session, town.inspector)
    same = Settlement([uploaded_again], "当场测试")
    assert log_finding(session, town, **SENT, settled=same, at=FOUND_AT + HOUR).id == first.id
    assert differing(session, town) == {"settled"}
    assert differing(session, town, settled=Settlement([photograph], "明日再试")) == {"settled"}
    session.execute(update(Evidence).where(Evidence.id == uploaded_again).values(sha256="1" * 64))
    assert differing(session, town, settled=same) == {"settled"}


def test_a_clock_that_is_minutes_ahead_saw_it_now(session: Session, town: Town) -> None:
    ahead = FOUND_AT + CLOCKS_AHEAD
    first = log_finding(session, town, **SENT, found_at=ahead)
    assert first.found_at == FOUND_AT
    assert log_finding(session, town, **SENT, found_at=ahead, at=FOUND_AT + HOUR).id == first.id
    assert log_finding(session, town, **SENT, at=FOUND_AT + HOUR).id == first.id
    with pytest.raises(InvalidInput) as refused:
        log_finding(session, town, found_at=ahead + timedelta(seconds=1))
    assert refused.value.fields == {"found_at": "in_future"}
