"""Inspected, not found, later found by others."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from service.accountability.missed import MissedFinding, missed_findings
from service.errors import NotAllowed
from service.findings.escalations import void
from service.models import ChecklistItem, Finding, Inspection
from tests.build.inspections import closed, find, items_of, lay_checklists, opened, say
from tests.worlds.books import FOUND_AT, Town, local, log_finding
from workflows.findings.facts import Actor
from workflows.vocabulary import Answer, Origin, Severity

DAY = timedelta(days=1)
CENTRE = {"inspector", "team_head", "leader", "leadership"}
LATER = local(5, 20)  # when the figures are asked for


@pytest.fixture(autouse=True)
def _checklists(session: Session, town: Town) -> None:
    lay_checklists(session, town)


def looked(
    session: Session, town: Town, by: Actor, what: Answer = Answer.IN_PLACE, *, after: timedelta = timedelta(0)
) -> Inspection:
    """A closed sheet about the college that says so of row 3, and of row 1 that it is in place."""
    at = FOUND_AT + after
    inspection = opened(session, town, by=by, at=at)
    say(session, inspection, 1, Answer.IN_PLACE, by=by, at=at)
    if what is Answer.NOT_IN_PLACE:
        find(session, inspection, 3, by=by, at=at)
    else:
        say(session, inspection, 3, what, by=by, at=at)
    return closed(session, town, inspection, by=by, at=at)


def item_of(session: Session, inspection: Inspection) -> ChecklistItem:
    return items_of(session, inspection)[2]


def found(
    session: Session, town: Town, inspection: Inspection, *, by: Actor, after: timedelta, **given: Any
) -> Finding:
    return log_finding(
        session, town, by=by, at=FOUND_AT + after, checklist_item_id=item_of(session, inspection).id, **given
    )


def overlooked(session: Session, town: Town, who: str = "leadership", **asked: Any) -> dict[str, list[Origin]]:
    """The sides that had overlooked each finding."""
    items: list[MissedFinding] = list(missed_findings(session, now=LATER, actor=getattr(town, who), **asked).page.items)
    return {one.finding.id: [side.origin for side in one.by] for one in items}


def test_a_side_that_saw_it_in_place_has_missed_what_others_find_later(session: Session, town: Town) -> None:
    own, office = looked(session, town, town.university), looked(session, town, town.district, Answer.NOT_APPLICABLE)
    finding = found(session, town, own, by=town.inspector, after=DAY, severity=Severity.MAJOR)
    (one,) = missed_findings(session, now=LATER, actor=town.leadership).page.items
    assert one.finding.id == finding.id
    said = {side.inspection.id: (side.answer.answer, side.answer.answered_by.id) for side in one.by}
    assert said == {
        own.id: (Answer.IN_PLACE, town.university.id),
        office.id: (Answer.NOT_APPLICABLE, town.district.id),
    }


@pytest.mark.parametrize("what", [Answer.NOT_SEEN, Answer.NOT_IN_PLACE])
def test_who_did_not_look_or_did_find_it_has_missed_nothing(session: Session, town: Town, what: Answer) -> None:
    inspection = looked(session, town, town.district, what)
    found(session, town, inspection, by=town.inspector, after=DAY)
    assert overlooked(session, town) == {}


def test_the_newest_answer_before_it_was_found_counts(session: Session, town: Town) -> None:
    looked(session, town, town.district)
    inspection = looked(session, town, town.district, Answer.NOT_IN_PLACE, after=DAY)
    found(session, town, inspection, by=town.inspector, after=2 * DAY)
    assert overlooked(session, town) == {}
    looked(session, town, town.inspector, after=3 * DAY)
    again = found(session, town, inspection, by=town.district, after=4 * DAY)
    assert overlooked(session, town) == {again.id: [Origin.CENTRE]}


def test_what_was_found_before_the_sheet_was_closed_is_not_later(session: Session, town: Town) -> None:
    inspection = opened(session, town, by=town.district)
    say(session, inspection, 3, Answer.IN_PLACE, by=town.district)
    finding = found(session, town, inspection, by=town.inspector, after=DAY)
    closed(session, town, inspection, by=town.district, at=FOUND_AT + 2 * DAY)
    assert overlooked(session, town) == {}
    assert finding.checklist_item_id


def test_ones_own_later_finding_and_one_that_was_withdrawn_are_nobodys_fault(session: Session, town: Town) -> None:
    inspection = looked(session, town, town.inspector)
    found(session, town, inspection, by=town.team_head, after=DAY)  # of the same side
    mistaken = found(session, town, inspection, by=town.district, after=DAY)
    void(session, mistaken.id, actor=town.district, now=FOUND_AT + DAY, reason="误登")
    log_finding(session, town, by=town.district, at=FOUND_AT + DAY)  # of no item
    assert overlooked(session, town) == {}


def test_sides_are_ranked_by_how_often_they_missed_something(session: Session, town: Town) -> None:
    inspection = looked(session, town, town.district)
    looked(session, town, town.university)
    looked(session, town, town.inspector, after=3 * DAY)
    for severity in Severity:
        found(session, town, inspection, by=town.inspector, after=DAY, severity=severity)
    found(session, town, inspection, by=town.district, after=2 * DAY)
    ranking = missed_findings(session, now=LATER, actor=town.leadership).ranking
    brief = [(one.origin, one.team and one.team.name, one.findings, one.major, one.sheets) for one in ranking]
    assert brief == [
        (Origin.UNIT, None, 3, 1, 1),
        (Origin.DISTRICT, None, 2, 1, 1),
        (Origin.CENTRE, "第一督查组", 0, 0, 1),
    ]


def test_the_list_turns_pages_and_is_asked_for_by_place(session: Session, town: Town) -> None:
    inspection = looked(session, town, town.district)
    made = [found(session, town, inspection, by=town.inspector, after=days * DAY).id for days in (1, 2, 3)]
    first = missed_findings(session, now=LATER, actor=town.leader, limit=2).page
    second = missed_findings(session, now=LATER, actor=town.leader, limit=2, cursor=first.next_cursor).page
    assert [one.finding.id for one in (*first.items, *second.items)] == made[::-1]
    assert set(overlooked(session, town, organization_id=town.college.id)) == set(made)
    assert overlooked(session, town, organization_id=town.neighbour_college.id) == {}
    assert overlooked(session, town, district_id=town.other_office.id) == {}
    assert missed_findings(session, now=LATER, actor=town.leadership, district_id=town.other_office.id).ranking == []


def test_it_is_for_the_centre_alone_and_within_its_districts(session: Session, town: Town) -> None:
    inspection = looked(session, town, town.district)
    finding = found(session, town, inspection, by=town.inspector, after=DAY)
    for name, actor in town.everybody().items():
        if name in CENTRE:
            assert list(overlooked(session, town, name)) == [finding.id]
        elif name in ("other_inspector", "other_team_head", "other_leader"):
            seen = missed_findings(session, now=LATER, actor=actor)
            assert (seen.page.items, seen.ranking) == ([], [])
        else:
            with pytest.raises(NotAllowed, match="not_allowed"):
                missed_findings(session, now=LATER, actor=actor)
