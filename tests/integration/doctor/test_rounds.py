"""Rounds that are not set up as they should be are named, with what to do about it."""

from datetime import date

from sqlalchemy import update
from sqlalchemy.orm import Session

from service.doctor.doctor import Status
from service.models import Person, Round
from tests.build.ailments import Ailments
from tests.worlds.books import Town
from tests.worlds.rows import NOW


def test_a_year_without_holidays_is_named(session: Session, town: Town, ailments: Ailments) -> None:
    town.round.ends_on = date(2031, 1, 10)
    assert "2031年" in ailments.only("calendar", Status.WARNING)


def test_a_round_without_exam_days_is_named(session: Session, town: Town, ailments: Ailments) -> None:
    town.round.exam_days = []
    assert "2026-08" in ailments.only("exam_days", Status.WARNING)


def test_a_closed_round_ails_no_more(session: Session, town: Town, ailments: Ailments) -> None:
    session.execute(update(Round).values(closed_at=NOW, exam_days=[]))
    session.expire_all()
    session.execute(update(Person).values(disabled_at=NOW))
    assert ailments() == {}
