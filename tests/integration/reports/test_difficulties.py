"""Problems and difficulties that units raise: collected for everybody above, from what was handed in last."""

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from service.reports.difficulties import DifficultyFilter, difficulties
from tests.build.weekly import hand_in
from tests.worlds.books import Town, local
from workflows.findings.facts import Actor

WEDNESDAY = local(4, 15, 10)
MONEY, HANDS = {"text": "经费尚未到位", "category": "考务管理"}, {"text": "监考员不足"}


def raised(session: Session, actor: Actor, **wanted: Any) -> list[tuple[str, int, list[dict[str, str]]]]:
    page = difficulties(session, DifficultyFilter(**wanted), actor=actor)
    return [(one.report.organization.name, one.report.week, one.words["difficulties"]) for one in page.items]


def raise_some(session: Session, town: Town) -> None:
    hand_in(session, town.college, 3, by=town.university, at=WEDNESDAY, difficulties=[MONEY])
    hand_in(session, town.neighbour_college, 3, by=town.neighbour, at=WEDNESDAY, difficulties=[])
    hand_in(session, town.district_office, 3, by=town.district, at=WEDNESDAY + timedelta(hours=1))
    later = WEDNESDAY + timedelta(hours=2)
    hand_in(session, town.other_college, 3, by=town.other_university, at=later, difficulties=[HANDS])


def test_everybody_reads_what_was_raised_below(session: Session, laid_out: Town) -> None:
    town = laid_out
    raise_some(session, town)
    ours, theirs = ("明河龙湖学院", 3, [MONEY]), ("明河桃源学院", 3, [HANDS])
    expected = {
        **{who: [ours] for who in ("university", "district", "inspector", "team_head", "leader")},
        **{who: [theirs] for who in ("other_district", "other_inspector", "other_team_head", "other_leader")},
        "other_university": [theirs],
        "leadership": [theirs, ours],
    }
    assert {who: found for who, actor in town.everybody().items() if (found := raised(session, actor))} == expected


def test_what_is_left_out_in_a_later_version_is_raised_no_more(session: Session, laid_out: Town) -> None:
    town = laid_out
    raise_some(session, town)
    hand_in(session, town.college, 3, by=town.university, at=WEDNESDAY + timedelta(hours=3), difficulties=[HANDS])
    assert raised(session, town.district) == [("明河龙湖学院", 3, [HANDS])]
    hand_in(session, town.college, 3, by=town.university, at=WEDNESDAY + timedelta(hours=4))
    assert raised(session, town.district) == []


def test_it_is_asked_for_by_week_and_place(session: Session, laid_out: Town) -> None:
    town = laid_out
    raise_some(session, town)
    everything = raised(session, town.leadership)
    assert raised(session, town.leadership, week=3, round_id=town.round.id) == everything
    assert raised(session, town.leadership, week=4) == []
    assert raised(session, town.leadership, district_id=town.other_office.id) == everything[:1]
    assert raised(session, town.leadership, organization_id=town.college.id) == everything[1:]
