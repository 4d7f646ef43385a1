"""Searching words among many findings, in the database alone: the statement of a page, without what is loaded along."""

import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from sqlalchemy import Engine, Select, select

from benchmarks.asking import in_turns_of
from benchmarks.filling import COMMON, RARE
from benchmarks.http import p95
from benchmarks.lines import Line
from benchmarks.offices import Office, holders
from benchmarks.run import Run
from service.findings.list import FindingFilter, conditions_of
from service.models import Finding
from service.people.callers import caller_of
from service.scope import findings_seen
from service.store.db import connect, sessions
from workflows.vocabulary import Role

BAR = 20.0  # ms
WORDS = {
    "of nearly all": COMMON,
    "of one in a thousand": RARE,
    "both of one in a thousand": f"备用电源 {RARE}",
    "of none": "航天测控",
    "number": "2026-l-4321",
}


def measure(office: Office, where: str) -> Iterator[Line]:
    """As leadership, who sees everything, and as a university."""
    engine = connect(office.url)
    for name, q in WORDS.items():
        for role in (Role.LEADERSHIP, Role.UNIVERSITY):
            turns = _asked(engine, q, role)
            yield Line(f"{where}, q {name}, as {role}: p95 ms", [p95(turn) for turn in turns], BAR)
    engine.dispose()


def both(run: Run, office: Office) -> Iterator[Line]:
    """On PostgreSQL among the large office's findings; on SQLite among as many as were asked for there."""
    yield from measure(office, f"PostgreSQL, {run.sizes.listed:,}")
    many = run.sizes.words_on_sqlite
    yield from measure(run.office(many, kind="sqlite"), f"SQLite, {many:,}")


def _asked(engine: Engine, q: str, role: Role) -> list[list[float]]:
    with sessions(engine)() as session:
        actor = caller_of(session, holders(session)[role]).actor
        query = _page(list(conditions_of(FindingFilter(q=q), datetime.now(UTC))), findings_seen(actor))

        def ask() -> float:
            began = time.perf_counter()
            session.execute(query).all()
            return (time.perf_counter() - began) * 1000

        return in_turns_of(ask)


def _page(conditions: Sequence[object], seen: object) -> Select[str]:
    newest = (Finding.created_at.desc(), Finding.id.desc())
    return select(Finding.id).where(seen, *conditions).order_by(*newest).limit(51)  # type: ignore[arg-type]
