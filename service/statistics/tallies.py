"""Keeping the tallies: what triggers have written is merged from time to time, and everything can be counted anew."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Integer, cast, delete, func, insert, select, text
from sqlalchemy.orm import Session

from service.models import DurationTally, Finding, FindingTally, Tally, UnitTally
from service.statistics.counted import keys_of, off_findings
from service.store.advisory_locks import AdvisoryLock

TALLIES: tuple[type[Tally], ...] = (FindingTally, UnitTally, DurationTally)
MERGE_FROM = 2000  # rows: adding up fewer costs next to nothing

Counts = Mapping[tuple[Any, ...], int]  # by the keys of a tally, in its order


def is_outgrown(session: Session, tally: type[Tally]) -> bool:
    """Whether most rows of a table only say more of what others count."""
    kinds = select(*keys_of(tally)).distinct().subquery()
    rows, different = (session.scalars(select(func.count()).select_from(of)).one() for of in (tally, kinds))
    return rows >= max(MERGE_FROM, 2 * different)


def merge(session: Session, tally: type[Tally]) -> int:
    """Make one row of all that count the same in a table; returns how many rows went.

    Whoever reads meanwhile sees the rows of before or those of after; what is written meanwhile stays.
    """
    hold_tallies(session)
    taken = session.execute(delete(tally).returning(*keys_of(tally), tally.findings)).all()
    merged: Counter[tuple[Any, ...]] = Counter()
    for *key, findings in taken:
        merged[tuple(key)] += findings
    return len(taken) - _write(session, tally, merged)


def recount(session: Session) -> dict[str, int]:
    """Count all findings anew, while nobody changes one; returns by table how many counts were wrong."""
    hold_tallies(session)
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE findings IN SHARE MODE"))
    wrong = {}
    for tally in TALLIES:
        before, now = counts(session, tally), counts_anew(session, tally)
        wrong[tally.__tablename__] = sum(before.get(key) != now.get(key) for key in {*before, *now})
        session.execute(delete(tally))
        _write(session, tally, now)
    return wrong


def hold_tallies(session: Session) -> None:
    """Wait for whoever merges, counts anew or keeps a week, and keep others waiting until the commit.

    Of two at once on PostgreSQL the later would not see what the earlier is about to write, and count it once more.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(AdvisoryLock.TALLIES)))


def differences(session: Session) -> int:
    """By how many findings the sums of the tallies differ from what there is; 0 where all is well."""
    there = select(func.count()).select_from(Finding).where(Finding.voided_at.is_(None))
    put_right = there.where(Finding.verified_at.is_not(None))
    expected = {FindingTally: there, UnitTally: there, DurationTally: put_right}
    return sum(
        abs(session.scalars(select(func.coalesce(func.sum(tally.findings), 0))).one() - session.scalars(query).one())
        for tally, query in expected.items()
    )


def counts(session: Session, tally: type[Tally]) -> Counts:
    """The counts of a tally; what no finding meets any more is left out."""
    keys, total = keys_of(tally), func.sum(tally.findings)
    query = select(*keys, cast(total, Integer)).group_by(*keys).having(total != 0)
    return {tuple(key): findings for *key, findings in session.execute(query)}


def counts_anew(session: Session, tally: type[Tally]) -> Counts:
    """What the counts of a tally should be, off the findings themselves."""
    query = off_findings(tally, Finding.voided_at.is_(None))
    return {tuple(key): findings for *key, findings in session.execute(query)}


def _write(session: Session, tally: type[Tally], counts: Counts) -> int:
    rows = [dict(zip((*tally.KEYS, "findings"), (*key, findings), strict=True)) for key, findings in counts.items()]
    rows = [row for row in rows if row["findings"]]
    if rows:
        session.execute(insert(tally), rows)
    return len(rows)
