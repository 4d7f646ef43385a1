"""处理意见 and 批复: what reaches bureau and committee, and what a new deadline begins."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from service.errors import Conflict, InvalidInput, NotAllowed, NotFound
from service.findings.escalations import escalate, refuse
from service.findings.handling_opinions import opine, reply
from service.findings.read import handling_opinions_of
from service.findings.view import view_finding
from service.models import Finding, HandlingOpinion
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
from workflows.vocabulary import Measure, State

REFUSED_AT = local(4, 14, 12)
AT = REFUSED_AT + timedelta(hours=1)


def escalated(session: Session, town: Town) -> Finding:
    finding = receive_finding(session, town)
    refuse(session, finding.id, actor=town.inspector, now=REFUSED_AT, reason="拒不整改")
    return finding


def opined(session: Session, town: Town, finding: Finding, *, anew: bool = False) -> HandlingOpinion:
    until = local(4, 20) if anew else None
    words = {"measure": Measure.SUPERVISED, "opinion": "挂牌督办", "new_deadline": until}
    return opine(session, finding.id, actor=town.leadership, now=AT, **words)  # type: ignore[arg-type]  # one by one


def test_an_opinion_reports_the_finding_up(session: Session, town: Town) -> None:
    finding = escalated(session, town)
    opinion = opined(session, town, finding)
    session.refresh(finding)
    assert (finding.state, finding.escalation_level, finding.reported_at) == (State.ESCALATED, 2, AT)
    assert finding.opinion_awaited_since is None
    told = ["bureau", "committee", "district", "inspector", "leader", "team_head"]
    assert heard(session, finding, town, "opine") == told
    shown = view_finding(session, finding, actor=town.inspector, now=AT)
    assert shown.latest_opinion is opinion


def test_an_opinion_with_a_new_deadline_sets_the_finding_anew(session: Session, town: Town) -> None:
    finding = escalated(session, town)
    opined(session, town, finding, anew=True)
    session.refresh(finding)
    assert (finding.state, finding.escalation_level, finding.cycle) == (State.RECTIFYING, 2, 2)
    assert finding.deadline == local(4, 20)
    assert kinds(session, finding)[-2:] == ["opine", "set_anew"]
    anew = heard(session, finding, town, "set_anew")
    assert anew == ["bureau", "committee", "district", "inspector", "leader", "team_head", "university"]
    sweep_until(session, local(4, 20) + timedelta(minutes=1))
    assert kinds(session, finding)[-2:] == ["expire", "escalate.2"]  # missed again: at once


def test_an_opinion_whose_new_deadline_is_wrong_is_not_recorded_at_all(session: Session, town: Town) -> None:
    finding = escalated(session, town)
    session.commit()
    words = {"measure": Measure.TALK, "opinion": "约谈", "new_deadline": REFUSED_AT}
    with pytest.raises(InvalidInput) as refused:
        opine(session, finding.id, actor=town.leadership, now=AT, **words)  # type: ignore[arg-type]  # one by one
    session.rollback()
    assert refused.value.fields == {"deadline": "deadline_past"}
    session.refresh(finding)
    assert (finding.escalation_level, finding.reported_at) == (1, None)
    assert handling_opinions_of(session, finding, actor=town.leadership) == []


def test_without_an_opinion_it_is_reported_as_overdue_after_a_warning(session: Session, town: Town) -> None:
    finding = escalated(session, town)
    sweep_until(session, local(4, 17, 18))
    told = kinds(session, finding)
    assert told[4:] == ["remind.opinion", "breach.opinion", "escalate.2"]
    assert heard(session, finding, town, "remind.opinion") == ["leadership"]
    assert {"bureau", "committee"} <= set(heard(session, finding, town, "escalate.2"))


def test_only_the_leadership_team_opines_and_only_on_what_has_gone_up(session: Session, town: Town) -> None:
    finding = receive_finding(session, town)
    with pytest.raises(Conflict, match="wrong_state"):
        opined(session, town, finding)
    refuse(session, finding.id, actor=town.inspector, now=REFUSED_AT, reason="拒不整改")
    for actor in (town.leader, town.team_head, town.district):
        with pytest.raises(NotAllowed, match="not_yours"):
            opine(session, finding.id, actor=actor, now=AT, measure=Measure.TALK, opinion="约谈")


def test_bureau_and_committee_reply_once_it_has_reached_them(session: Session, town: Town) -> None:
    finding = escalated(session, town)
    opinion = opined(session, town, finding)
    reply(session, opinion.id, actor=town.committee, now=AT + timedelta(hours=1), text="同意")
    assert heard(session, finding, town, "reply") == ["leader", "leadership"]
    (seen,) = handling_opinions_of(session, finding, actor=town.committee)
    assert [answer.text for answer in seen.replies] == ["同意"]
    with pytest.raises(NotAllowed):
        reply(session, opinion.id, actor=town.leadership, now=AT + timedelta(hours=1), text="同意")
    with pytest.raises(NotFound):
        reply(session, opinion.id, actor=town.other_inspector, now=AT + timedelta(hours=1), text="同意")


def test_a_leader_escalates_the_level_that_was_seen(session: Session, town: Town) -> None:
    finding = receive_finding(session, town)
    at = DEADLINE + timedelta(minutes=1)
    words = {"now": at, "reason": "临近考试"}
    with pytest.raises(Conflict, match="stale_level"):
        escalate(session, finding.id, actor=town.leader, from_level=1, **words)  # type: ignore[arg-type]
    for level in (0, 1):
        escalate(session, finding.id, actor=town.leadership, from_level=level, **words)  # type: ignore[arg-type]
    with pytest.raises(Conflict, match="at_last_level"):
        escalate(session, finding.id, actor=town.leadership, from_level=2, **words)  # type: ignore[arg-type]


def test_a_pending_submission_stays_pending_when_the_finding_is_set_anew(session: Session, town: Town) -> None:
    finding = escalated(session, town)
    submit_finding(session, town, finding, at=REFUSED_AT + timedelta(minutes=30))
    opined(session, town, finding, anew=True)
    sweep_until(session, local(4, 20) + timedelta(hours=1))
    session.refresh(finding)
    assert (finding.state, finding.pending_submission_id is not None) == (State.RECTIFYING, True)
    assert finding.deadline is not None
    assert finding.deadline < SUBMITTED_AT
