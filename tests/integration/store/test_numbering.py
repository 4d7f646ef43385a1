"""Running numbers, with several sessions at once."""

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from service.store.db import sessions
from service.store.numbering import next_number
from tests.build.racing import run_together


def test_numbers_run_from_one_for_each_name(session: Session) -> None:
    assert [next_number(session, "findings") for _ in range(3)] == [1, 2, 3]
    assert next_number(session, "notices") == 1


def test_numbers_given_out_at_once_have_neither_gap_nor_double(engine: Engine) -> None:
    given: list[int] = []

    def take() -> None:
        for _ in range(10):
            with sessions(engine).begin() as session:
                given.append(next_number(session, "findings"))

    assert run_together(*[take] * 4) == []
    assert sorted(given) == list(range(1, 41))


def test_a_rollback_gives_the_number_back(engine: Engine) -> None:
    with sessions(engine)() as session:
        assert next_number(session, "findings") == 1
        session.rollback()
        assert next_number(session, "findings") == 1
