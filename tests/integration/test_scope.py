"""Who sees what: findings, events, reasons, opinions; for everyone, with outsiders who see nothing."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import InvalidInput, NotFound
from service.findings.escalations import refuse, void
from service.findings.handling_opinions import opine, reply
from service.findings.list import FindingFilter, list_findings
from service.findings.read import events_of, evidence_of, handling_opinions_of, reviews_of, seen_finding, submissions_of
from service.findings.view import view_finding
from service.models import Event, Finding
from service.scope import findings_seen, reason_seen
from tests.worlds.books import (
    Town,
    add_evidence,
    judge,
    local,
    log_finding,
    notify_finding,
    receive_finding,
    submit_finding,
    sweep_until,
)
from workflows.findings.audience import unit_knows
from workflows.vocabulary import Measure, Move, Origin, Outcome, Severity, State

CENTRE = {"inspector", "team_head", "leader", "leadership"}
REFUSED_AT = local(4, 14, 12)


def seers(session: Session, town: Town, finding: Finding) -> set[str]:
    """Who finds it by its id; the list must agree."""
    by_id = set()
    for name, actor in town.everybody().items():
        listed = finding.id in {row.id for row in every(session, town, name)}
        try:
            seen_finding(session, finding.id, actor=actor)
            by_id.add(name)
        except NotFound:
            pass
        assert listed == (name in by_id)
    return by_id


def every(session: Session, town: Town, name: str) -> list[Finding]:
    page = list_findings(session, FindingFilter(), actor=town.everybody()[name], now=REFUSED_AT, limit=200)
    return list(page.items)


def moves_read(session: Session, town: Town, finding: Finding, name: str) -> list[str]:
    return [str(event.move) for event in events_of(session, finding, actor=town.everybody()[name])]


def reported(session: Session, town: Town) -> Finding:
    """Refused, before the leadership team with an opinion, answered, submitted, not reviewed in time, passed."""
    finding = receive_finding(session, town)
    refuse(session, finding.id, actor=town.inspector, now=REFUSED_AT, reason="负责人当面拒绝整改")
    words = {"measure": Measure.TALK, "opinion": "约谈分管副校长"}
    at = REFUSED_AT + timedelta(hours=1)
    made = opine(session, finding.id, actor=town.leadership, now=at, **words)  # type: ignore[arg-type]  # one by one
    reply(session, made.id, actor=town.bureau, now=local(4, 14, 14), text="同意，限期反馈")
    submit_finding(session, town, finding, at=local(4, 15, 9))
    sweep_until(session, local(4, 20, 18))
    judge(session, town, finding, Outcome.PASS, at=local(4, 20, 19))
    return finding


def test_a_general_finding_is_seen_by_its_unit_from_notification_on(session: Session, town: Town) -> None:
    assert seers(session, town, log_finding(session, town)) == {*CENTRE, "district"}
    assert seers(session, town, notify_finding(session, town)) == {*CENTRE, "district", "university"}


def test_a_major_finding_is_seen_by_its_unit_from_logging_on(session: Session, town: Town) -> None:
    finding = log_finding(session, town, severity=Severity.MAJOR)
    assert seers(session, town, finding) == {*CENTRE, "district", "university"}


def test_a_self_found_finding_is_seen_by_its_unit_at_once(session: Session, town: Town) -> None:
    assert seers(session, town, log_finding(session, town, by=town.university)) == {*CENTRE, "district", "university"}


def test_a_district_office_does_not_see_what_the_centre_found_at_it_before_it_is_notified(
    session: Session, town: Town
) -> None:
    office = town.district_office.id
    assert seers(session, town, log_finding(session, town, organization_id=office)) == CENTRE
    notified = notify_finding(session, town, organization_id=office)
    assert seers(session, town, notified) == {*CENTRE, "district"}
    refuse(session, notified.id, actor=town.inspector, now=REFUSED_AT, reason="推诿")
    words = {"measure": Measure.TALK, "opinion": "约谈区招考办主任"}
    opine(session, notified.id, actor=town.leadership, now=REFUSED_AT + timedelta(hours=1), **words)  # type: ignore[arg-type]  # one by one
    assert moves_read(session, town, notified, "inspector") == ["log", "notify", "refuse", "opine"]
    assert moves_read(session, town, notified, "district") == ["log", "notify", "refuse"]
    (event,) = session.scalars(select(Event).where(Event.finding_id == notified.id, Event.move == Move.REFUSE))
    assert reason_seen(town.district, notified, event.move, event.reason) is None
    assert reason_seen(town.inspector, notified, event.move, event.reason) == "推诿"


def test_a_district_office_sees_what_it_found_and_the_centre_sees_it_too(session: Session, town: Town) -> None:
    finding = log_finding(session, town, by=town.district, organization_id=town.neighbour_college.id)
    assert seers(session, town, finding) == {*CENTRE, "district"}


def test_bureau_and_committee_see_a_finding_once_it_has_been_reported(session: Session, town: Town) -> None:
    finding = receive_finding(session, town)
    refuse(session, finding.id, actor=town.inspector, now=REFUSED_AT, reason="拒不整改")
    assert not {"bureau", "committee"} & seers(session, town, finding)
    ended = reported(session, town)
    assert seers(session, town, ended) == {*CENTRE, "district", "university", "bureau", "committee"}


def test_each_reads_the_events_meant_for_him_or_her(session: Session, town: Town) -> None:
    finding = reported(session, town)
    everything = ["log", "notify", "begin", "refuse", "opine", "reply", "submit", *["breach"] * 2, "review_pass"]
    for name in CENTRE:
        assert moves_read(session, town, finding, name) == everything
    of_district = [move for move in everything if move not in ("reply", "breach")]  # it was the team that was late
    assert moves_read(session, town, finding, "district") == of_district
    of_unit = ["log", "notify", "begin", "refuse", "submit", "review_pass"]
    assert moves_read(session, town, finding, "university") == of_unit
    for name in ("bureau", "committee"):
        assert moves_read(session, town, finding, name) == ["opine", "reply", "submit", "review_pass"]


def test_reasons_and_opinions_are_not_for_the_unit(session: Session, town: Town) -> None:
    finding = reported(session, town)
    reasons = {str(event.move): event.reason for event in events_of(session, finding, actor=town.university)}
    assert reasons["refuse"] == "负责人当面拒绝整改"
    assert reason_seen(town.university, finding, Move.REFUSE, reasons["refuse"]) is None
    assert reason_seen(town.university, finding, Move.REVIEW_PASS, reasons["review_pass"]) == "现场复查"
    assert handling_opinions_of(session, finding, actor=town.university) == []
    assert view_finding(session, finding, actor=town.university, now=REFUSED_AT).latest_opinion is None
    for name in (*CENTRE, "district", "bureau", "committee"):
        actor = town.everybody()[name]
        (opinion,) = handling_opinions_of(session, finding, actor=actor)
        replies = [] if name == "district" else ["同意，限期反馈"]
        assert (opinion.opinion, [answer.text for answer in opinion.replies]) == ("约谈分管副校长", replies)


def test_bureau_and_committee_get_the_brief_without_what_was_handed_in(session: Session, town: Town) -> None:
    finding = reported(session, town)
    for read in (submissions_of, reviews_of):
        assert len(read(session, finding, actor=town.leadership)) == 1
        assert read(session, finding, actor=town.bureau) == []
    assert len(evidence_of(session, [finding.id], actor=town.leadership)[finding.id]) == 1
    assert evidence_of(session, [finding.id], actor=town.bureau) == {}


def test_what_was_withdrawn_is_hidden_unless_it_is_asked_for(session: Session, town: Town) -> None:
    finding = log_finding(session, town)
    void(session, finding.id, actor=town.team_head, now=REFUSED_AT, reason="重复登记")
    assert every(session, town, "inspector") == []
    asked = list_findings(session, FindingFilter(voided=True), actor=town.inspector, now=REFUSED_AT)
    assert [row.id for row in asked.items] == [finding.id]
    assert list_findings(session, FindingFilter(voided=True), actor=town.university, now=REFUSED_AT).items == []


@pytest.mark.parametrize("name", ["admin", "neighbour", "other_university", "other_district", "other_inspector"])
def test_outsiders_cannot_tell_a_foreign_finding_from_an_unknown_one(session: Session, town: Town, name: str) -> None:
    finding, actor = receive_finding(session, town), town.everybody()[name]
    for id_ in (finding.id, "00000000-0000-4000-8000-000000000000"):
        with pytest.raises(NotFound, match="not_found"):
            refuse(session, id_, actor=actor, now=REFUSED_AT, reason="试探")


def test_the_condition_and_the_function_agree_on_what_a_unit_knows(session: Session, town: Town) -> None:
    for state in State:
        for origin in Origin:
            for severity in Severity:
                finding = log_finding(session, town)
                finding.state, finding.origin, finding.severity = state, origin, severity
                session.flush()
                query = select(Finding.id).where(Finding.id == finding.id, findings_seen(town.university))
                knows = unit_knows(state=state, origin=origin, severity=severity)
                assert (session.scalar(query) is not None) is knows


def test_evidence_of_another_organization_is_unknown(session: Session, town: Town) -> None:
    foreign = add_evidence(session, town.neighbour)
    with pytest.raises(InvalidInput):
        log_finding(session, town, evidence_ids=[foreign])
