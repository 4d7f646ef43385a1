"""Thousands of findings due at one instant, to the last message; and what delivering costs beside a bare loop."""

import multiprocessing
import smtplib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from multiprocessing.connection import Connection

from sqlalchemy import Engine, select, text

from benchmarks.http import ROUNDS
from benchmarks.latency import inspector_of, working
from benchmarks.lines import Line
from benchmarks.run import Run
from benchmarks.seed import Round, fill, seed_round
from service.alerts.channels.smtp import Smtp
from service.alerts.delivery import deliver
from service.alerts.grouping import HELD_BACK
from service.findings.log import NewFinding, log
from service.models import Organization
from service.store import clock
from service.store.db import connect, sessions
from service.store.schema import upgrade
from tests.fakes.mail_sink import MailSink
from workflows.vocabulary import OrganizationKind, Severity

LEAD = timedelta(seconds=10)  # for the processes to start, and for filling
PATIENCE = 120.0  # seconds for a wave
UNITS = 150  # of a turn of delivering: two people hear at each
NOT_MOVED = text("SELECT EXISTS (SELECT 1 FROM findings WHERE state = 'rectifying' AND next_action_at <= :instant)")
NOT_SENT = text("""
SELECT EXISTS (SELECT 1 FROM alerts WHERE message_id IS NULL) OR EXISTS (SELECT 1 FROM messages WHERE forming)
    OR EXISTS (SELECT 1 FROM deliveries WHERE sent_at IS NULL)""")
FIRST = text("""
SELECT max(at), max(many) FROM (SELECT min(deliveries.sent_at) AS at, count(DISTINCT messages.id) AS many FROM messages
    JOIN deliveries ON deliveries.message_id = messages.id WHERE messages.created_at >= :instant
    GROUP BY messages.person_id) AS each_person""")
COMMITTED = text("SELECT max(at) FROM events WHERE move = 'expire' AND at >= :instant")


def at_once(run: Run) -> Iterator[Line]:
    """Seconds from one instant until all that were due then are committed, and everybody's first message is out."""
    url, due = run.empty(), run.sizes.due
    upgrade(url)
    engine = connect(url)
    with sessions(engine)() as session:
        seeded = seed_round(session)
        session.execute(text("UPDATE people SET email = id || '@example.invalid'"))
        session.commit()
    with working(run, url):
        waves = [_wave(engine, seeded, due, number) for number in range(ROUNDS)]
    engine.dispose()
    committed, first, most = zip(*waves, strict=True)
    yield Line(f"{due:,} due at once: all committed, s", committed, 5)
    yield Line(f"{due:,} due at once: everybody's first message out, s", first, 8)
    yield Line(f"{due:,} due at once: most messages of one person", most, 1)


def _wave(engine: Engine, seeded: Round, due: int, number: int) -> tuple[float, float, float]:
    with sessions(engine)() as session:
        instant = clock.now(session) + LEAD
    fill(engine, seeded, prefix=f"2026-{number}-", count=due, next_action_at=instant)
    until, moved = time.monotonic() + LEAD.total_seconds() + PATIENCE, 0.0
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        while time.monotonic() < until:
            time.sleep(0.05 if not moved else 0.25)
            at: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
            if at <= instant:
                continue
            if not moved and not connection.scalar(NOT_MOVED, {"instant": instant}):
                moved = (at - instant).total_seconds()
            if moved and not connection.scalar(NOT_SENT):
                last, most = connection.execute(FIRST, {"instant": instant}).one()
                return moved, (last - instant).total_seconds(), float(most)
    raise TimeoutError(f"not all was sent within {PATIENCE:.0f} s")


def delivering(run: Run) -> Iterator[Line]:
    """Messages a second to a sink in another process, in parts of a bare loop over one connection, in turns."""
    url = run.empty()
    upgrade(url)
    engine = connect(url)
    with sessions(engine)() as session:
        seed_round(session)
        session.execute(text("UPDATE people SET email = id || '@example.com'"))
        session.commit()
    ours, bare = [], []
    with _sink() as address:
        for _ in range(ROUNDS + 1):
            many = _log_some(engine)
            ours.append(_delivered(engine, address, many))
            bare.append(_looped(address, many))
    engine.dispose()
    yield Line("delivery: messages a second", ours[1:])
    yield Line("bare loop over one connection: messages a second", bare[1:])
    yield Line("delivery ÷ bare loop", [o / b for o, b in zip(ours[1:], bare[1:], strict=True)], 0.7, at_least=True)


def _log_some(engine: Engine) -> int:
    """Major findings, which two people at each unit hear of at once, and one leader; how many hear."""
    with sessions(engine)() as session:
        query = select(Organization.id).where(Organization.kind == OrganizationKind.UNIVERSITY).limit(UNITS)
        units, inspector, now = session.scalars(query).all(), inspector_of(session), clock.now(session)
        for unit in units:
            log(session, NewFinding(unit, "应急照明不亮", Severity.MAJOR), actor=inspector, now=now)
        session.commit()
    return len(units) * 2 + 1


def _delivered(engine: Engine, address: str, many: int) -> float:
    """Grouped, claimed, written, sent and written down."""
    channel = Smtp.at(address, host="example.com")
    ahead = HELD_BACK + timedelta(minutes=1)
    began, sent = time.perf_counter(), 0
    while sent < many:
        report = deliver(
            sessions(engine),
            [channel],
            base_url="http://localhost",
            now=lambda session: clock.at_beginning(session) + ahead,  # as workers ask, but for what is ahead
        )
        assert report.sent, report
        sent += report.sent
    return sent / (time.perf_counter() - began)


def _looped(address: str, many: int) -> float:
    """The least that sending takes: mails of the same size, which are there already."""
    host, port = address.removeprefix("smtp://").split(":")
    mail = f"Subject: x\r\nFrom: a@example.com\r\nTo: b@example.com\r\n\r\n{'x' * 70}\r\n" + f"{'y' * 76}\r\n" * 14
    began = time.perf_counter()
    with smtplib.SMTP(host, int(port)) as server:
        for _ in range(many):
            server.sendmail("a@example.com", ["b@example.com"], mail)
    return many / (time.perf_counter() - began)


@contextmanager
def _sink() -> Iterator[str]:
    """A mail server in a process of its own: whoever sends does not share its time with it."""
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_serve_mail, args=(theirs,), daemon=True)
    process.start()
    try:
        yield ours.recv()
    finally:
        process.terminate()
        process.join(10)


def _serve_mail(there: Connection) -> None:
    with MailSink() as sink:
        there.send(sink.url)
        there.recv()
