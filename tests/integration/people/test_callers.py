"""Callers with several posts, and districts that are theirs within a round."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import NotFound
from service.findings.escalations import refuse
from service.findings.handling_opinions import opine
from service.findings.read import seen_finding
from service.models import Alert, Event, Finding, JournalEntry, Person, Post, Round
from service.people.callers import caller_of
from service.people.changes import change_person
from service.people.invitations import invite
from service.round_closing.closing import close
from service.rounds.rounds import add_team, assign, close_round
from tests.worlds.books import Town, local, log_finding, receive_finding
from tests.worlds.rows import NOW, make_round
from workflows.findings.facts import Actor
from workflows.journal import JournalAct
from workflows.vocabulary import Measure, Move, Role, Severity


@pytest.fixture
def both(session: Session, town: Town) -> Actor:
    """The responsible leader, who is of the leadership team too."""
    person = town.people["leader"]
    session.add(Post(person_id=person.id, organization_id=person.organization_id, role=Role.LEADERSHIP))
    session.flush()
    return caller_of(session, person).actor


def second_round(session: Session, town: Town) -> Round:
    """Another exam of the same spring, in which the other team has the first district."""
    round_ = make_round(session, "2026-09", starts_on=date(2026, 4, 1), ends_on=date(2026, 7, 1))
    team = add_team(session, round_, "第一督查组", [town.people["other_inspector"]])
    assign(session, round_, {town.district_office.id: (team, town.people["other_leader"])})
    return round_


def refused_finding(session: Session, town: Town) -> Finding:
    """Refused by the unit, and so before the leadership team."""
    finding = receive_finding(session, town)
    refuse(session, finding.id, actor=town.inspector, now=local(4, 14, 12), reason="拒不整改")
    return finding


def test_one_person_in_two_posts_may_what_each_may(session: Session, town: Town, both: Actor) -> None:
    assert both.holds(Role.LEADER)
    assert both.holds(Role.LEADERSHIP)
    elsewhere = log_finding(session, town, by=town.other_inspector, organization_id=town.other_college.id)
    assert seen_finding(session, elsewhere.id, actor=both).id == elsewhere.id
    with pytest.raises(NotFound):
        seen_finding(session, elsewhere.id, actor=replace(both, others=()))


def test_one_person_in_two_posts_hears_once_of_one_matter(session: Session, town: Town, both: Actor) -> None:
    finding = refused_finding(session, town)
    (event,) = session.scalars(select(Event).where(Event.finding_id == finding.id, Event.move == Move.REFUSE))
    mine = select(Alert.role).where(Alert.event_id == event.id, Alert.person_id == both.id)
    assert session.scalars(mine).all() == [Role.LEADER]


def test_the_record_says_in_which_post_somebody_acted(session: Session, town: Town, both: Actor) -> None:
    finding = refused_finding(session, town)
    opine(session, finding.id, actor=both, now=local(4, 15, 10), measure=Measure.TALK, opinion="约谈分管负责人。")
    (event,) = session.scalars(select(Event).where(Event.finding_id == finding.id, Event.move == Move.OPINE))
    assert (event.actor_id, event.actor_role) == (both.id, Role.LEADERSHIP)


def test_what_somebody_does_as_an_administrator_is_recorded_so(session: Session, town: Town) -> None:
    leader = town.people["leader"]
    session.add(Post(person_id=leader.id, organization_id=leader.organization_id, role=Role.ADMIN))
    session.flush()
    administrator = caller_of(session, leader).actor
    change_person(session, town.inspector.id or "", {"telephone": "0371-66668888"}, actor=administrator, now=NOW)
    invite(session, [town.people["inspector"]], actor=administrator, now=NOW)
    roles = session.scalars(select(JournalEntry.actor_role).where(JournalEntry.subject_id == town.inspector.id))
    assert roles.all() == [Role.ADMIN, Role.ADMIN]


def test_a_round_is_closed_in_the_post_that_closes_it(session: Session, town: Town, both: Actor) -> None:
    close(session, town.round.id, [], None, actor=both, now=NOW)
    roles = session.scalars(select(JournalEntry.actor_role).where(JournalEntry.act == JournalAct.CLOSE))
    assert set(roles) == {Role.LEADERSHIP}


def test_a_team_sees_a_district_within_its_round(session: Session, town: Town) -> None:
    finding = log_finding(session, town, severity=Severity.MAJOR)
    second_round(session, town)
    other = caller_of(session, town.people["other_inspector"]).actor
    assert town.district_office.id in other.district_ids
    with pytest.raises(NotFound):
        seen_finding(session, finding.id, actor=other)
    leader = caller_of(session, town.people["other_leader"]).actor
    with pytest.raises(NotFound):
        seen_finding(session, finding.id, actor=leader)


def test_what_a_closed_round_has_left_in_a_district_is_seen_by_the_team_that_has_it_now(
    session: Session, town: Town
) -> None:
    finding = log_finding(session, town)
    close_round(session, town.round, now=NOW)
    second_round(session, town)
    now_theirs = caller_of(session, town.people["other_inspector"]).actor
    assert seen_finding(session, finding.id, actor=now_theirs).id == finding.id
    before = session.get_one(Person, town.inspector.id)
    with pytest.raises(NotFound):
        seen_finding(session, finding.id, actor=caller_of(session, before).actor)
