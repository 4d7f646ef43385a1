"""What figures cost: statistics, overview and counts as each of those who see them, readiness and coverage beside."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import product

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from benchmarks import readiness
from benchmarks.asking import in_turns_of
from benchmarks.http import p95
from benchmarks.lines import Line
from benchmarks.offices import Office, holders
from benchmarks.run import MANY, Run
from service.findings.list import FindingFilter
from service.models import Tally, UnitTally
from service.people.callers import caller_of
from service.readiness.coverage import coverage_of_round
from service.readiness.readiness import readiness_of_round
from service.statistics.common_problems import common_problems
from service.statistics.counted import keys_of
from service.statistics.list_counts import count_findings
from service.statistics.overview import overview
from service.statistics.statistics import statistics
from service.statistics.weeks import keep_week, unkept_weeks
from service.store.db import connect, reading, sessions
from workflows.findings.facts import Actor
from workflows.vocabulary import Role

ROLES = (Role.LEADERSHIP, Role.INSPECTOR, Role.DISTRICT, Role.BUREAU)
BAR, BAR_OF_MANY = 100.0, 15.0  # ms


def measure(run: Run, office: Office) -> Iterator[Line]:
    """Statistics of the large office and of a hundred thousand; readiness of forty universities, with its own bar."""
    yield from _of_office(office, f"{run.sizes.listed:,}", BAR)
    yield from _of_office(run.office(MANY, universities=500), f"{MANY:,}", BAR_OF_MANY)
    url = run.empty()
    answers, proposed, seconds = readiness.prepare(url)
    yield Line(f"{readiness.UNIVERSITIES} universities: answers", [answers])
    yield Line(f"{proposed:,} findings proposed after an outage, s", [seconds])
    yield from _of_readiness(url)


def _of_office(office: Office, many: str, bar: float) -> Iterator[Line]:
    engine = connect(office.url)
    makers = sessions(reading(engine))
    now = datetime.now(UTC)
    with Session(engine) as session, session.begin():
        _keep_weeks(session, now)
    asked: dict[str, Callable[[Session, Actor], object]] = {
        "statistics": lambda session, actor: statistics(session, actor=actor, now=now),
        "overview": lambda session, actor: overview(session, actor=actor, now=now),
        "counts above the list": lambda session, actor: count_findings(session, FindingFilter(), actor=actor, now=now),
    }
    for role, (name, ask) in product(ROLES, asked.items()):
        with makers() as session:
            actor = caller_of(session, holders(session)[role]).actor
        turns = _turns(makers, lambda session: ask(session, actor))  # noqa: B023
        yield Line(f"{name} of {many} as {role}: p95 ms", [p95(turn) for turn in turns], bar)
    engine.dispose()


def _keep_weeks(session: Session, now: datetime) -> None:
    """Keep each past week as a worker would, with as many rows: findings of the benchmark have no events."""
    keys = [column for name, column in zip(UnitTally.KEYS, keys_of(UnitTally), strict=True) if name in Tally.KEYS]
    stands = (
        session.execute(select(*keys, func.sum(UnitTally.findings).label("findings")).group_by(*keys)).mappings().all()
    )
    for end in unkept_weeks(session, now=now):
        keep_week(session, end, [{**row, "ends_at": end} for row in stands])


def _of_readiness(url: str) -> Iterator[Line]:
    engine = connect(url)
    leadership = Actor(Role.LEADERSHIP, "x", "x")
    asked: dict[str, Callable[[Session], object]] = {
        "readiness of all units": lambda session: (
            readiness_of_round(session, actor=leadership, now=readiness.NOW).categories
        ),
        "coverage": lambda session: coverage_of_round(session, actor=leadership, now=readiness.NOW),
        "common problems": lambda session: common_problems(session, actor=leadership, now=readiness.NOW),
    }
    for name, ask in asked.items():
        turns = _turns(sessions(reading(engine)), ask)
        yield Line(f"{name}: p95 ms", [p95(turn) for turn in turns], BAR)
    engine.dispose()


def _turns(makers: Callable[[], Session], ask: Callable[[Session], object]) -> list[list[float]]:
    def once() -> float:
        with makers() as session:
            began = time.perf_counter()
            ask(session)
            return (time.perf_counter() - began) * 1000

    return in_turns_of(once)
