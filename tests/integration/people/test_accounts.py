"""Passwords, tokens, and what a caller is to the law."""

import hashlib
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from service.errors import InvalidInput, NotAllowed
from service.models import Assignment, Organization, Person, Round, Rulebook, Team, TeamMember, Token
from service.people.accounts import (
    Caller,
    authenticate,
    caller_of,
    disable_person,
    issue_token,
    revoke_token,
    set_password,
    sign_in,
)
from service.people.new_people import create_person
from service.rounds.rounds import NewRound, open_round
from service.store.db import reading, sessions
from workflows.findings.facts import Actor
from workflows.vocabulary import OrganizationKind, Role

NOW = datetime(2021, 3, 29, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
PHRASE = "槐花五月满城香飘十里又一春"
OTHER_PHRASE = "correct horse battery staple"


class Cast(NamedTuple):
    centre: Organization
    district: Organization
    other_district: Organization
    university: Organization
    round: Round
    team: Team


@pytest.fixture
def cast(session: Session) -> Cast:
    centre = Organization(kind=OrganizationKind.CENTRE, name="市招考中心")
    session.add(centre)
    session.flush()
    district, other = (
        Organization(kind=OrganizationKind.DISTRICT, name=name, parent_id=centre.id)
        for name in ("示范一区招考机构", "示范二区招考机构")
    )
    session.add_all([district, other, Rulebook(version="p1", kind="policy", text="", recorded_at=NOW)])
    session.flush()
    university = Organization(kind=OrganizationKind.UNIVERSITY, name="示例学院", parent_id=district.id)
    round_ = Round(
        number="2021-35",
        title="专升本考试安全督查",
        starts_on=date(2021, 3, 29),
        ends_on=date(2021, 6, 6),
        policy_version="p1",
    )
    session.add_all([university, round_])
    session.flush()
    team = Team(round_id=round_.id, name="第一督查组")
    session.add(team)
    session.flush()
    return Cast(centre, district, other, university, round_, team)


def add(session: Session, organization: Organization, role: Role, username: str, password: str | None = None) -> Person:
    return create_person(
        session,
        username=username,
        name="某老师",
        role=role,
        organization_id=organization.id,
        now=NOW,
        password=password,
    )


def assign(session: Session, cast: Cast, leader: Person, *members: Person) -> None:
    session.add(Assignment(round_id=cast.round.id, district=cast.district, team=cast.team, leader=leader))
    session.add_all(TeamMember(team_id=cast.team.id, person_id=member.id) for member in members)
    session.flush()


def test_a_person_signs_in_with_his_own_password_only(session: Session, cast: Cast) -> None:
    person = add(session, cast.university, Role.UNIVERSITY, "Wang.Laoshi", PHRASE)
    assert sign_in(session, username=" wang.LAOSHI ", password=PHRASE, now=NOW) is person
    for username, password in [("wang.laoshi", OTHER_PHRASE), ("nobody", PHRASE), ("nobody", ""), ("wang.laoshi", "")]:
        with pytest.raises(NotAllowed, match="bad_credentials"):
            sign_in(session, username=username, password=password, now=NOW)


def test_a_person_without_a_password_does_not_sign_in(session: Session, cast: Cast) -> None:
    add(session, cast.university, Role.UNIVERSITY, "wang")
    for password in ("", PHRASE):
        with pytest.raises(NotAllowed, match="bad_credentials"):
            sign_in(session, username="wang", password=password, now=NOW)


def test_passwords_are_kept_with_argon2id(session: Session, cast: Cast) -> None:
    person = add(session, cast.university, Role.UNIVERSITY, "wang", PHRASE)
    assert person.password_hash is not None
    assert person.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_full_width_letters_are_the_same_password(session: Session, cast: Cast) -> None:
    person = add(session, cast.university, Role.UNIVERSITY, "wang", OTHER_PHRASE)
    full_width = OTHER_PHRASE.translate({ord(letter): ord(letter) + 0xFEE0 for letter in OTHER_PHRASE if letter != " "})
    assert sign_in(session, username="wang", password=full_width, now=NOW) is person


def test_a_password_kept_with_older_parameters_is_kept_anew(session: Session, cast: Cast) -> None:
    person = add(session, cast.university, Role.UNIVERSITY, "wang")
    person.password_hash = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PHRASE)
    sign_in(session, username="wang", password=PHRASE, now=NOW)
    assert person.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert sign_in(session, username="wang", password=PHRASE, now=NOW) is person


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("elf zeichen", "password_too_short"),
        ("x1y2z3" * 30, "too_long"),
        ("aaaaaaaaaaaaab", "password_guessable"),
        ("zhengzhou2021!!", "password_guessable"),
        ("ｄｕｂａｎ-sichere-sache", "password_guessable"),
        ("xx-lao.zhang-xx", "password_guessable"),
        ("示例学院示例学院的密码好得很", "password_guessable"),
        ("Password#2021!", "password_guessable"),
    ],
)
def test_a_password_that_would_be_guessed_is_refused(session: Session, cast: Cast, password: str, code: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        add(session, cast.university, Role.UNIVERSITY, "lao.zhang", password)
    assert caught.value.fields == {"password": code}


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({"username": "王"}, {"username": "username_form"}),
        ({"username": "a b"}, {"username": "username_form"}),
        ({"name": " "}, {"name": "required"}),
        ({"name": "王\u202e老师"}, {"name": "invalid"}),
        ({"role": Role.INSPECTOR}, {"role": "role_of_another_organization"}),
        ({"role": Role.SYSTEM}, {"role": "role_of_another_organization"}),
        ({"email": "nobody"}, {"email": "invalid"}),
        ({"email": "a@b.example\nBcc: c@d.example"}, {"email": "invalid"}),
        ({"language": "fr"}, {"language": "invalid"}),
        ({"organization_id": "0" * 32}, {"organization_id": "unknown_organization"}),
        ({"username": "", "email": ""}, {"username": "username_form", "email": "invalid"}),
    ],
)
def test_a_person_with_bad_fields_is_not_added(
    session: Session, cast: Cast, changed: dict[str, str], fields: dict[str, str]
) -> None:
    good = {"username": "wang", "name": "王老师", "role": Role.UNIVERSITY, "organization_id": cast.university.id}
    with pytest.raises(InvalidInput) as caught:
        create_person(session, now=NOW, **(good | changed))  # type: ignore[arg-type]  # the fields of all rows at once
    assert caught.value.fields == fields
    assert session.scalars(select(Person)).all() == []


