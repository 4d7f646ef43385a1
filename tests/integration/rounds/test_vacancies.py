"""Vacant posts: what only the absent person might do falls to the next above, and ends when somebody is back."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import NotAllowed
from service.findings.escalations import void
from service.findings.extensions import ask, decide
from service.findings.read import moves_under
from service.findings.rectification_notices import begin
from service.models import Assignment, Extension, Finding, Person
from service.people.organizations import add_on_record, rename_or_move
from service.rounds.rulebooks import RulesOfRounds
from service.rounds.vacancies import vacancies_of
from tests.worlds.books import DEADLINE, FOUND_AT, Town, heard, log_finding, notify_finding, receive_finding
from workflows.findings.facts import Actor
from workflows.rules import Vacant
from workflows.vocabulary import Move, OrganizationKind, Role, Severity

DAY = timedelta(days=1)


def close_accounts(session: Session, town: Town, *names: str) -> None:
    for name in names:
        session.get_one(Person, town.people[name].id).disabled_at = FOUND_AT
    session.flush()


def allowed(session: Session, finding: Finding, actor: Actor) -> list[Move]:
    rules = RulesOfRounds(session).of(finding.round_id, finding.policy_version)
    return moves_under(rules, finding, actor=actor)


def asked(session: Session, town: Town) -> tuple[Finding, str]:
    """A major finding with an extension asked for."""
    finding = receive_finding(session, town, severity=Severity.MAJOR)
    ask(session, finding.id, actor=town.university, now=FOUND_AT + DAY, deadline=DEADLINE + DAY, reason="厂家供货")
    return finding, session.scalars(select(Extension.id).where(Extension.finding_id == finding.id)).one()


def test_without_its_leader_a_major_finding_is_decided_and_heard_above(session: Session, town: Town) -> None:
    close_accounts(session, town, "leader")
    finding, extension_id = asked(session, town)
    assert "leadership" in heard(session, finding, town, "log.major")
    assert "leadership" in heard(session, finding, town, "ask_extension")
    assert Move.GRANT_EXTENSION in allowed(session, finding, town.leadership)
    assert Move.GRANT_EXTENSION not in allowed(session, finding, town.team_head)
    decide(session, extension_id, actor=town.leadership, now=FOUND_AT + DAY, granted=True, comment="同意")


def test_when_the_leader_is_back_it_ends(session: Session, town: Town) -> None:
    close_accounts(session, town, "leader")
    finding, extension_id = asked(session, town)
    session.get_one(Person, town.leader.id).disabled_at = None
    session.flush()
    assert Move.GRANT_EXTENSION not in allowed(session, finding, town.leadership)
    with pytest.raises(NotAllowed):
        decide(session, extension_id, actor=town.leadership, now=FOUND_AT + DAY, granted=True, comment="同意")
    decide(session, extension_id, actor=town.leader, now=FOUND_AT + DAY, granted=True, comment="同意")
    assert "leadership" not in heard(session, log_finding(session, town, severity=Severity.MAJOR), town, "log.major")


def test_a_district_without_a_leader_is_the_leadership_teams(session: Session, town: Town) -> None:
    session.get_one(Assignment, (town.round.id, town.district_office.id)).leader_id = None
    session.flush()
    finding = notify_finding(session, town)
    assert Move.VOID in allowed(session, finding, town.leadership)
    void(session, finding.id, actor=town.leadership, now=FOUND_AT, reason="误登")


def test_what_a_head_alone_may_do_falls_to_the_leader(session: Session, town: Town) -> None:
    finding = log_finding(session, town)
    assert Move.VOID not in allowed(session, finding, town.leader)
    close_accounts(session, town, "team_head")
    assert Move.VOID in allowed(session, finding, town.leader)
    assert Move.NOTIFY not in allowed(session, finding, town.leader)
    assert Move.NOTIFY in allowed(session, finding, town.inspector)


def test_a_team_without_anybody_is_stood_in_for_by_the_leader(session: Session, town: Town) -> None:
    finding = log_finding(session, town)
    close_accounts(session, town, "team_head", "inspector")
    assert Move.NOTIFY in allowed(session, finding, town.leader)
    close_accounts(session, town, "leader")
    assert Move.NOTIFY in allowed(session, finding, town.leadership)
    assert allowed(session, finding, town.other_team_head) == []


def test_an_office_without_anybody_is_stood_in_for_by_the_team(session: Session, town: Town) -> None:
    finding = log_finding(session, town, by=town.district)
    assert Move.NOTIFY not in allowed(session, finding, town.inspector)
    close_accounts(session, town, "district")
    assert Move.NOTIFY in allowed(session, finding, town.inspector)


def test_who_has_another_role_by_now_fills_the_post_no_longer(session: Session, town: Town) -> None:
    assert vacancies_of(session, town.round.id) == {}
    session.get_one(Person, town.leader.id).role = Role.INSPECTOR
    session.get_one(Person, town.district.id).username = None
    session.flush()
    assert vacancies_of(session, town.round.id) == {town.district_office.id: Vacant(leader=True, office=True)}


def test_what_was_moved_to_a_district_without_a_team_is_the_leadership_teams(session: Session, town: Town) -> None:
    finding = notify_finding(session, town)
    centre_id = town.people["leader"].organization_id
    new = add_on_record(
        session,
        kind=OrganizationKind.DISTRICT,
        name="新区招生考试办公室",
        parent_id=centre_id,
        actor=town.admin,
        now=FOUND_AT,
    )
    rename_or_move(session, finding.organization_id, parent_id=new.id, actor=town.admin, now=FOUND_AT)
    session.refresh(finding)
    assert Move.REFUSE in allowed(session, finding, town.leadership)
    begin(session, finding.id, actor=town.university, now=FOUND_AT + DAY)
    assert "leadership" in heard(session, finding, town, "begin")
