"""The table of an office: all of its people are added, or none."""

import csv
from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import InvalidInput
from service.models import Organization, Person
from service.people.new_people import create_person, import_people
from workflows.vocabulary import OrganizationKind, Role

NOW = datetime(2021, 3, 29, 9, 0, tzinfo=UTC)
HEADER = "username,name,role,organization,email,language\n"
TWO = """\
zhang, 张督查 ,inspector,市招考中心,zhang@zk.example,
li,Li Hong,university,示例学院,,en
"""


@pytest.fixture(autouse=True)
def organizations(session: Session) -> None:
    session.add_all(
        [
            Organization(kind=OrganizationKind.CENTRE, name="市招考中心"),
            Organization(kind=OrganizationKind.UNIVERSITY, name="示例学院"),
        ]
    )
    session.flush()


def load(session: Session, text: str) -> list[tuple[str | None, str, Role, str | None, str]]:
    people = import_people(session, csv.DictReader(text.splitlines()), now=NOW)
    return [(person.username, person.name, person.role, person.email, person.language) for person in people]


def test_every_row_becomes_a_person(session: Session) -> None:
    assert load(session, HEADER + TWO) == [
        ("zhang", "张督查", Role.INSPECTOR, "zhang@zk.example", "zh"),
        ("li", "Li Hong", Role.UNIVERSITY, None, "en"),
    ]
    assert len(session.scalars(select(Person)).all()) == 2


def test_optional_columns_may_be_left_out(session: Session) -> None:
    assert load(session, "name,role,username,organization\n李老师,university,li,示例学院\n") == [
        ("li", "李老师", Role.UNIVERSITY, None, "zh")
    ]


@pytest.mark.parametrize(
    ("rows", "fields"),
    [
        ("wu,吴,inspector,示例学院,,\n", {"4.role": "role_of_another_organization"}),
        ("wu,吴,chef,市招考中心,,\n", {"4.role": "invalid"}),
        ("wu,吴,inspector,不存在学院,,\n", {"4.organization": "unknown_organization"}),
        (",吴,inspector,,,\n", {"4.username": "required", "4.organization": "required"}),
        ("ZHANG,张二,inspector,市招考中心,,\n", {"4.username": "username_taken"}),
        ("chen,陈,inspector,市招考中心,,\n", {"4.username": "username_taken"}),
        ("wu,吴,inspector,市招考中心,wu,fr\n", {"4.email": "invalid", "4.language": "invalid"}),
        ("wu,吴,inspector,市招考中心,,,,多余\n", {"4.?": "unknown_field"}),
        ("wu\n,吴,system,市招考中心,,\n", {"4.name": "required", "4.role": "required", "4.organization": "required"}),
    ],
)
def test_a_row_that_cannot_be_accepted_keeps_everybody_out(session: Session, rows: str, fields: dict[str, str]) -> None:
    centre = session.scalars(select(Organization).where(Organization.name == "市招考中心")).one()
    chen = create_person(session, username="chen", name="陈", role=Role.INSPECTOR, organization_id=centre.id, now=NOW)
    with pytest.raises(InvalidInput) as caught:
        load(session, HEADER + TWO + rows)
    assert fields.items() <= caught.value.fields.items()
    assert all(place.startswith(("4.", "5.")) for place in caught.value.fields)
    assert session.scalars(select(Person)).all() == [chen]


def test_an_unknown_column_is_named(session: Session) -> None:
    with pytest.raises(InvalidInput) as caught:
        load(session, "username,name,role,organization,passwort\nli,李,university,示例学院,x\n")
    assert caught.value.fields == {"2.passwort": "unknown_field"}


def test_an_empty_table_adds_nobody(session: Session) -> None:
    assert load(session, HEADER) == []