def test_a_user_name_is_taken_however_it_is_written(session: Session, cast: Cast) -> None:
    first = add(session, cast.university, Role.UNIVERSITY, "wang")
    with pytest.raises(InvalidInput) as caught:
        add(session, cast.university, Role.UNIVERSITY, "ＷＡＮＧ")
    assert caught.value.fields == {"username": "username_taken"}
    assert session.scalars(select(Person)).all() == [first]  # the session is usable all the same


def test_a_token_tells_who_calls_and_only_its_hash_is_kept(engine: Engine, session: Session, cast: Cast) -> None:
    person = add(session, cast.district, Role.DISTRICT, "wang")
    token = issue_token(session, person=person, now=NOW)
    session.commit()
    assert token.startswith("duban_")
    assert session.scalars(select(Token.hash)).one() == hashlib.sha256(token.encode()).hexdigest()
    with sessions(reading(engine))() as door:
        caller = authenticate(door, token, now=NOW)
    own = frozenset([cast.district.id])
    assert caller == Caller(person.id, "某老师", Role.DISTRICT, cast.district.id, "zh", own)
    assert caller.actor == Actor(Role.DISTRICT, person.id, cast.district.id, own)


@pytest.mark.parametrize("token", ["", "duban_", "duban_x", "令牌", "\udcff"])
def test_an_unknown_token_is_nobody(session: Session, cast: Cast, token: str) -> None:
    with pytest.raises(NotAllowed, match="unauthenticated"):
        authenticate(session, token, now=NOW)


