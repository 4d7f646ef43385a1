"""Idempotency keys, with several sessions at once."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from service.errors import InvalidInput
from service.models import Organization, Person
from service.store.db import sessions
from service.store.idempotency import StoredAnswer, claim, remember
from service.store.numbering import next_number
from tests.build.racing import run_together
from workflows.vocabulary import OrganizationKind, Role

NOW = datetime(2021, 3, 29, 9, 0, tzinfo=UTC)
KEY = "5f0c6c0e-1"
FIRST, OTHER = "a" * 64, "b" * 64
ANSWER = StoredAnswer(201, '{"number":"2021-35-0001","summary":"监控室无人值守"}')


@pytest.fixture
def person_id(engine: Engine) -> str:
    school = Organization(kind=OrganizationKind.UNIVERSITY, name="郑州示例学院")
    with sessions(engine).begin() as session:
        session.add(school)
        session.flush()
        person = Person(name="王老师", role=Role.UNIVERSITY, organization_id=school.id, created_at=NOW)
        session.add(person)
    return person.id


def once(session: Session, person_id: str, request_hash: str = FIRST) -> StoredAnswer | None:
    return claim(session, person_id=person_id, key=KEY, request_hash=request_hash, now=NOW)


def test_the_same_request_gets_the_first_answer(engine: Engine, person_id: str) -> None:
    with sessions(engine).begin() as session:
        assert once(session, person_id) is None
        remember(session, person_id=person_id, key=KEY, status=ANSWER.status, body=ANSWER.body)
    with sessions(engine).begin() as session:
        assert once(session, person_id) == ANSWER


def test_the_key_of_another_request_is_refused(engine: Engine, person_id: str) -> None:
    with sessions(engine).begin() as session:
        once(session, person_id)
        remember(session, person_id=person_id, key=KEY, status=201, body="{}")
    with sessions(engine)() as session, pytest.raises(InvalidInput) as caught:
        once(session, person_id, OTHER)
    assert caught.value.fields == {"Idempotency-Key": "idempotency_key_reused"}


def test_a_request_that_failed_may_be_sent_again(engine: Engine, person_id: str) -> None:
    with sessions(engine)() as session:
        assert once(session, person_id) is None
        session.rollback()
    with sessions(engine)() as session:
        assert once(session, person_id) is None


def twin(engine: Engine, person_id: str, answers: list[StoredAnswer | None], *, fails: bool) -> Callable[[], None]:
    def send() -> None:
        with sessions(engine)() as session:
            known = once(session, person_id)
            if known is None:
                number = next_number(session, "findings")
                remember(session, person_id=person_id, key=KEY, status=201, body=str(number))
            answers.append(known)
            if fails and known is None:
                session.rollback()
            session.commit()

    return send


def test_of_twins_at_once_one_does_the_work_and_the_others_get_its_answer(engine: Engine, person_id: str) -> None:
    answers: list[StoredAnswer | None] = []
    assert run_together(*[twin(engine, person_id, answers, fails=False)] * 8) == []
    assert Counter(answers) == {None: 1, StoredAnswer(201, "1"): 7}


def test_when_the_first_twin_fails_the_next_does_the_work(engine: Engine, person_id: str) -> None:
    answers: list[StoredAnswer | None] = []
    assert run_together(*[twin(engine, person_id, answers, fails=True)] * 4) == []
    assert answers == [None] * 4
    with sessions(engine)() as session:
        assert next_number(session, "findings") == 1


def test_keys_of_two_people_do_not_meet(engine: Engine, person_id: str) -> None:
    with sessions(engine).begin() as session:
        first = session.get_one(Person, person_id)
        other = Person(name="李老师", role=Role.UNIVERSITY, organization_id=first.organization_id, created_at=NOW)
        session.add(other)
        session.flush()
        assert once(session, person_id) is None
        assert once(session, other.id, OTHER) is None
        owners = (person_id, other.id)
        for owner in owners:
            remember(session, person_id=owner, key=KEY, status=201, body=owner)
        answers = [once(session, owner, hash_) for owner, hash_ in zip(owners, (FIRST, OTHER), strict=True)]
        assert [answer and answer.body for answer in answers] == [*owners]


@pytest.mark.parametrize(
    ("key", "code"), [("", "invalid"), ("x" * 201, "too_long"), ("钥匙", "invalid"), ("a\nb", "invalid")]
)
def test_a_key_that_cannot_be_one_is_refused(session: Session, key: str, code: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        claim(session, person_id="0" * 32, key=key, request_hash=FIRST, now=NOW)
    assert caught.value.fields == {"Idempotency-Key": code}
