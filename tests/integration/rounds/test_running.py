"""Rounds side by side: which is meant, what one takes before it begins, and which units take part in which."""

from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.campaigns.record import NewAction, record_action
from service.errors import Conflict, InvalidInput
from service.findings.log import NewFinding
from service.inspections.findings import log_on_inspection
from service.inspections.opening import NewInspection, open_inspection
from service.models import Person, Round, RoundUnit, Team, WeeklyReport
from service.people.callers import caller_of
from service.reports.plan import plan_due
from service.rounds.current import current_round, units_of
from service.rounds.rounds import add_team, assign, close_round
from tests.build.checklists import add_checklist
from tests.worlds.books import FOUND_AT, Town, local, log_finding
from tests.worlds.rows import make_round
from workflows.findings.facts import Actor
from workflows.vocabulary import CampaignCode, Severity

APRIL = (date(2026, 4, 1), date(2026, 6, 5))


def another_round(
    session: Session, town: Town, days: tuple[date, date] = APRIL, *members: str, number: str = "2026-自考"
) -> Round:
    """A second round of the first district, with the team of those people, or the one that it has."""
    round_ = make_round(session, number, starts_on=days[0], ends_on=days[1], exam_days=[])
    people = [town.people[who] for who in members or ("inspector", "team_head")]
    team = add_team(session, round_, "自考督查组", people)
    assign(session, round_, {town.district_office.id: (team, town.people["leader"])})
    return round_


def now_(session: Session, actor: Actor) -> Actor:
    return caller_of(session, session.get_one(Person, actor.id)).actor


def logged(session: Session, town: Town, who: str, at: datetime = FOUND_AT, **given: Any) -> str:
    """The number of the round in which a finding of this person against the college is logged."""
    finding = log_finding(session, town, by=now_(session, getattr(town, who)), at=at, **given)
    return str(finding.round.number)


def test_a_round_takes_nothing_before_it_begins(session: Session, town: Town) -> None:
    later = another_round(session, town, (date(2027, 3, 1), date(2027, 6, 5)), number="2027-01")
    assert logged(session, town, "inspector") == "2026-08"  # next year's, set up early, is not meant
    close_round(session, town.round, now=FOUND_AT)
    with pytest.raises(Conflict, match="round_not_begun") as refused:
        logged(session, town, "inspector")
    assert refused.value.particulars == {"number": "2027-01", "starts_on": "2027-03-01"}
    with pytest.raises(Conflict, match="round_not_begun"):
        logged(session, town, "inspector", round_id=later.id)
    assert logged(session, town, "inspector", at=local(4, 1, 10).replace(year=2027)) == "2027-01"


def test_of_two_that_run_it_has_to_be_said_which_is_meant(session: Session, town: Town) -> None:
    other = another_round(session, town)
    with pytest.raises(InvalidInput) as refused:
        logged(session, town, "inspector")
    assert refused.value.fields == {"round_id": "several_rounds"}
    listed = [{"id": town.round.id, "number": "2026-08"}, {"id": other.id, "number": "2026-自考"}]
    assert refused.value.particulars["rounds"] == listed
    assert logged(session, town, "inspector", round_id=other.id) == "2026-自考"
    with pytest.raises(InvalidInput) as unknown:
        logged(session, town, "inspector", round_id=town.college.id)
    assert unknown.value.fields == {"round_id": "not_a_round_here"}


def test_a_team_means_the_round_that_is_its_own(session: Session, town: Town) -> None:
    other = another_round(session, town, APRIL, "other_inspector")
    assert logged(session, town, "inspector") == "2026-08"
    assert logged(session, town, "other_inspector") == "2026-自考"
    with pytest.raises(InvalidInput) as refused:
        logged(session, town, "inspector", round_id=other.id)
    assert refused.value.fields == {"round_id": "not_a_round_here"}


def test_a_round_whose_days_are_over_goes_on_until_another_is_in_its_days(session: Session, town: Town) -> None:
    after = local(6, 20, 10)
    assert logged(session, town, "inspector", at=after) == "2026-08"
    another_round(session, town, (date(2026, 6, 8), date(2026, 8, 1)))
    assert logged(session, town, "inspector", at=after) == "2026-自考"


def test_sheets_and_campaigns_name_their_round_too(session: Session, town: Town) -> None:
    other = another_round(session, town)
    add_checklist(session, other, [("1-1", "组织领导情况")])
    inspector = now_(session, town.inspector)
    with pytest.raises(InvalidInput, match="invalid_input"):
        open_inspection(session, NewInspection(town.college.id), actor=inspector, now=FOUND_AT)
    sheet = open_inspection(session, NewInspection(town.college.id, round_id=other.id), actor=inspector, now=FOUND_AT)
    assert sheet.number == "2026-自考-督0001"
    new = NewFinding(town.college.id, "监控黑屏", Severity.GENERAL, inspection_id=sheet.id)
    assert log_on_inspection(session, new, actor=inspector, now=FOUND_AT).round_id == other.id  # that of the sheet
    action = NewAction(CampaignCode(next(iter(CampaignCode))), date(2026, 4, 13), "公安局", "清查", round_id=other.id)
    assert record_action(session, action, actor=town.district, now=FOUND_AT).round_id == other.id


def test_figures_are_of_the_round_that_runs_and_concerns_the_reader(session: Session, town: Town) -> None:
    def meant(who: str, at: datetime = FOUND_AT) -> str:
        return current_round(session, None, actor=now_(session, getattr(town, who)), now=at).number

    another_round(session, town, (date(2027, 3, 1), date(2027, 6, 5)), number="2027-01")
    assert meant("leadership") == "2026-08"
    another_round(session, town, APRIL, "other_inspector")
    with pytest.raises(InvalidInput) as refused:
        meant("leadership")
    assert refused.value.fields == {"round_id": "several_rounds"}
    assert (meant("inspector"), meant("other_district")) == ("2026-08", "2026-08")
    assert meant("leadership", local(3, 2, 10)) == "2027-01"  # none has begun: the newest


def test_a_unit_that_takes_no_part_owes_nothing_and_has_no_findings(session: Session, town: Town) -> None:
    other = another_round(session, town)
    session.add(RoundUnit(round_id=other.id, organization_id=town.college.id, takes_part=False))
    session.flush()
    assert logged(session, town, "inspector") == "2026-08"
    assert [unit.organization.id for unit in units_of(session, other)] == [
        town.district_office.id,
        town.neighbour_college.id,
    ]
    plan_due(session, now=FOUND_AT)
    owed = select(WeeklyReport.round_id).where(WeeklyReport.organization_id == town.college.id).distinct()
    assert session.scalars(owed).all() == [town.round.id]


def test_a_round_may_have_a_list_of_its_own(session: Session, town: Town) -> None:
    other = another_round(session, town)
    other.units_listed = True
    session.add(RoundUnit(round_id=other.id, organization_id=town.college.id, takes_part=True))
    session.flush()
    assert [unit.organization.id for unit in units_of(session, other)] == [town.college.id]
    neighbour = log_finding(session, town, by=now_(session, town.inspector), organization_id=town.neighbour_college.id)
    assert neighbour.round_id == town.round.id
    assert session.scalars(select(Team.name).where(Team.round_id == other.id)).all() == ["自考督查组"]
