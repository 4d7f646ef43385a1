"""Who the hearers are as people: of the unit, the office, the team, the leaders, those above and those told before."""

import pytest
from sqlalchemy import RowMapping, select, update
from sqlalchemy.orm import Session

from service.findings.escalations import refuse
from service.findings.sweep import COLUMNS
from service.findings.view import view_finding
from service.models import Assignment, Finding, Organization, Person
from service.people.accounts import disable_person
from service.records.recipients import Directory
from tests.worlds.books import FOUND_AT, Town, local, log_finding, receive_finding
from tests.worlds.rows import make_person
from workflows.vocabulary import Addressee, Role, Severity


def rows_of(session: Session, *findings: Finding) -> list[RowMapping]:
    ids = [finding.id for finding in findings]
    rows = {row["id"]: row for row in session.execute(select(*COLUMNS).where(Finding.id.in_(ids))).mappings()}
    return [rows[id_] for id_ in ids]


def names(town: Town, directory: Directory, row: RowMapping, *hearers: Addressee, unit_knows: bool = True) -> list[str]:
    known = {actor.id: name for name, actor in town.everybody().items()}
    return [known[one.id] for one in directory.hear(row, hearers, unit_knows=unit_knows)]


def test_each_hearer_is_the_people_on_that_side_of_the_finding(session: Session, town: Town) -> None:
    here = log_finding(session, town)
    there = log_finding(session, town, by=town.other_inspector, organization_id=town.other_college.id)
    rows = rows_of(session, here, there)
    directory = Directory(session, rows)
    for row, prefix in zip(rows, ("", "other_"), strict=True):
        assert names(town, directory, row, Addressee.UNIT) == [f"{prefix}university"]
        assert names(town, directory, row, Addressee.DISTRICT) == [f"{prefix}district"]
        assert sorted(names(town, directory, row, Addressee.TEAM)) == [f"{prefix}inspector", f"{prefix}team_head"]
        assert names(town, directory, row, Addressee.RESPONSIBLE_LEADER) == [f"{prefix}leader"]
        assert names(town, directory, row, Addressee.LEADERSHIP) == ["leadership"]
        assert names(town, directory, row, Addressee.BUREAU, Addressee.COMMITTEE) == ["bureau", "committee"]
        assert names(town, directory, row, Addressee.TOLD) == []


def test_without_a_responsible_leader_the_others_hear_and_the_finding_is_shown(session: Session, town: Town) -> None:
    session.execute(update(Assignment).values(leader_id=None))
    finding = receive_finding(session, town, severity=Severity.MAJOR)
    refuse(session, finding.id, actor=town.inspector, now=local(4, 14, 12), reason="拒不整改")
    (row,) = rows_of(session, finding)
    directory = Directory(session, [row])
    hearers = (Addressee.RESPONSIBLE_LEADER, Addressee.LEADERSHIP, Addressee.UNIT)
    assert names(town, directory, row, *hearers) == ["leadership", "university"]
    view = view_finding(session, finding, actor=town.leadership, now=local(4, 14, 12))
    assert (view.responsible_leader, finding.escalation_level) == (None, 1)


def test_each_person_hears_once_in_the_order_of_the_hearers(session: Session, town: Town) -> None:
    finding = receive_finding(session, town)
    refuse(session, finding.id, actor=town.inspector, now=local(4, 14, 12), reason="拒不整改")
    (row,) = rows_of(session, finding)
    directory = Directory(session, [row], [finding.id])
    heard = names(town, directory, row, Addressee.RESPONSIBLE_LEADER, Addressee.UNIT, Addressee.TOLD)
    assert heard[:2] == ["leader", "university"]
    assert sorted(heard) == ["district", "inspector", "leader", "leadership", "team_head", "university"]


def test_a_district_office_as_unit_is_left_out_on_both_its_sides_while_it_knows_nothing(
    session: Session, town: Town
) -> None:
    finding = log_finding(session, town, organization_id=town.district_office.id)
    (row,) = rows_of(session, finding)
    directory = Directory(session, [row])
    both = (Addressee.UNIT, Addressee.DISTRICT, Addressee.RESPONSIBLE_LEADER)
    assert names(town, directory, row, *both) == ["district", "leader"]
    assert names(town, directory, row, *both, unit_knows=False) == ["leader"]


def test_several_people_of_a_unit_hear_and_the_disabled_do_not(session: Session, town: Town) -> None:
    college = session.get_one(Organization, town.college.id)
    second = make_person(session, "代办人", Role.UNIVERSITY, college)
    disable_person(session, session.get_one(Person, town.university.id), now=FOUND_AT)
    session.flush()
    (row,) = rows_of(session, log_finding(session, town))
    assert [one.id for one in Directory(session, [row]).hear(row, [Addressee.UNIT])] == [second.id]


def test_sides_that_the_law_has_not_resolved_are_a_mistake(session: Session, town: Town) -> None:
    (row,) = rows_of(session, log_finding(session, town))
    with pytest.raises(ValueError, match="overseer"):
        Directory(session, [row]).hear(row, [Addressee.OVERSEER])
