"""The audit holds what is served against the events: every forged column, every row taken away or slipped in."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from service.audit.checkpoints import checkpoint
from service.audit.faults import Fault, FaultKind
from service.audit.verify import verify
from service.findings.escalations import void
from service.findings.extensions import ask, decide
from service.findings.handling_opinions import opine, reply
from service.findings.rectification_notices import begin
from service.models import Finding, Submission, new_id
from service.wording import wording
from tests.worlds.books import (
    FOUND_AT,
    SUBMITTED_AT,
    Town,
    judge,
    local,
    log_finding,
    notify_finding,
    receive_finding,
    submit_finding,
    sweep_until,
)
from workflows.vocabulary import Measure, Outcome, Severity

FORGED = {
    "findings.state": "'verified', next_action_at = NULL",
    "findings.escalation_level": "1",
    "findings.severity": "'general'",
    "findings.organization_id": "district_id",
    "findings.number": "'2026-08-9999'",
    "findings.deadline": "'2026-06-05 09:00:00.000000+00:00'",
    "findings.voided_at": "created_at",
    "submissions.measures": "'已全部更换'",
    "submissions.submitted_at": "'2026-04-01 09:00:00.000000+00:00'",
    "submissions.submitted_by_id": "(SELECT id FROM people WHERE username = 'neighbour')",
    "reviews.outcome": "'pass'",
    "reviews.comment": "'整改到位'",
    "reviews.remaining": "'无'",
    "extensions.deadline": "'2026-06-05 09:00:00.000000+00:00'",
    "extensions.reason": "'另有原因'",
    "extensions.granted": "NULL",
    "extensions.granted_deadline": "NULL",
    "extensions.comment": "'不予批准'",
    "handling_opinions.opinion": "'无需处理'",
    "handling_opinions.measure": "'talk'",
    "handling_opinions.new_deadline": "'2026-06-05 09:00:00.000000+00:00'",
    "replies.text": "'同意免予处理'",
    "replies.replied_by_id": "(SELECT id FROM people WHERE username = 'committee')",
}


@pytest.fixture
def eventful(session: Session, town: Town) -> Finding:
    """A major finding that went through everything that leaves a row, among others in every state."""
    finding = receive_finding(session, town, severity=Severity.MAJOR, by=town.inspector)
    asked_at = FOUND_AT + timedelta(days=1)
    asked = ask(session, finding.id, actor=town.university, now=asked_at, deadline=local(4, 27), reason="摄像头在途")
    decide(session, asked.id, actor=town.leader, now=asked_at, granted=True, comment="同意", deadline=local(4, 28))
    submit_finding(session, town, finding)
    judge(session, town, finding, Outcome.FAIL, at=SUBMITTED_AT + timedelta(hours=2))
    at = SUBMITTED_AT + timedelta(hours=4)
    until = local(5, 8)
    opinion = opine(
        session,
        finding.id,
        actor=town.leadership,
        now=at,
        measure=Measure.SUPERVISED,
        opinion="挂牌督办",
        new_deadline=until,
    )
    reply(session, opinion.id, actor=town.bureau, now=at + timedelta(hours=1), text="同意")
    session.commit()
    session.refresh(finding)
    return finding


def test_a_busy_season_that_nobody_touched_is_whole(session: Session, town: Town, eventful: Finding) -> None:
    notify_finding(session, town, deadline=None, working_days=5)
    withdrawn = log_finding(session, town)
    void(session, withdrawn.id, actor=town.team_head, now=FOUND_AT, reason="重复登记")
    own = log_finding(session, town, by=town.university)
    begin(session, own.id, actor=town.university, now=FOUND_AT, deadline=local(4, 20))
    passed = receive_finding(session, town)
    submit_finding(session, town, passed, at=FOUND_AT + timedelta(days=1))
    judge(session, town, passed, Outcome.PASS, at=FOUND_AT + timedelta(days=2))
    sweep_until(session, local(5, 20))
    assert checkpoint(session, now=local(5, 20))
    assert verify(session) == []


def test_every_forged_column_is_found_and_named(session: Session, eventful: Finding) -> None:
    number, id_ = eventful.number, eventful.id
    for field, value in FORGED.items():
        table, column = field.split(".")
        session.execute(text(f"UPDATE {table} SET {column} = {value}"))  # noqa: S608 - of the list above
        fault, row = verify(session)
        session.rollback()
        assert (fault.kind, fault.field, fault.finding_id) == (FaultKind.ROW, field, id_), field
        assert (row.kind, row.field) == (FaultKind.CHANGED, table), field
        assert fault.number == (number if column != "number" else "2026-08-9999")


def test_a_row_that_was_taken_away_is_found(session: Session, eventful: Finding) -> None:
    number = eventful.number
    for table in ("reviews", "replies", "extensions"):
        session.execute(text(f"DELETE FROM {table}"))  # noqa: S608 - of the list above
        fault, row = verify(session)
        session.rollback()
        assert (fault.kind, fault.field, fault.number) == (FaultKind.NO_ROW, table, number)
        assert (row.kind, row.field) == (FaultKind.TAKEN_OUT, table)


def test_a_row_that_was_slipped_in_is_found(session: Session, town: Town, eventful: Finding) -> None:
    slipped = {"id": new_id(), "finding_id": eventful.id, "measures": "已整改", "late": False}
    session.add(Submission(**slipped, submitted_at=SUBMITTED_AT, submitted_by_id=town.university.id))
    session.flush()
    assert verify(session) == [
        Fault(FaultKind.NO_EVENT, eventful.id, eventful.number, field="submissions"),
    ]


@pytest.mark.parametrize("kind", FaultKind)
def test_every_fault_has_a_sentence_in_both_languages(kind: FaultKind) -> None:
    assert set(wording("audit")[kind]) == {"zh", "en"}
