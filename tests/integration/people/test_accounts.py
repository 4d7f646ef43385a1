"""Passwords, tokens, and what a caller is to the law."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from service.errors import InvalidInput, NotAllowed
from service.models import Organization, Person, Token
from service.people.accounts import disable_person, set_password, sign_in
from service.people.callers import Caller, caller_of
from service.people.new_people import create_person
from service.people.tokens import Terms, authenticate, issue_token, revoke_token
from service.rounds.rounds import NewRound, open_round
from service.store.db import reading, sessions
from tests.worlds.books import Town
from tests.worlds.people import DISTRICT, UNIVERSITY, add_organizations
from workflows.findings.facts import Actor
from workflows.vocabulary import Role

NOW = datetime(2021, 3, 29, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
PHRASE = "槐花五月满城香飘十里又一春"
OTHER_PHRASE = "correct horse battery staple"


@pytest.fixture
def university(session: Session) -> Organization:
    """A university in a city where nobody has an account yet."""
    return add_organizations(session)[UNIVERSITY]


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


def test_a_person_signs_in_with_his_own_password_only(session: Session, university: Organization) -> None:
    person = add(session, university, Role.UNIVERSITY, "Wang.Laoshi", PHRASE)
    assert sign_in(session, username=" wang.LAOSHI ", password=PHRASE, now=NOW) is person
    for username, password in [("wang.laoshi", OTHER_PHRASE), ("nobody", PHRASE), ("nobody", ""), ("wang.laoshi", "")]:
        with pytest.raises(NotAllowed, match="bad_credentials"):
            sign_in(session, username=username, password=password, now=NOW)


def test_a_person_without_a_password_does_not_sign_in(session: Session, university: Organization) -> None:
    add(session, university, Role.UNIVERSITY, "wang")
    for password in ("", PHRASE):
        with pytest.raises(NotAllowed, match="bad_credentials"):
            sign_in(session, username="wang", password=password, now=NOW)


def test_passwords_are_kept_with_argon2id(session: Session, university: Organization) -> None:
    person = add(session, university, Role.UNIVERSITY, "wang", PHRASE)
    assert person.password_hash is not None
    assert person.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_full_width_letters_are_the_same_password(session: Session, university: Organization) -> None:
    person = add(session, university, Role.UNIVERSITY, "wang", OTHER_PHRASE)
    full_width = OTHER_PHRASE.translate({ord(letter): ord(letter) + 0xFEE0 for letter in OTHER_PHRASE if letter != " "})
    assert sign_in(session, username="wang", password=full_width, now=NOW) is person


def test_a_password_kept_with_older_parameters_is_kept_anew(session: Session, university: Organization) -> None:
    person = add(session, university, Role.UNIVERSITY, "wang")
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
        ("明河龙湖学院明河龙湖学院的密码好得很", "password_guessable"),
        ("Password#2021!", "password_guessable"),
        *((word, "password_guessable") for word in ("1q2w3e4r5t6y", "zaq12wsxcde3", "Welcome2026!", "iloveyou2026")),
        *((word, "password_guessable") for word in ("letmeinplease", "changeme1234", "p@ssw0rd2026", "2026-sunsh1ne")),
    ],
)
def test_a_password_that_would_be_guessed_is_refused(
    session: Session, university: Organization, password: str, code: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        add(session, university, Role.UNIVERSITY, "lao.zhang", password)
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
    session: Session, university: Organization, changed: dict[str, str], fields: dict[str, str]
) -> None:
    good = {"username": "wang", "name": "王老师", "role": Role.UNIVERSITY, "organization_id": university.id}
    with pytest.raises(InvalidInput) as caught:
        create_person(session, now=NOW, **(good | changed))  # type: ignore[arg-type]  # the fields of all rows at once
    assert caught.value.fields == fields
    assert session.scalars(select(Person)).all() == []


def test_a_user_name_is_taken_however_it_is_written(session: Session, university: Organization) -> None:
    first = add(session, university, Role.UNIVERSITY, "wang")
    with pytest.raises(InvalidInput) as caught:
        add(session, university, Role.UNIVERSITY, "ＷＡＮＧ")
    assert caught.value.fields == {"username": "username_taken"}
    assert session.scalars(select(Person)).all() == [first]  # the session is usable all the same


def test_a_token_tells_who_calls_and_only_its_hash_is_kept(engine: Engine, session: Session) -> None:
    district = add_organizations(session)[DISTRICT]
    person = add(session, district, Role.DISTRICT, "wang")
    token = issue_token(session, person=person, now=NOW)
    session.commit()
    assert token.startswith("duban_")
    assert session.scalars(select(Token.hash)).one() == hashlib.sha256(token.encode()).hexdigest()
    with sessions(reading(engine))() as door:
        caller = authenticate(door, token, now=NOW)
    assert caller == Caller(person.id, Actor(Role.DISTRICT, person.id, district.id), "zh", caller.credential)
    assert caller.actor.district_ids == {district.id}


@pytest.mark.parametrize("token", ["", "duban_", "duban_x", "令牌", "\udcff"])
def test_an_unknown_token_is_nobody(session: Session, token: str) -> None:
    with pytest.raises(NotAllowed, match="unauthenticated"):
        authenticate(session, token, now=NOW)


def test_a_token_ends_when_it_expires(session: Session, university: Organization) -> None:
    person = add(session, university, Role.UNIVERSITY, "wang")
    token = issue_token(session, person=person, now=NOW, terms=Terms(expires_after=DAY))
    assert authenticate(session, token, now=NOW + DAY - timedelta(microseconds=1)).id == person.id
    with pytest.raises(NotAllowed):
        authenticate(session, token, now=NOW + DAY)


def test_a_revoked_token_is_worthless_and_others_are_not(session: Session, university: Organization) -> None:
    person = add(session, university, Role.UNIVERSITY, "wang")
    token, other = (issue_token(session, person=person, now=NOW) for _ in range(2))
    revoke_token(session, token, now=NOW)
    with pytest.raises(NotAllowed):
        authenticate(session, token, now=NOW)
    assert authenticate(session, other, now=NOW).id == person.id


def test_a_new_password_throws_out_whoever_is_in(session: Session, university: Organization) -> None:
    person = add(session, university, Role.UNIVERSITY, "wang", PHRASE)
    token = issue_token(session, person=person, now=NOW)
    set_password(session, person, OTHER_PHRASE, now=NOW)
    with pytest.raises(NotAllowed):
        authenticate(session, token, now=NOW)
    with pytest.raises(NotAllowed):
        sign_in(session, username="wang", password=PHRASE, now=NOW)
    assert sign_in(session, username="wang", password=OTHER_PHRASE, now=NOW) is person


def test_a_disabled_person_gets_in_by_no_way(session: Session, university: Organization) -> None:
    person = add(session, university, Role.UNIVERSITY, "wang", PHRASE)
    token = issue_token(session, person=person, now=NOW)
    disable_person(session, person, now=NOW)
    later = issue_token(session, person=person, now=NOW)
    for each in (token, later):
        with pytest.raises(NotAllowed, match="unauthenticated"):
            authenticate(session, each, now=NOW)
    with pytest.raises(NotAllowed, match="bad_credentials"):
        sign_in(session, username="wang", password=PHRASE, now=NOW)
    assert session.scalars(select(Token.revoked_at).order_by(Token.created_at)).first() == NOW


def test_teams_and_leaders_have_their_districts_until_the_next_round(session: Session, town: Town) -> None:
    inspector, head, leader = (town.people[who] for who in ("inspector", "team_head", "leader"))
    stranger = add(session, inspector.organization, Role.INSPECTOR, "ducha2")
    own = {town.district_office.id}
    for person in (inspector, head, leader):
        assert caller_of(session, person).actor.district_ids == own
    assert caller_of(session, stranger).actor.district_ids == set()
    town.round.closed_at = NOW
    for person in (inspector, head, leader):  # until the next round opens they still see what they did
        assert caller_of(session, person).actor.district_ids == own
    following = NewRound("2099-1", "下一轮次", NOW.date(), NOW.date(), town.round.policy_version)
    open_round(session, following)
    assert caller_of(session, inspector).actor.district_ids == caller_of(session, leader).actor.district_ids == set()


def test_a_district_office_has_its_own_district_and_a_university_none(session: Session, town: Town) -> None:
    assert caller_of(session, town.people["district"]).actor.district_ids == {town.district_office.id}
    assert caller_of(session, town.people["university"]).actor.district_ids == set()
