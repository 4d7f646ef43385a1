"""Figures: over what each sees, and summed in every direction to the same whole."""

from collections import Counter
from datetime import date, timedelta
from random import Random

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import NotAllowed
from service.findings.escalations import void
from service.findings.log import Settlement, settle
from service.models import Finding
from service.statistics.statistics import Statistics, statistics
from tests.build.checklists import add_checklist
from tests.build.crowd import add_findings
from tests.build.statements import asked, engine_of
from tests.worlds.books import (
    DEADLINE,
    FOUND_AT,
    SUBMITTED_AT,
    Town,
    add_evidence,
    judge,
    log_finding,
    notify_finding,
    receive_finding,
    report_up,
    submit_finding,
    sweep_until,
)
from tests.worlds.rows import make_round
from workflows.findings.light import light
from workflows.vocabulary import Outcome, Severity, State

LATER = DEADLINE + timedelta(minutes=1)


@pytest.fixture
def findings(session: Session, town: Town) -> dict[str, Finding]:
    """Findings of every kind; the clock has run until the minute after the deadline."""
    (item,) = add_checklist(session, town.round, [("1-12", "标准化考点建设")])
    made = {
        "found": log_finding(session, town, checklist_item_id=item.id, at=LATER),
        "major": notify_finding(session, town, severity=Severity.MAJOR, at=LATER, working_days=3, deadline=None),
        "other": log_finding(session, town, by=town.other_inspector, organization_id=town.other_college.id, at=LATER),
        "of_office": log_finding(session, town, by=town.district, at=LATER),
        "settled": log_finding(session, town, checklist_item_id=item.id),
        "overdue": receive_finding(session, town),
        "passed": receive_finding(session, town),
        "passed_late": receive_finding(session, town),
        "reported": log_finding(session, town),
        "void": log_finding(session, town),
    }
    seen = Settlement([add_evidence(session, town.inspector)], "当场更换")
    settle(session, made["settled"].id, seen, actor=town.inspector, now=FOUND_AT)
    void(session, made["void"].id, actor=town.team_head, now=FOUND_AT, reason="登记有误")
    report_up(session, town, made["reported"])
    submit_finding(session, town, made["passed"])
    judge(session, town, made["passed"], Outcome.PASS, at=SUBMITTED_AT)
    sweep_until(session, LATER)
    submit_finding(session, town, made["passed_late"], at=LATER)
    judge(session, town, made["passed_late"], Outcome.PASS, at=LATER)
    session.commit()
    return made


def figures(session: Session, town: Town, who: str, **asked: str) -> Statistics:
    return statistics(session, actor=getattr(town, who), now=LATER, **asked)


@pytest.mark.usefixtures("findings")
def test_everything_is_counted_once_in_every_direction(session: Session, town: Town) -> None:
    told = figures(session, town, "leadership")
    total = told.total
    assert (total.findings, total.open, total.put_right) == (9, 6, 3)
    assert (total.overdue, total.escalated, total.proposed) == (1, 1, 0)
    assert all(sum(counts.values()) == 9 for counts in told.by.values())
    assert sum(district.findings for district in told.districts) == 9
    assert sum(category.findings for category in told.categories) == 9
    assert told.by["state"] == {
        "found": 3,
        "notified": 1,
        "rectifying": 0,
        "verified": 3,
        "overdue": 1,
        "escalated": 1,
    }
    assert told.by["severity"] == {"general": 8, "major": 1}
    assert told.by["origin"] == {"centre": 8, "district": 1, "unit": 0}
    assert told.by["escalation_level"] == {"0": 8, "1": 0, "2": 1}
    assert told.by["light"]["red"] == 2
    assert [(one.category, one.findings) for one in told.categories] == [("标准化考点建设", 2), (None, 7)]


