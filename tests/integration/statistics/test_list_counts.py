"""The counts above a list are those of the list: for everybody, by whatever it is narrowed, tallied or not."""

from collections import Counter
from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from service.findings.escalations import void
from service.findings.list import NO_CATEGORY, FindingFilter, list_findings
from service.models import Finding
from service.statistics.list_counts import count_findings
from tests.build.checklists import add_checklist
from tests.worlds.books import (
    DEADLINE,
    SUBMITTED_AT,
    Town,
    judge,
    log_finding,
    receive_finding,
    report_up,
    submit_finding,
    sweep_until,
)
from workflows.findings.light import light
from workflows.vocabulary import Light, Origin, Outcome, Severity, State

WANTED = {
    "all": FindingFilter(),
    "state and light do not narrow counts": FindingFilter(state=State.OVERDUE, light=Light.RED),
    "severity": FindingFilter(severity=Severity.MAJOR),
    "origin": FindingFilter(origin=(Origin.CENTRE, Origin.UNIT)),
    "level": FindingFilter(escalation_level=(1, 2)),
    "proposed": FindingFilter(proposed=False),
    "ever overdue": FindingFilter(ever_overdue=True),
    "never overdue": FindingFilter(ever_overdue=False),
    "heading": FindingFilter(category="标准化考点建设"),
    "no heading": FindingFilter(category=NO_CATEGORY),
    "words": FindingFilter(q="摄像头"),
    "awaiting no review": FindingFilter(awaiting_review=False),
    "withdrawn": FindingFilter(voided=True),
}


@pytest.fixture
def findings(session: Session, town: Town) -> None:
    """Overdue, put right, reported, of the office itself, of another district, withdrawn, on an item, and one ahead."""
    (item,) = add_checklist(session, town.round, [("1-12", "标准化考点建设")])
    receive_finding(session, town)
    passed = receive_finding(session, town)
    submit_finding(session, town, passed)
    judge(session, town, passed, Outcome.PASS, at=SUBMITTED_AT)
    sweep_until(session, DEADLINE)
    report_up(session, town, log_finding(session, town))
    log_finding(session, town, organization_id=town.district_office.id)
    log_finding(session, town, checklist_item_id=item.id, severity=Severity.MAJOR)
    log_finding(session, town, by=town.other_inspector, organization_id=town.other_college.id)
    mistaken: Finding = log_finding(session, town)
    void(session, mistaken.id, actor=town.team_head, now=DEADLINE, reason="登记有误")
    session.commit()


@pytest.mark.usefixtures("findings")
def test_counts_are_those_of_the_list(session: Session, town: Town) -> None:
    counted = 0
    for who, actor in town.everybody().items():
        if who == "admin":
            continue
        for what, wanted in WANTED.items():
            wider = replace(wanted, state=None, light=None)
            listed = list_findings(session, wider, actor=actor, now=DEADLINE).items
            lights = Counter(
                light(state=one.state, voided=one.voided_at is not None, at_risk_at=one.at_risk_at, now=DEADLINE)
                for one in listed
            )
            counts = count_findings(session, wanted, actor=actor, now=DEADLINE)
            assert +Counter(counts.states) == Counter(one.state for one in listed), f"{what} as {who}"
            assert +Counter(counts.lights) == lights, f"{what} as {who}"
            counted += len(listed)
    assert counted > 100
