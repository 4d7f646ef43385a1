"""Pages: every row once, in both directions, while rows come in; cursors of other lists are refused."""

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service.alerts.inbox import alerts
from service.errors import InvalidInput
from service.findings.list import SORTS, FindingFilter, list_findings
from service.models import Finding
from tests.build.crowd import add_findings
from tests.worlds.books import DEADLINE, FOUND_AT, Town, log_finding, receive_finding

NOW = FOUND_AT + timedelta(days=2)


def page_through(session: Session, town: Town, sort: str, limit: int) -> list[str]:
    ids, cursor = [], None
    while True:
        page = list_findings(
            session, FindingFilter(), actor=town.leadership, now=NOW, sort=sort, cursor=cursor, limit=limit
        )
        ids += [finding.id for finding in page.items]
        cursor = page.next_cursor
        if cursor is None:
            return ids
        assert len(page.items) == limit


def scatter(session: Session, ids: list[str]) -> None:
    """Some without a deadline, many at one instant, some a microsecond apart."""
    for n, id_ in enumerate(ids):
        deadline = None if n % 4 == 0 else DEADLINE + timedelta(microseconds=n % 3)
        created_at = FOUND_AT + timedelta(microseconds=n // 5)
        session.execute(update(Finding).where(Finding.id == id_).values(deadline=deadline, created_at=created_at))
    session.commit()


@pytest.mark.parametrize("sort", SORTS)
def test_every_row_comes_once_in_both_directions(session: Session, town: Town, sort: str) -> None:
    ids = add_findings(session, town, 23)
    scatter(session, ids)
    whole = page_through(session, town, sort, 200)
    assert sorted(whole) == sorted(ids)
    for limit in (1, 4, 22, 23):
        assert page_through(session, town, sort, limit) == whole
    opposite = sort.removeprefix("-") if sort.startswith("-") else f"-{sort}"
    assert page_through(session, town, opposite, 7) == whole[::-1]


def test_findings_without_a_deadline_come_last(session: Session, town: Town) -> None:
    scatter(session, add_findings(session, town, 9))
    order = page_through(session, town, "deadline", 2)
    deadlines = {row.id: row.deadline for row in session.scalars(select(Finding))}
    assert [deadlines[id_] is None for id_ in order] == [False] * 6 + [True] * 3


def test_rows_that_come_in_neither_shift_nor_repeat_those_that_follow(session: Session, town: Town) -> None:
    ids = add_findings(session, town, 6)
    scatter(session, ids)
    before = page_through(session, town, "-created_at", 200)
    first = list_findings(session, FindingFilter(), actor=town.leadership, now=NOW, limit=3)
    log_finding(session, town, at=NOW)
    log_finding(session, town, at=NOW)
    second = list_findings(session, FindingFilter(), actor=town.leadership, now=NOW, cursor=first.next_cursor, limit=3)
    assert [row.id for row in (*first.items, *second.items)] == before


def test_the_inbox_pages_newest_first(session: Session, town: Town) -> None:
    for minute in range(5):
        receive_finding(session, town, at=FOUND_AT + timedelta(minutes=minute))
    pages, cursor = [], None
    while True:
        page = alerts(session, actor=town.inspector, cursor=cursor, limit=2)
        pages.append([alert.created_at for alert in page.items])
        cursor = page.next_cursor
        if cursor is None:
            break
    assert [len(found) for found in pages] == [2, 2, 1]
    times = [at for found in pages for at in found]
    assert times == sorted(times, reverse=True)


def cursor_of(*parts: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode()


ID = "4f5a0b1c-6f0e-4a51-9f57-0f4f0c6a7a11"
FORGED = (
    *("x", "====", "é", "\0", "A" * 5000, cursor_of(), cursor_of(1, 2), cursor_of("2026-08-00001", ID)),
    *(cursor_of("2026-04-13T02:00:00", ID), cursor_of("2026-04-13T10:00:00+08:00", ID)),
    *(cursor_of("0001-01-01T00:00:00+23:00", ID), cursor_of("2026-04-13T02:00:00+00:00", "1 OR 1")),
    *(cursor_of(None, None), cursor_of({"a": 1}, ID), cursor_of("2026-04-13T02:00:00+00:00", ID, ID)),
    base64.urlsafe_b64encode(b"[" * 1400).decode(),
)


def test_cursors_that_the_list_never_gave_out_are_refused(session: Session, town: Town) -> None:
    for forged in FORGED:
        with pytest.raises(InvalidInput) as refused:
            list_findings(session, FindingFilter(), actor=town.leadership, now=NOW, cursor=forged)
        assert refused.value.fields == {"cursor": "unknown_cursor"}, forged


def test_a_cursor_of_another_order_is_refused(session: Session, town: Town) -> None:
    add_findings(session, town, 3)
    page = list_findings(session, FindingFilter(), actor=town.leadership, now=NOW, sort="number", limit=1)
    with pytest.raises(InvalidInput):
        list_findings(session, FindingFilter(), actor=town.leadership, now=NOW, cursor=page.next_cursor)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.text(max_size=60), value=st.text(max_size=20) | st.datetimes(timezones=st.just(UTC)).map(datetime.isoformat)
)
def test_whatever_comes_as_a_cursor_is_a_page_or_refused(session: Session, town: Town, text: str, value: str) -> None:
    for cursor in (text or "x", cursor_of(value, ID)):
        for sort in ("created_at", "number"):
            try:
                list_findings(session, FindingFilter(), actor=town.leadership, now=NOW, sort=sort, cursor=cursor)
            except InvalidInput:
                continue
