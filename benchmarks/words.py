"""Searching words among many findings, in the database alone: the page's statement and those that look words up."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime

from sqlalchemy import Engine, select

from benchmarks.asking import in_turns_of
from benchmarks.filling import COMMON, OFTEN, RARE, SELDOM
from benchmarks.http import p95
from benchmarks.lines import Line
from benchmarks.offices import Office, holders
from benchmarks.run import Run
from service.findings.list import FindingFilter, conditions_of
from service.models import Finding
from service.people.callers import caller_of
from service.store.db import connect, reading, sessions
from workflows.vocabulary import Role

BAR = 20.0  # ms
WORDS = {
    "of nearly all": COMMON,
    "of nearly all, two signs": COMMON[-2:],
    "of one in ten": OFTEN,
    "of one in two hundred": SELDOM,
    "of one in a thousand": RARE,
    "of one in a thousand, two signs": RARE[2:4],
    "both of one in a thousand": f"备用电源 {RARE}",
    "of none": "航天测控",
    "number": "2026-l-4321",
}


def measure(office: Office, where: str) -> Iterator[Line]:
    """As leadership, who sees everything, as a district office and as a university."""
    engine = connect(office.url)
    for name, q in WORDS.items():
        for role in (Role.LEADERSHIP, Role.DISTRICT, Role.UNIVERSITY):
            turns = _asked(engine, q, role)
            yield Line(f"{where}, q {name}, as {role}: p95 ms", [p95(turn) for turn in turns], BAR)
    engine.dispose()


def both(run: Run, office: Office) -> Iterator[Line]:
    """On PostgreSQL among the large office's findings; on SQLite among as many as were asked for there."""
    yield from measure(office, f"PostgreSQL, {run.sizes.listed:,}")
    many = run.sizes.words_on_sqlite
    yield from measure(run.office(many, kind="sqlite"), f"SQLite, {many:,}")


def _asked(engine: Engine, q: str, role: Role) -> list[list[float]]:
    wanted, now = FindingFilter(q=q), datetime.now(UTC)
    newest = (Finding.created_at.desc(), Finding.id.desc())
    with sessions(reading(engine))() as session:
        actor = caller_of(session, holders(session)[role]).actor

        def ask() -> float:
            began = time.perf_counter()
            conditions = conditions_of(session, wanted, actor=actor, now=now)
            session.execute(select(Finding.id).where(*conditions).order_by(*newest).limit(51)).all()
            return (time.perf_counter() - began) * 1000

        return in_turns_of(ask)
