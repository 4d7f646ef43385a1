"""Rectification notices: one paper with one or several findings of a unit, received as one."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session

from service.errors import Conflict, InvalidInput, NotAllowed, NotFound
from service.findings.escalations import void
from service.findings.rectification_notices import Demand, begin, issue, notify, receive, seen_notice
from service.findings.sweep import sweep
from service.models import Counter, Finding, RectificationNotice
from service.store.db import sessions
from tests.build.racing import run_together
from tests.worlds.books import (
    DEADLINE,
    FOUND_AT,
    SUBMITTED_AT,
    Town,
    heard,
    kinds,
    local,
    log_finding,
    notify_finding,
    submit_finding,
)
from workflows.vocabulary import State

LATER = FOUND_AT + timedelta(hours=1)


def issue_for(session: Session, town: Town, findings: list[Finding]) -> RectificationNotice:
    demands = [Demand(finding.id, f"整改第{n}项", DEADLINE) for n, finding in enumerate(findings, start=1)]
    return issue(session, town.college.id, demands, actor=town.inspector, now=FOUND_AT)


def test_a_notice_carries_several_findings_of_one_unit(session: Session, town: Town) -> None:
    findings = [log_finding(session, town) for _ in range(3)]
    notice = issue_for(session, town, findings)
    query = select(Finding).where(Finding.notice_id == notice.id).order_by(Finding.number)
    rows = session.scalars(query.execution_options(populate_existing=True)).all()
    assert [(row.number[-4:], row.requirement, row.state) for row in rows] == [
        ("0001", "整改第1项", State.NOTIFIED),
        ("0002", "整改第2项", State.NOTIFIED),
        ("0003", "整改第3项", State.NOTIFIED),
    ]
    assert notice.number == "限改〔2026〕1 号"
    assert issue_for(session, town, [log_finding(session, town)]).number == "限改〔2026〕2 号"


def test_findings_of_another_unit_do_not_go_onto_the_same_notice(session: Session, town: Town) -> None:
    mine, theirs = log_finding(session, town), log_finding(session, town, organization_id=town.neighbour_college.id)
    for findings in ([mine, theirs], [theirs]):
        with pytest.raises(InvalidInput) as refused:
            issue_for(session, town, findings)
        assert refused.value.fields == {"findings": "findings_of_one_unit"}
        session.expire_all()
    assert [row.state for row in (mine, theirs)] == [State.FOUND, State.FOUND]


def test_a_finding_that_is_listed_twice_is_refused(session: Session, town: Town) -> None:
    finding = log_finding(session, town)
    with pytest.raises(InvalidInput) as refused:
        issue_for(session, town, [finding, finding])
    assert refused.value.fields == {"findings": "duplicate"}


def test_one_finding_that_cannot_be_notified_stops_the_notice(session: Session, town: Town) -> None:
    first, second = log_finding(session, town), notify_finding(session, town)
    session.commit()
    with pytest.raises(Conflict, match="wrong_state"):
        issue_for(session, town, [first, second])
    session.rollback()
    session.refresh(first)
    assert (first.state, first.requirement, first.notice_id) == (State.FOUND, None, None)


def test_signing_receives_every_finding_of_the_notice(session: Session, town: Town) -> None:
    findings = [log_finding(session, town) for _ in range(3)]
    notice = issue_for(session, town, findings)
    void(session, findings[1].id, actor=town.leader, now=LATER, reason="重复")
    begin(session, findings[2].id, actor=town.university, now=LATER, plan="周五前更换")
    query = select(Finding).where(Finding.notice_id == notice.id).order_by(Finding.number)
    rows = session.scalars(query.execution_options(populate_existing=True)).all()
    assert [(row.state, row.plan, row.received_at) for row in rows] == [
        (State.RECTIFYING, "周五前更换", LATER),
        (State.NOTIFIED, None, None),
        (State.RECTIFYING, "周五前更换", LATER),
    ]
    assert (notice.received_at, notice.received_by_id) == (LATER, town.university.id)
    with pytest.raises(Conflict, match="already_received"):
        receive(session, notice.id, actor=town.university, now=LATER)


def test_a_receipt_after_deeming_is_recorded_and_moves_no_deadline(session: Session, town: Town) -> None:
    finding = notify_finding(session, town, deadline=None, working_days=5)
    assert finding.next_action_at == local(4, 14)
    sweep(session, now=local(4, 14))
    session.refresh(finding)
    assert (finding.receipt_deemed, finding.state, finding.deadline) == (True, State.NOTIFIED, local(4, 21))
    begin(session, finding.id, actor=town.university, now=local(4, 15, 9))
    session.refresh(finding)
    assert (finding.state, finding.received_at, finding.deadline) == (
        State.RECTIFYING,
        local(4, 14),
        local(4, 21),
    )
    assert heard(session, finding, town, "begin") == ["inspector", "team_head"]


def test_a_submission_counts_as_receipt_and_the_others_can_still_be_signed_for(session: Session, town: Town) -> None:
    findings = [log_finding(session, town) for _ in range(2)]
    notice = issue_for(session, town, findings)
    submit_finding(session, town, findings[0], at=LATER)
    receive(session, notice.id, actor=town.university, now=SUBMITTED_AT)
    assert "begin" not in kinds(session, findings[0])
    assert kinds(session, findings[1])[-1] == "begin"


def test_only_the_unit_signs_and_outsiders_see_no_notice(session: Session, town: Town) -> None:
    notice = issue_for(session, town, [log_finding(session, town)])
    for actor in (town.inspector, town.district, town.leadership):
        with pytest.raises(NotAllowed, match="not_yours"):
            receive(session, notice.id, actor=actor, now=LATER)
    receive(session, notice.id, actor=town.university, now=LATER)
    with pytest.raises(NotAllowed, match="not_yours"):
        receive(session, notice.id, actor=town.inspector, now=LATER)
    for actor in (town.neighbour, town.other_district, town.bureau, town.admin):
        with pytest.raises(NotFound):
            seen_notice(session, notice.id, actor=actor)


def test_a_unit_begins_what_it_found_itself_with_its_own_deadline(session: Session, town: Town) -> None:
    finding = log_finding(session, town, by=town.university)
    with pytest.raises(InvalidInput) as refused:
        begin(session, finding.id, actor=town.university, now=LATER)
    assert refused.value.fields == {"deadline": "deadline_missing"}
    begun = begin(session, finding.id, actor=town.university, now=LATER, deadline=DEADLINE, plan="自行更换")
    assert (begun.state, begun.deadline, begun.plan) == (State.RECTIFYING, DEADLINE, "自行更换")


@pytest.mark.parametrize(
    ("demand", "code"),
    [
        ({"deadline": FOUND_AT}, "deadline_past"),
        ({}, "deadline_missing"),
        ({"working_days": 0}, "deadline_past"),
    ],
)
def test_a_notice_without_a_future_deadline_is_refused(
    session: Session, town: Town, demand: dict[str, object], code: str
) -> None:
    finding = log_finding(session, town)
    with pytest.raises(InvalidInput) as refused:
        notify(session, Demand(finding.id, "整改", **demand), actor=town.inspector, now=FOUND_AT)  # type: ignore[arg-type]
    assert refused.value.fields == {"deadline": code}


def test_a_notice_of_an_unknown_finding_is_not_found(session: Session, town: Town) -> None:
    foreign = log_finding(session, town, by=town.other_inspector, organization_id=town.other_college.id)
    for id_ in (foreign.id, "00000000-0000-4000-8000-000000000000"):
        with pytest.raises(NotFound, match="not_found"):
            notify(session, Demand(id_, "整改", DEADLINE), actor=town.inspector, now=FOUND_AT)


def test_two_who_sign_through_different_findings_do_not_block_each_other(
    engine: Engine, session: Session, town: Town
) -> None:
    findings = sorted((log_finding(session, town) for _ in range(6)), key=lambda finding: finding.id)
    issue_for(session, town, findings)
    session.commit()

    def sign(finding: Finding) -> None:
        with sessions(engine).begin() as own:
            begin(own, finding.id, actor=town.university, now=LATER)

    failures = run_together(*[lambda finding=finding: sign(finding) for finding in findings])
    assert [failure.args for failure in failures] == [("already_received",)] * 5
    session.expire_all()
    assert {row.state for row in session.scalars(select(Finding))} == {State.RECTIFYING}


def test_numbers_go_on_after_those_that_rounds_gave_out_themselves(session: Session, town: Town) -> None:
    older = issue_for(session, town, [log_finding(session, town)])
    older.number = "限改〔2026〕41 号"
    session.execute(delete(Counter).where(Counter.name.startswith("notices:")))
    session.flush()
    numbers = [issue_for(session, town, [log_finding(session, town)]).number for _ in range(2)]
    assert numbers == ["限改〔2026〕42 号", "限改〔2026〕43 号"]
