"""Personal values of a change are held against their commitments; those taken away are no fault."""

from datetime import UTC, datetime

from sqlalchemy import delete, text, update
from sqlalchemy.orm import Session

from service.audit.verify import verify
from service.models import PersonalChange
from service.people.new_people import add_account
from tests.worlds.people import CENTRE, add_organizations
from workflows.findings.facts import OPERATOR
from workflows.vocabulary import Role

NOW = datetime(2021, 3, 29, 9, 0, tzinfo=UTC)


def add_somebody(session: Session) -> None:
    centre = add_organizations(session)[CENTRE]
    role = Role.INSPECTOR
    add_account(session, username="wang", name="王刚", role=role, organization_id=centre.id, actor=OPERATOR, now=NOW)


def test_a_name_that_was_changed_behind_the_record_is_found(session: Session) -> None:
    add_somebody(session)
    assert verify(session) == []
    session.execute(update(PersonalChange).where(PersonalChange.field == "name").values(after="李刚"))
    found = [(fault.kind, fault.field) for fault in verify(session)]
    assert found == [("personal", "name"), ("changed", "people.name")]


def test_a_name_that_is_not_the_last_on_record_is_found(session: Session) -> None:
    add_somebody(session)
    session.commit()
    session.execute(text("UPDATE people SET name = '李刚', email = 'li@exam.example'"))
    assert [fault.field for fault in verify(session)] == ["people.name"], "of the address nothing is on record"


def test_a_person_may_be_forgotten(session: Session) -> None:
    add_somebody(session)
    session.execute(delete(PersonalChange))
    assert verify(session) == []
