"""The table of an office, imported and imported again: all of it, or nothing."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.errors import InvalidInput
from service.models import JournalEntry, Organization, Person
from service.people.importing import import_people
from service.people.lines import Outcome, PeopleImport
from service.people.new_people import create_person
from service.people.people_table import read_people_table
from service.people.posts import roles_of
from tests.worlds.rows import make_person
from workflows.findings.facts import OPERATOR
from workflows.vocabulary import OrganizationKind, Role

NOW = datetime(2021, 3, 29, 9, 0, tzinfo=UTC)
HEADER = "username,name,role,organization,email,language\n"
TWO = """\
zhang, 张督查 ,inspector,市招考中心,zhang@zk.example,
li,Li Hong,university,示例学院,,en
"""


@pytest.fixture(autouse=True)
def centre(session: Session) -> Organization:
    centre = Organization(kind=OrganizationKind.CENTRE, name="市招考中心")
    session.add_all([centre, Organization(kind=OrganizationKind.UNIVERSITY, name="示例学院")])
    session.flush()
    return centre


def load(session: Session, text: str, *, dry_run: bool = False) -> PeopleImport:
    return import_people(session, read_people_table(text.encode()), actor=OPERATOR, now=NOW, dry_run=dry_run)


def books(session: Session) -> list[tuple[str | None, str, Role, str | None, str]]:
    people = session.scalars(select(Person).order_by(Person.username.desc())).unique()
    return [(person.username, person.name, person.role, person.email, person.language) for person in people]


def test_every_row_becomes_a_person(session: Session) -> None:
    done = load(session, HEADER + TWO)
    assert (done.added, done.changed, done.unchanged) == (2, 0, 0)
    assert books(session) == [
        ("zhang", "张督查", Role.INSPECTOR, "zhang@zk.example", "zh"),
        ("li", "Li Hong", Role.UNIVERSITY, None, "en"),
    ]


def test_optional_columns_may_be_left_out(session: Session) -> None:
    load(session, "name,role,username,organization\n李老师,university,li,示例学院\n")
    assert books(session) == [("li", "李老师", Role.UNIVERSITY, None, "zh")]


@pytest.mark.parametrize(
    ("rows", "fields"),
    [
        ("wu,吴,inspector,示例学院,,\n", {"4.role": "role_of_another_organization"}),
        ("wu,吴,chef,市招考中心,,\n", {"4.role": "unknown_role"}),
        ("wu,吴,inspector,不存在学院,,\n", {"4.organization": "unknown_organization"}),
        (",吴,inspector,,,\n", {"4.username": "required", "4.organization": "required"}),
        ("ZHANG,张二,inspector,市招考中心,,\n", {"4.username": "username_taken"}),
        ("zhang,张二,leader,市招考中心,,\n", {"4.name": "lines_differ"}),
        ("li,Li Hong,inspector,市招考中心,,\n", {"4.role": "post_excludes_others"}),
        ("wu,吴,inspector,市招考中心,wu,fr\n", {"4.language": "unknown_language"}),
        ("wu,吴,inspector,市招考中心,周@例子.example,\n", {"4.email": "no_mail_address"}),
        ("wu,吴,inspector,市招考中心,,,,多余\n", {"4.?": "unknown_field"}),
        ("wu\n,吴,system,市招考中心,,\n", {"4.name": "required", "4.role": "required", "4.organization": "required"}),
        (",吴,system,市招考中心,,\n", {"4.username": "required", "4.role": "unknown_role"}),
    ],
)
def test_a_row_that_cannot_be_accepted_keeps_everybody_out(
    session: Session, centre: Organization, rows: str, fields: dict[str, str]
) -> None:
    chen = create_person(session, username="chen", name="陈", role=Role.INSPECTOR, organization_id=centre.id, now=NOW)
    with pytest.raises(InvalidInput) as caught:
        load(session, HEADER + TWO + "chen,陈晨,inspector,市招考中心,,\n".replace("chen", "chen2") + rows)
    found = {place.replace("5.", "4.", 1): code for place, code in caught.value.fields.items()}
    assert fields.items() <= found.items()
    assert session.scalars(select(Person)).all() == [chen]


def test_an_unknown_column_is_named(session: Session) -> None:
    with pytest.raises(InvalidInput) as caught:
        load(session, "username,name,role,organization,passwort\nli,李,university,示例学院,x\n")
    assert caught.value.fields == {"2.passwort": "unknown_field"}


def test_an_empty_table_adds_nobody(session: Session) -> None:
    assert load(session, HEADER).lines == []


def test_a_table_imported_again_changes_what_has_changed_and_adds_whom_it_does_not_know(session: Session) -> None:
    load(session, HEADER + TWO)
    entries = session.scalar(select(func.count()).select_from(JournalEntry)) or 0
    again = TWO.replace("zhang@", "zhang.new@") + "wang,王　刚,督查组组长,市招考中心,,\n,,,,,\n"
    done = load(session, HEADER + again)
    assert [(line.username, line.outcome, line.changed) for line in done.lines] == [
        ("zhang", Outcome.CHANGED, ["email"]),
        ("li", Outcome.UNCHANGED, []),
        ("wang", Outcome.ADDED, []),
    ]
    assert ("zhang", "张督查", Role.INSPECTOR, "zhang.new@zk.example", "zh") in books(session)
    assert ("wang", "王刚", Role.TEAM_HEAD, None, "zh") in books(session)
    assert session.scalar(select(func.count()).select_from(JournalEntry)) == entries + 2


def test_a_dry_run_says_line_by_line_what_would_happen_and_does_nothing(session: Session) -> None:
    load(session, HEADER + TWO)
    before = books(session)
    done = load(session, HEADER + TWO.replace("zhang@", "z@") + "wu,吴,leader,市招考中心,,\n", dry_run=True)
    assert (done.added, done.changed, done.unchanged) == (1, 1, 1)
    session.expire_all()
    assert books(session) == before


def test_several_lines_with_one_user_name_are_several_posts(session: Session) -> None:
    rows = "tao,陶然,leadership,市招考中心,tao@zk.example,\ntao,陶然,包干责任领导,市招考中心,,\n"
    assert load(session, HEADER + rows).added == 1
    person = session.scalars(select(Person)).one()
    assert roles_of(person) == [Role.LEADERSHIP, Role.LEADER]
    assert load(session, HEADER + rows).unchanged == 1
    assert load(session, HEADER + rows.splitlines()[0] + "\n").unchanged == 1, "a table takes no post away"


def test_another_role_moves_the_person(session: Session) -> None:
    load(session, HEADER + TWO)
    done = load(session, HEADER + TWO.replace("inspector", "team_head"))
    assert done.lines[0].changed == ["role"]
    assert books(session)[0][2] is Role.TEAM_HEAD


def test_an_account_that_was_closed_stays_closed(session: Session, centre: Organization) -> None:
    make_person(session, "张督查", Role.INSPECTOR, centre, username="zhang", disabled_at=NOW)
    done = load(session, HEADER + TWO)
    assert [line.outcome for line in done.lines] == [Outcome.CLOSED, Outcome.ADDED]


def test_a_table_does_not_take_the_last_administrator_away(session: Session, centre: Organization) -> None:
    make_person(session, "吴", Role.ADMIN, centre, username="admin", password_hash="x")
    with pytest.raises(InvalidInput) as caught:
        load(session, HEADER + "admin,吴,inspector,市招考中心,,\n")
    assert caught.value.fields == {"2.role": "last_administrator"}


def test_whom_a_notice_named_becomes_the_person_of_the_account(session: Session, centre: Organization) -> None:
    named = make_person(session, "王刚", Role.TEAM_HEAD, centre, username=None, email=None)
    done = load(session, HEADER + "wang,王　刚,inspector,市招考中心,wang@zk.example,\n")
    assert done.lines[0].outcome is Outcome.ADOPTED
    person = session.scalars(select(Person)).one()
    assert (person.id, person.username, person.role) == (named.id, "wang", Role.INSPECTOR)


def test_of_two_namesakes_in_the_table_neither_is_taken_for_the_one_named(
    session: Session, centre: Organization
) -> None:
    named = make_person(session, "王刚", Role.INSPECTOR, centre, username=None, email=None)
    rows = "wang.a,王刚,inspector,市招考中心,,\nwang.b,王刚,inspector,市招考中心,,\n"
    done = load(session, HEADER + rows)
    assert [(line.outcome, line.to_be_joined) for line in done.lines] == [(Outcome.ADDED, [named.id])] * 2
