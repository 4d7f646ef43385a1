"""The list's filters: each finds what it says and nothing else."""

from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service.findings.corrections import edit
from service.findings.handling_opinions import opine
from service.findings.list import FindingFilter, list_findings
from service.findings.sweep import sweep
from service.findings.view import light_of
from service.models import Finding
from tests.build.checklists import add_checklist
from tests.build.crowd import add_findings
from tests.worlds.books import (
    DEADLINE,
    FOUND_AT,
    SUBMITTED_AT,
    Town,
    log_finding,
    notify_finding,
    receive_finding,
    submit_finding,
)
from tests.worlds.rows import make_round
from workflows.vocabulary import Light, Measure, Origin, Severity, State

NOW = SUBMITTED_AT + timedelta(hours=1)


def found(session: Session, town: Town, now: datetime = NOW, **wanted: Any) -> set[str]:
    page = list_findings(session, FindingFilter(**wanted), actor=town.leadership, now=now, limit=200)
    return {finding.id for finding in page.items}


def test_each_filter_finds_what_it_says(session: Session, town: Town) -> None:
    (item,) = add_checklist(session, town.round, [("1-12", "标准化考点建设")])
    logged = log_finding(session, town, checklist_item_id=item.id)
    major = log_finding(session, town, severity=Severity.MAJOR, organization_id=town.neighbour_college.id)
    elsewhere = log_finding(session, town, by=town.other_inspector, organization_id=town.other_college.id)
    notified = notify_finding(session, town, deadline=DEADLINE + timedelta(days=3))
    submitted = receive_finding(session, town)
    submit_finding(session, town, submitted)
    everything = {one.id for one in (logged, major, elsewhere, notified, submitted)}
    another = make_round(session, "2026-09")
    expected: list[tuple[dict[str, Any], set[str]]] = [
        ({}, everything),
        ({"state": State.FOUND}, {logged.id, major.id, elsewhere.id}),
        ({"state": State.NOTIFIED}, {notified.id}),
        ({"organization_id": town.neighbour_college.id}, {major.id}),
        ({"district_id": town.other_office.id}, {elsewhere.id}),
        ({"round_id": town.round.id}, everything),
        ({"round_id": another.id}, set()),
        ({"severity": Severity.MAJOR}, {major.id}),
        ({"escalation_level": 0}, everything),
        ({"escalation_level": 2}, set()),
        ({"awaiting_review": True}, {submitted.id}),
        ({"awaiting_review": False}, everything - {submitted.id}),
        ({"proposed": True}, set()),
        ({"proposed": False}, everything),
        ({"checklist_item_id": item.id}, {logged.id}),
        ({"deadline_before": DEADLINE}, set()),
        ({"deadline_before": DEADLINE + timedelta(microseconds=1)}, {submitted.id}),
        ({"deadline_after": DEADLINE}, {notified.id}),
        ({"q": "桃源"}, set()),
        ({"q": logged.number}, {logged.id}),
        ({"voided": True}, set()),
        ({"state": State.FOUND, "severity": Severity.GENERAL}, {logged.id, elsewhere.id}),
    ]
    for wanted, ids in expected:
        assert found(session, town, **wanted) == ids, wanted


def test_of_several_values_any_will_do(session: Session, town: Town) -> None:
    logged = log_finding(session, town)
    elsewhere = log_finding(session, town, by=town.other_inspector, organization_id=town.other_college.id)
    notified = notify_finding(session, town, deadline=DEADLINE)
    everything = {logged.id, elsewhere.id, notified.id}
    assert found(session, town, state=(State.FOUND, State.NOTIFIED)) == everything
    assert found(session, town, state=(State.NOTIFIED, State.OVERDUE)) == {notified.id}
    assert found(session, town, state=(), origin=Origin.CENTRE, light=tuple(Light)) == everything
    assert found(session, town, organization_id=(town.other_college.id, town.neighbour_college.id)) == {elsewhere.id}
    assert found(session, town, origin=(Origin.DISTRICT, Origin.UNIT)) == set()


