"""New people, one by one, as an administrator adds them."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import NotAllowed
from service.models import JournalEntry, PersonalChange
from service.people.new_people import add_account
from service.records.journal import SHOWN_SUBJECTS
from tests.worlds.people import CENTRE, add_organizations
from workflows.findings.facts import OPERATOR, Actor
from workflows.journal import JournalAct
from workflows.vocabulary import Role

NOW = datetime(2021, 3, 29, 9, 0, tzinfo=UTC)


def test_a_new_person_is_on_record_with_names_and_addresses_apart(session: Session) -> None:
    centre = add_organizations(session)[CENTRE]
    fields: dict[str, Any] = {
        "username": "Wang.Gang",
        "name": "王　刚",
        "role": Role.INSPECTOR,
        "organization_id": centre.id,
    }
    person = add_account(session, **fields, email="wang@zk。example", actor=OPERATOR, now=NOW, reason="新进人员")
    assert (person.username, person.name, person.email) == ("wang.gang", "王刚", "wang@zk.example")
    entry = session.scalars(select(JournalEntry).where(JournalEntry.subject_kind.in_(SHOWN_SUBJECTS))).one()
    assert (entry.act, entry.subject_id, entry.reason) == (JournalAct.ADD, person.id, "新进人员")
    assert "王刚" not in entry.canonical
    assert "wang" not in entry.canonical
    assert {one.field: one.after for one in session.scalars(select(PersonalChange))} == {
        "username": "wang.gang",
        "name": "王刚",
        "email": "wang@zk.example",
    }


def test_only_an_administrator_adds_people(session: Session) -> None:
    centre = add_organizations(session)[CENTRE]
    fields: dict[str, Any] = {"username": "wang", "name": "王", "role": Role.ADMIN, "organization_id": centre.id}
    with pytest.raises(NotAllowed, match="not_yours"):
        add_account(session, **fields, actor=Actor(Role.LEADERSHIP), now=NOW)
