"""How findings stood as each week ended: counted from the events or kept, it is the same for everybody, and stays."""

import itertools
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from service.findings.escalations import void
from service.models import Finding
from service.statistics.counted import CountedFindings
from service.statistics.weeks import count_week, keep_week, unkept_weeks, week_ends, weeks
from tests.worlds.books import (
    DEADLINE,
    FOUND_AT,
    Town,
    local,
    log_finding,
    receive_finding,
    report_up,
    sweep_until,
)
from workflows.vocabulary import State

THEN = local(4, 26, 23, 59)  # the last minute of a Sunday
LATER = local(5, 6, 10)
Stood = dict[str, list[dict[State, int]]]


@pytest.fixture
def findings(session: Session, town: Town) -> dict[str, Finding]:
    """At three units in two districts, one of them reported, and one of the office itself."""
    found = {
        "reported": log_finding(session, town),
        "received": receive_finding(session, town),
        "office": log_finding(session, town, organization_id=town.district_office.id),
        "other": log_finding(session, town, by=town.other_inspector, organization_id=town.other_college.id),
    }
    report_up(session, town, found["reported"])
    sweep_until(session, DEADLINE + timedelta(minutes=1))
    session.commit()
    return found


def stood(session: Session, town: Town) -> Stood:
    """As everybody sees it, but for the present; what nothing stood in is left out."""
    return {
        who: [
            {state: number for state, number in week.states.items() if number}
            for week in weeks(session, CountedFindings(actor), now=LATER, present={})[:-1]
        ]
        for who, actor in town.everybody().items()
        if who != "admin"
    }


def keep(session: Session) -> int:
    """What the worker does each hour."""
    ended = unkept_weeks(session, now=LATER)
    for end in ended:
        keep_week(session, end, count_week(session, end))
    session.commit()
    return len(ended)


def test_a_week_ends_with_its_sunday() -> None:
    ends = week_ends(THEN)
    assert ends[-1] == local(4, 20, 0) - timedelta(microseconds=1)
    assert week_ends(THEN + timedelta(minutes=1))[-1] == local(4, 27, 0) - timedelta(microseconds=1)
    assert len(ends) == 11
    assert {after - before for before, after in itertools.pairwise(ends)} == {timedelta(weeks=1)}


@pytest.mark.usefixtures("findings")
def test_kept_weeks_say_to_everybody_what_the_events_say(session: Session, town: Town) -> None:
    counted = stood(session, town)
    assert keep(session) > 0
    assert stood(session, town) == counted
    assert keep(session) == 0
    before, first, second = counted["leadership"][-4:-1]
    assert before == {}
    assert first != second, "one is overdue meanwhile"
    assert sum(counted["leadership"][-1].values()) == 4
    assert sum(counted["other_inspector"][-1].values()) == 1
    assert sum(counted["bureau"][-1].values()) == sum(counted["committee"][-1].values()) == 1
    assert sum(counted["district"][-1].values()) == 2, "what was found at the office itself it does not know of yet"


def test_what_is_withdrawn_later_stood_there_then(session: Session, town: Town, findings: dict[str, Finding]) -> None:
    before = stood(session, town)["leadership"]
    void(session, findings["other"].id, actor=town.other_team_head, now=LATER, reason="登记有误")
    session.commit()
    assert stood(session, town)["leadership"] == before


@pytest.mark.usefixtures("findings")
def test_a_week_is_kept_once_and_when_it_is_over(session: Session) -> None:
    just_over = week_ends(LATER)[-1] + timedelta(minutes=1)
    assert week_ends(LATER)[-1] not in unkept_weeks(session, now=just_over)
    (end, *_) = unkept_weeks(session, now=LATER)
    assert end > FOUND_AT
    rows = count_week(session, end)
    keep_week(session, end, rows)
    keep_week(session, end, rows)
    session.commit()
    assert end not in unkept_weeks(session, now=LATER)