@pytest.mark.usefixtures("findings")
def test_in_time_is_what_never_went_overdue_nor_up(session: Session, town: Town) -> None:
    total = figures(session, town, "leadership").total
    assert (total.put_right, total.put_right_in_time, total.in_time_share) == (3, 2, 0.6667)
    assert (total.overdue, total.ever_overdue, total.escalated, total.ever_escalated) == (1, 2, 1, 1)
    nothing = figures(session, town, "other_leader").total
    assert (nothing.put_right, nothing.in_time_share) == (0, None)


@pytest.mark.usefixtures("findings")
def test_each_counts_what_he_or_she_sees(session: Session, town: Town) -> None:
    counted = {name: figures(session, town, name).total.findings for name in town.everybody() if name != "admin"}
    assert counted == {
        "inspector": 8,
        "team_head": 8,
        "district": 8,
        "university": 6,  # those that it was notified of, or that were settled; the major one
        "neighbour": 0,
        "leader": 8,
        "leadership": 9,
        "bureau": 1,
        "committee": 1,
        "other_inspector": 1,
        "other_team_head": 1,
        "other_district": 1,
        "other_university": 0,
        "other_leader": 1,
    }


@pytest.mark.usefixtures("findings")
def test_figures_cost_three_statements_however_many_findings_there_are(session: Session, town: Town) -> None:
    with asked(engine_of(session)) as statements:
        figures(session, town, "inspector")
    assert len(statements) <= 3, statements  # the groups, the districts' names, and the order of the headings


@pytest.mark.usefixtures("findings")
def test_one_district_and_one_round_can_be_asked_for(session: Session, town: Town) -> None:
    here, there = (
        figures(session, town, "leadership", district_id=office.id).total.findings
        for office in (town.district_office, town.other_office)
    )
    assert (here, there) == (8, 1)
    assert figures(session, town, "district", district_id=town.other_office.id).total.findings == 0
    past = make_round(session, "2025-08", starts_on=date(2025, 4, 1))
    assert figures(session, town, "leadership", round_id=past.id).total.findings == 0
    assert figures(session, town, "leadership", round_id=town.round.id).total.findings == 9


def test_administrators_get_no_figures(session: Session, town: Town) -> None:
    with pytest.raises(NotAllowed, match="not_allowed"):
        figures(session, town, "admin")


def test_where_nothing_is_there_are_figures_all_the_same(session: Session, town: Town) -> None:
    told = figures(session, town, "leadership")
    assert told.total.findings == 0
    assert set(told.by["state"]) == set(State)
    assert (told.districts, told.categories) == ([], [])


def test_figures_are_those_of_a_recount(session: Session, town: Town) -> None:
    """Findings of every make, each counted by hand; those at risk are counted apart, and only once."""
    chance, now, day = Random(7), DEADLINE, timedelta(days=1)  # noqa: S311 - not for secrets
    for n in range(24):
        state = chance.choice(list(State))
        at = chance.choice([None, now - day, now, now + day])
        add_findings(
            session,
            town,
            n % 4 + 1,
            numbered_from=1000 + 10 * n,
            state=state,
            severity=chance.choice(list(Severity)),
            proposed=chance.random() < 0.2,
            highest_level=chance.choice([0, 0, 1, 2]),
            first_overdue_at=chance.choice([None, None, now - day]),
            voided_at=chance.choice([None, None, None, now - day]),
            at_risk_at=at,
        )
    found = session.scalars(select(Finding).where(Finding.voided_at.is_(None))).all()
    told = statistics(session, actor=town.leadership, now=now)
    lights = Counter(str(light(state=one.state, voided=False, at_risk_at=one.at_risk_at, now=now)) for one in found)
    assert {name: many for name, many in told.by["light"].items() if many} == lights
    assert {name: many for name, many in told.by["state"].items() if many} == Counter(str(one.state) for one in found)
    late = [one for one in found if one.first_overdue_at]
    in_time = [
        one for one in found if one.state is State.VERIFIED and not one.first_overdue_at and not one.highest_level
    ]
    proposed = [one for one in found if one.proposed and one.state is State.FOUND]
    total = told.total
    assert (total.findings, total.ever_overdue) == (len(found), len(late))
    assert (total.put_right_in_time, total.proposed) == (len(in_time), len(proposed))
