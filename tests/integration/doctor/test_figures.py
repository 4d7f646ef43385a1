"""Figures for those who watch by machine: each moves when what it measures does, and few statements are asked."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.alerts.hold.hold import hold
from service.doctor.check import warning
from service.doctor.figures import FIGURES, figures_of_office
from service.doctor.watchdog.alarms import note_checks
from service.models import Delivery, Heartbeat, Message, Person, SetAside, new_id
from service.store.heartbeats import SILENT_AFTER
from tests.build.event_rows import make_alert, make_event
from tests.build.statements import asked, engine_of
from tests.worlds.books import Town, make_finding
from tests.worlds.rows import NOW
from workflows.findings.facts import OPERATOR
from workflows.vocabulary import Move, Role

Figures = Callable[[], dict[str, float]]
HOUR = timedelta(hours=1)


@pytest.fixture
def figures(session: Session) -> Figures:
    """All figures, as `name{label}`."""

    def read() -> dict[str, float]:
        found = {}
        for figure in figures_of_office(session, now=NOW):
            found["".join([figure.name, *(f"{{{value}}}" for value in figure.labels.values())])] = figure.value
        return found

    return read


def moved(before: dict[str, float], after: dict[str, float]) -> dict[str, float]:
    return {name: value for name, value in after.items() if before.get(name) != value}


def make_delivery(session: Session, town: Town, **columns: object) -> None:
    message = Message(id=new_id(), person_id=town.leader.id, created_at=NOW - timedelta(minutes=10))
    session.add(message)
    session.flush()
    session.add(Delivery(id=new_id(), message_id=message.id, channel="mail", **columns))
    session.flush()


def test_in_good_health_nothing_waits_and_every_duty_is_served(session: Session, town: Town, figures: Figures) -> None:
    found = figures()
    duties = {name: value for name, value in found.items() if name.startswith("duty_served")}
    assert len(duties) == 4
    assert set(duties.values()) == {1}
    assert found["processes{worker}"] == 3
    assert found["watched_seconds_ago"] == 0
    quiet = set(found) - set(duties) - {name for name in found if name.startswith(("processes", "watched"))}
    assert {found[name] for name in quiet} == {0}


def test_what_is_due_ages_and_what_failed_is_counted(session: Session, town: Town, figures: Figures) -> None:
    before = figures()
    make_finding(session, town, next_action_at=NOW - HOUR)
    make_finding(session, town, 2, next_action_at=NOW + HOUR, set_aside_at=NOW, set_aside_error="x: y")
    session.add(SetAside(task="reports", row_id=new_id(), name="一周", since=NOW, at=NOW, error="x: y"))
    assert moved(before, figures()) == {"oldest_due_seconds{findings}": 3600, "set_aside": 2}


def test_alerts_wait_by_age_and_those_for_a_digest_from_when_it_is_due(
    session: Session, town: Town, figures: Figures
) -> None:
    before = figures()
    leader = session.get_one(Person, town.leader.id)
    waiting = ((0, None), (3, None), (30, None), (120, None), (120, NOW + HOUR), (120, NOW))
    for number, (minutes, held) in enumerate(waiting, 1):
        event = make_event(session, make_finding(session, town, number), Move.LOG)
        make_alert(session, event, leader, created_at=NOW - timedelta(minutes=minutes), held_until=held)
    assert moved(before, figures()) == {
        "alerts_waiting{60}": 2,
        "alerts_waiting{300}": 1,
        "alerts_waiting{3600}": 1,
        "alerts_waiting{older}": 1,
    }


def test_deliveries_are_counted_by_what_became_of_them(session: Session, town: Town, figures: Figures) -> None:
    before = figures()
    make_delivery(session, town, sent_at=NOW)
    make_delivery(session, town, sent_at=NOW)
    make_delivery(session, town, next_attempt_at=NOW)
    make_delivery(session, town, next_attempt_at=NOW, given_up_at=NOW)
    make_delivery(session, town, given_up_at=NOW)
    assert moved(before, figures()) == {
        "deliveries{ended}": 2,
        "deliveries{waiting}": 1,
        "deliveries{retried_hourly}": 1,
        "deliveries{given_up}": 1,
        "messages_waiting{3600}": 1,
    }


def test_a_silent_process_an_alarm_and_a_hold_are_seen(session: Session, town: Town, figures: Figures) -> None:
    before = figures()
    for beat in session.scalars(select(Heartbeat).where(Heartbeat.duties == "worker render")):
        beat.at = NOW - SILENT_AFTER * 2
    note_checks(session, [warning("clock", seconds=11)], now=NOW)
    session.commit()
    hold(session, actor=OPERATOR.in_post(Role.ADMIN), now=NOW)
    assert moved(before, figures()) == {
        "processes{worker}": 2,
        "duty_served{worker render}": 0,
        "alarm{clock}": 1,
        "held": 1,
    }


def test_few_statements_tell_all_and_every_figure_is_explained(session: Session, town: Town) -> None:
    with asked(engine_of(session)) as statements:
        names = {figure.name for figure in figures_of_office(session, now=NOW)}
    assert len(statements) <= 12
    assert names <= FIGURES.keys()