WORDS = (
    ("备用电源未测试", "电源", True),
    ("备用电源未测试", "电灯", False),
    ("完成率 50%，未达标", "50%", True),
    ("完成率 501", "50%", False),
    ("门禁_A区", "禁_A", True),
    ("门禁XA区", "禁_A", False),
    ("路径 C:\\考务", ":\\考", True),
    ("路径 a/b", "a/b", True),
    ("Camera 3 offline", "camera", True),
    ("ＡＢＣ楼", "ＡＢＣ", True),
    ("单引号 ' 分号 ;", "' 分", True),
    ("考场🎓", "🎓", True),
    ("回执未回收", " 回执", True),
    ("回执未回收", "\u3000回执\u3000", True),
    ("回执未回收", "回执 回收", True),
    ("回执未回收", "回收\u3000回执", True),
    ("回执未回收", "回执 上交", False),
    ("回执\u3000未 回收", "未\u3000回收", True),
    ("监控ＣＣＴＶ离线", "cctv 离线", True),
    ("监控 CCTV 离线", "ｃｃｔｖ", True),
    ("回\u200b执", "回执", True),
    ("考场０３２", "032", True),
)


def test_words_are_found_as_they_are_written(session: Session, town: Town) -> None:
    for text, q, matches in WORDS:
        in_details = log_finding(session, town, summary="摘要", details=text)
        in_place = log_finding(session, town, summary="摘要", location=text)
        ids = {in_details.id, in_place.id}
        assert found(session, town, q=q) & ids == (ids if matches else set()), q


def test_words_are_found_wherever_each_of_them_stands(session: Session, town: Town) -> None:
    finding = log_finding(session, town, summary="回执未收", details="应于当日回收", location="三号楼")
    typed = finding.number.replace("-", "－").translate({ord(one): ord(one) + 0xFEE0 for one in "0123456789"})
    for q in (f"{finding.number} 三号楼", "当日 回执", typed, f"{typed}\u3000回执"):
        assert found(session, town, q=q) == {finding.id}, q
    assert found(session, town, q="收应") == set(), "no word reaches from one text into the next"


def test_corrected_words_are_found_and_the_former_are_not(session: Session, town: Town) -> None:
    finding = log_finding(session, town, summary="回执未收")
    edit(session, finding.id, {"summary": "签到表未收"}, version=finding.version, actor=town.inspector, now=NOW)
    assert found(session, town, q="签到表") == {finding.id}
    assert found(session, town, q="回执") == set()


def test_what_was_ever_overdue_is_found_after_it_was_set_anew(session: Session, town: Town) -> None:
    finding = receive_finding(session, town)
    kept = receive_finding(session, town, deadline=DEADLINE + timedelta(days=300))
    late = DEADLINE + timedelta(days=9)
    sweep(session, now=late)
    anew = {"measure": Measure.SUPERVISED, "opinion": "限期整改", "new_deadline": late + timedelta(days=30)}
    opine(session, finding.id, actor=town.leadership, now=late, **anew)  # type: ignore[arg-type]  # one by one
    assert (finding.state, finding.overdue_at) == (State.RECTIFYING, None)
    assert found(session, town, late, ever_overdue=True) == {finding.id}
    assert found(session, town, late, ever_overdue=False) == {kept.id}


MOMENTS = st.none() | st.integers(-3, 3).map(lambda n: NOW + timedelta(microseconds=n))


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(st.sampled_from(State), MOMENTS, st.booleans()), min_size=6, max_size=6))
def test_the_filter_of_lights_is_the_light_itself(
    session: Session, town: Town, rows: list[tuple[State, datetime | None, bool]]
) -> None:
    ids = list(session.scalars(select(Finding.id))) or add_findings(session, town, 6)
    for id_, (state, at_risk_at, voided) in zip(ids, rows, strict=True):
        changed = {"state": state, "at_risk_at": at_risk_at, "voided_at": FOUND_AT if voided else None}
        session.execute(update(Finding).where(Finding.id == id_).values(changed))
    session.expire_all()
    for light in Light:
        shown = {row.id for row in session.scalars(select(Finding)) if light_of(row, NOW) is light}
        assert found(session, town, light=light) | found(session, town, light=light, voided=True) == shown


def test_the_light_follows_the_clock(session: Session, town: Town) -> None:
    finding = receive_finding(session, town)

    def light(at: datetime) -> Light:
        sweep(session, now=at)
        (seen,) = [light for light in Light if finding.id in found(session, town, at, light=light)]
        return seen

    assert light(FOUND_AT + timedelta(hours=2)) is Light.GREEN
    assert light(DEADLINE - timedelta(days=1)) is Light.AMBER
    assert light(DEADLINE) is Light.AMBER
    assert light(DEADLINE + timedelta(microseconds=1)) is Light.RED
