"""Which units take part in a round: excepted, added again, or only those of a list."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import InvalidInput
from service.models import JournalEntry
from service.round_changes.participants import ParticipantChange, change_participants
from tests.worlds.books import FOUND_AT, Town


def taking_part(session: Session, town: Town, **change: object) -> set[str]:
    changed = ParticipantChange(**change)  # type: ignore[arg-type]
    units = change_participants(session, town.round.id, changed, actor=town.admin, now=FOUND_AT, reason="不设考点")
    return {unit.organization.id for unit in units}


def test_units_are_excepted_listed_and_all_again(session: Session, town: Town) -> None:
    offices = {town.district_office.id, town.other_office.id}
    everybody = offices | {town.college.id, town.neighbour_college.id, town.other_college.id}
    assert taking_part(session, town, remove=[town.college.id]) == everybody - {town.college.id}
    assert taking_part(session, town, add=[town.college.id]) == everybody
    assert taking_part(session, town, only=[town.college.id]) == {town.college.id}
    assert taking_part(session, town, add=[town.other_college.id]) == {town.college.id, town.other_college.id}
    assert taking_part(session, town, everybody=True) == everybody
    entries = session.scalars(select(JournalEntry).where(JournalEntry.subject_id == town.round.id)).all()
    assert {entry.reason for entry in entries} == {"不设考点"}
    assert len(entries) == 5


def test_what_is_no_unit_is_refused(session: Session, town: Town) -> None:
    centre = town.people["leader"].organization_id
    with pytest.raises(InvalidInput) as refused:
        taking_part(session, town, add=[centre, town.college.id], remove=[town.college.id])
    assert refused.value.fields == {"add": "unknown_organization", "remove": "duplicate"}