def test_a_token_ends_when_it_expires(session: Session, cast: Cast) -> None:
    person = add(session, cast.university, Role.UNIVERSITY, "wang")
    token = issue_token(session, person=person, now=NOW, expires_after=DAY)
    assert authenticate(session, token, now=NOW + DAY - timedelta(microseconds=1)).id == person.id
    with pytest.raises(NotAllowed):
        authenticate(session, token, now=NOW + DAY)


def test_a_revoked_token_is_worthless_and_others_are_not(session: Session, cast: Cast) -> None:
    person = add(session, cast.university, Role.UNIVERSITY, "wang")
    token, other = (issue_token(session, person=person, now=NOW) for _ in range(2))
    revoke_token(session, token, now=NOW)
    with pytest.raises(NotAllowed):
        authenticate(session, token, now=NOW)
    assert authenticate(session, other, now=NOW).id == person.id


def test_a_new_password_throws_out_whoever_is_in(session: Session, cast: Cast) -> None:
    person = add(session, cast.university, Role.UNIVERSITY, "wang", PHRASE)
    token = issue_token(session, person=person, now=NOW)
    set_password(session, person, OTHER_PHRASE, now=NOW)
    with pytest.raises(NotAllowed):
        authenticate(session, token, now=NOW)
    with pytest.raises(NotAllowed):
        sign_in(session, username="wang", password=PHRASE, now=NOW)
    assert sign_in(session, username="wang", password=OTHER_PHRASE, now=NOW) is person


def test_a_disabled_person_gets_in_by_no_way(session: Session, cast: Cast) -> None:
    person = add(session, cast.university, Role.UNIVERSITY, "wang", PHRASE)
    token = issue_token(session, person=person, now=NOW)
    disable_person(session, person, now=NOW)
    later = issue_token(session, person=person, now=NOW)
    for each in (token, later):
        with pytest.raises(NotAllowed, match="unauthenticated"):
            authenticate(session, each, now=NOW)
    with pytest.raises(NotAllowed, match="bad_credentials"):
        sign_in(session, username="wang", password=PHRASE, now=NOW)
    assert session.scalars(select(Token.revoked_at).order_by(Token.created_at)).first() == NOW


def test_teams_and_leaders_have_their_districts_until_the_next_round(session: Session, cast: Cast) -> None:
    inspector, head, leader, stranger = (
        add(session, cast.centre, role, username)
        for role, username in [
            (Role.INSPECTOR, "ducha1"),
            (Role.TEAM_HEAD, "zuzhang1"),
            (Role.LEADER, "lingdao1"),
            (Role.INSPECTOR, "ducha2"),
        ]
    )
    assign(session, cast, leader, inspector, head)
    for person in (inspector, head, leader):
        assert caller_of(session, person).district_ids == {cast.district.id}
    assert caller_of(session, stranger).district_ids == set()
    cast.round.closed_at = NOW
    for person in (inspector, head, leader):  # until the next round opens they still see what they did
        assert caller_of(session, person).district_ids == {cast.district.id}
    following = NewRound("2099-1", "下一轮次", NOW.date(), NOW.date(), cast.round.policy_version)
    open_round(session, following)
    assert caller_of(session, inspector).district_ids == caller_of(session, leader).district_ids == set()


def test_a_district_office_has_its_own_district_and_a_university_none(session: Session, cast: Cast) -> None:
    office = add(session, cast.district, Role.DISTRICT, "office")
    school = add(session, cast.university, Role.UNIVERSITY, "school")
    assert caller_of(session, office).district_ids == {cast.district.id}
    assert caller_of(session, school).district_ids == set()
