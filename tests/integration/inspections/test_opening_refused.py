"""Inspections that are refused: about strangers, by those who neither inspect nor are inspected, once all is closed."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from service.errors import Conflict, InvalidInput, NotAllowed, NotFound
from service.inspections.list import view_inspection
from service.inspections.opening import correct_head
from service.models import Checklist, Inspection
from service.rounds.rounds import close_round
from tests.build.inspections import closed, lay_checklists, opened, say
from tests.worlds.books import FOUND_AT, Town
from workflows.vocabulary import Answer, InspectionKind

HOUR = timedelta(hours=1)


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What is refused before anything is written is refused alike on every database."""
    return sqlite_url


@pytest.fixture(autouse=True)
def _checklists(session: Session, town: Town) -> None:
    lay_checklists(session, town)


def annex_of(session: Session, inspection: Inspection) -> int:
    return session.get_one(Checklist, inspection.checklist_id).annex


def test_an_inspection_about_strangers_looks_like_one_about_nobody(session: Session, town: Town) -> None:
    for actor in (town.inspector, town.district, town.university, town.neighbour):
        with pytest.raises(InvalidInput) as refused:
            opened(session, town, by=actor, organization_id=town.other_college.id)
        assert refused.value.fields == {"organization_id": "unknown_organization"}


def test_those_who_neither_inspect_nor_are_inspected_open_none(session: Session, town: Town) -> None:
    for actor in (town.leader, town.leadership, town.bureau, town.committee, town.admin):
        with pytest.raises(NotAllowed):
            opened(session, town, by=actor)


@pytest.mark.parametrize(
    ("given", "field", "code"),
    [
        ({"kind": InspectionKind.SELF_CHECK}, "kind", "kind_differs"),
        ({"inspected_on": date(2026, 4, 14)}, "inspected_on", "in_future"),
        ({"inspected_on": date(2026, 3, 31)}, "inspected_on", "before_round"),
        ({"checklist_id": "00000000-0000-4000-8000-000000000000"}, "checklist_id", "unknown_reference"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(
    session: Session, town: Town, given: dict[str, Any], field: str, code: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        opened(session, town, **given)
    assert refused.value.fields == {field: code}


def test_kind_and_checklist_may_be_named_when_they_are_the_right_ones(session: Session, town: Town) -> None:
    first = opened(session, town)
    again = opened(session, town, kind=InspectionKind.INSPECTION, checklist_id=first.checklist_id)
    assert again.checklist_id == first.checklist_id


def test_a_round_without_checklists_has_no_inspections(session: Session, town: Town) -> None:
    session.execute(Checklist.__table__.update().values(audience="bureau"))  # type: ignore[attr-defined]  # a Table
    with pytest.raises(Conflict, match="no_checklist"):
        opened(session, town)


def test_a_closed_round_takes_no_inspections_and_no_writing(session: Session, town: Town) -> None:
    inspection = opened(session, town)
    close_round(session, town.round, now=FOUND_AT + HOUR)
    with pytest.raises(Conflict, match="round_closed"):
        say(session, inspection, 1, Answer.IN_PLACE, by=town.inspector, at=FOUND_AT + HOUR)
    with pytest.raises(Conflict, match="no_round_in_force"):
        opened(session, town)


def test_a_closed_inspection_is_final(session: Session, town: Town) -> None:
    inspection = opened(session, town)
    say(session, inspection, 1, Answer.IN_PLACE, by=town.inspector)
    closed(session, town, inspection)
    for act in (
        lambda: correct_head(session, inspection.id, {"note": "补记"}, version=2, actor=town.inspector, now=FOUND_AT),
        lambda: say(session, inspection, 2, Answer.IN_PLACE, by=town.inspector),
        lambda: closed(session, town, inspection),
    ):
        with pytest.raises(Conflict, match="sheet_closed"):
            act()


def test_a_self_check_is_the_units_own_and_seen_above(session: Session, town: Town) -> None:
    inspection = opened(session, town, by=town.university)
    for actor in (town.university, town.district, town.inspector, town.leader, town.leadership):
        assert view_inspection(session, inspection.id, actor=actor, now=FOUND_AT).may_fill is (actor is town.university)
    with pytest.raises(NotAllowed):
        say(session, inspection, 1, Answer.IN_PLACE, by=town.district)
    with pytest.raises(NotFound):
        say(session, inspection, 1, Answer.IN_PLACE, by=town.neighbour)
