"""延期: asked for by the unit, decided by the other side, ended by what happens meanwhile."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from service.errors import Conflict, InvalidInput, NotAllowed, NotFound
from service.findings.escalations import refuse
from service.findings.extensions import ask, decide
from service.findings.read import extensions_of
from service.findings.view import view_finding
from service.models import Extension, Finding
from tests.worlds.books import (
    DEADLINE,
    SUBMITTED_AT,
    Town,
    heard,
    kinds,
    local,
    receive_finding,
    submit_finding,
    sweep_until,
)
from workflows.vocabulary import Severity, State

LATER_ON = local(4, 29)
AT = SUBMITTED_AT + timedelta(hours=1)


def asked(session: Session, town: Town, finding: Finding) -> Extension:
    return ask(session, finding.id, actor=town.university, now=SUBMITTED_AT, deadline=LATER_ON, reason="设备在途")


def test_a_grant_moves_the_deadline_and_keeps_the_original(session: Session, town: Town) -> None:
    finding = receive_finding(session, town)
    request = asked(session, town, finding)
    shown = view_finding(session, finding, actor=town.inspector, now=AT)
    assert shown.pending_extension is request
    decide(session, request.id, actor=town.inspector, now=AT, granted=True, comment="同意")
    session.refresh(finding)
    assert (finding.deadline, finding.original_deadline, finding.extensions) == (LATER_ON, DEADLINE, 1)
    assert (request.granted, request.granted_deadline, request.decided_by_id) == (True, LATER_ON, town.inspector.id)
    assert heard(session, finding, town, "grant_extension") == ["district", "team_head", "university"]


def test_the_decider_may_name_another_deadline_or_deny(session: Session, town: Town) -> None:
    first, second = receive_finding(session, town), receive_finding(session, town)
    earlier = local(4, 27)
    one, two = asked(session, town, first), asked(session, town, second)
    decide(session, one.id, actor=town.team_head, now=AT, granted=True, comment="最多三天", deadline=earlier)
    decide(session, two.id, actor=town.team_head, now=AT, granted=False, comment="理由不足")
    session.expire_all()
    assert (first.deadline, second.deadline, second.pending_extension_id) == (earlier, DEADLINE, None)
    assert [row.granted for row in extensions_of(session, second, actor=town.university)] == [False]


def test_the_clock_runs_on_while_it_is_only_asked_for_and_a_grant_takes_it_back(session: Session, town: Town) -> None:
    finding = receive_finding(session, town)
    request = asked(session, town, finding)
    sweep_until(session, DEADLINE + timedelta(minutes=1))
    assert kinds(session, finding)[-1] == "expire"
    at = DEADLINE + timedelta(minutes=2)
    decide(session, request.id, actor=town.inspector, now=at, granted=True, comment="同意")
    session.refresh(finding)
    assert (finding.state, finding.overdue_at, finding.deadline) == (State.RECTIFYING, None, LATER_ON)


def test_escalation_ends_the_request(session: Session, town: Town) -> None:
    finding = receive_finding(session, town)
    request = asked(session, town, finding)
    refuse(session, finding.id, actor=town.inspector, now=AT, reason="拒不整改")
    with pytest.raises(Conflict) as refused:
        decide(session, request.id, actor=town.inspector, now=AT, granted=True, comment="同意")
    assert refused.value.particulars["state"] == "escalated"
    session.expire_all()
    assert (finding.pending_extension_id, request.granted) == (None, None)


def test_a_decision_on_an_old_request_does_not_decide_the_new_one(session: Session, town: Town) -> None:
    finding = receive_finding(session, town)
    first = asked(session, town, finding)
    decide(session, first.id, actor=town.inspector, now=AT, granted=False, comment="不同意")
    second = ask(session, finding.id, actor=town.university, now=AT, deadline=LATER_ON, reason="再次申请")
    session.commit()
    with pytest.raises(Conflict, match="no_extension_pending"):
        decide(session, first.id, actor=town.inspector, now=AT, granted=True, comment="同意")
    session.rollback()
    with pytest.raises(NotAllowed, match="not_yours"):
        decide(session, first.id, actor=town.university, now=AT, granted=True, comment="自批")
    session.rollback()
    session.refresh(finding)
    assert (finding.pending_extension_id, finding.deadline) == (second.id, DEADLINE)


def test_of_a_major_finding_the_responsible_leader_decides(session: Session, town: Town) -> None:
    finding = receive_finding(session, town, severity=Severity.MAJOR)
    request = asked(session, town, finding)
    assert heard(session, finding, town, "ask_extension") == ["leader"]
    with pytest.raises(NotAllowed):
        decide(session, request.id, actor=town.team_head, now=AT, granted=True, comment="同意")
    decide(session, request.id, actor=town.leader, now=AT, granted=True, comment="同意")


@pytest.mark.parametrize(
    ("deadline", "code"),
    [
        (SUBMITTED_AT, "deadline_past"),
        (DEADLINE, "deadline_not_later"),
        (local(6, 1), "extension_too_long"),
    ],
)
def test_a_deadline_that_is_not_later_or_too_late_is_refused(
    session: Session, town: Town, deadline: object, code: str
) -> None:
    finding = receive_finding(session, town)
    words = {"actor": town.university, "now": SUBMITTED_AT, "deadline": deadline, "reason": "设备在途"}
    with pytest.raises(InvalidInput) as refused:
        ask(session, finding.id, **words)  # type: ignore[arg-type]  # one by one
    assert refused.value.fields == {"deadline": code}


def test_an_extension_of_an_unseen_finding_is_not_found(session: Session, town: Town) -> None:
    request = asked(session, town, receive_finding(session, town))
    for actor in (town.other_inspector, town.neighbour, town.bureau):
        with pytest.raises(NotFound):
            decide(session, request.id, actor=actor, now=AT, granted=True, comment="同意")


def test_a_grant_while_awaiting_review_lengthens_what_remains(session: Session, town: Town) -> None:
    finding = receive_finding(session, town)
    request = asked(session, town, finding)
    submit_finding(session, town, finding, at=AT)
    decide(session, request.id, actor=town.inspector, now=AT, granted=True, comment="同意")
    session.refresh(finding)
    assert (finding.deadline, finding.stopped_at) == (LATER_ON, AT)
