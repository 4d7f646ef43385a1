"""Keeping the tallies: what triggers wrote is merged without a change of any count, and what is wrong is found.

That they equal a recount after every move is part of the histories in tests/integration/findings.
"""

from threading import Thread

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from service.models import Finding, FindingTally, UnitTally
from service.statistics import tallies
from service.statistics.tallies import TALLIES, counts, counts_anew, differences, is_outgrown, merge, recount
from service.store.db import connect, sessions
from tests.worlds.books import DEADLINE, Town, build_town, log_finding, receive_finding, report_up, sweep_until


def all_agree(session: Session) -> bool:
    return all(counts(session, tally) == counts_anew(session, tally) for tally in TALLIES)


def rows(session: Session) -> int:
    return sum(session.scalars(select(func.count()).select_from(tally)).one() for tally in TALLIES)


def test_merging_leaves_one_row_for_each_count(session: Session, town: Town) -> None:
    report_up(session, town, log_finding(session, town))
    receive_finding(session, town)
    sweep_until(session, DEADLINE)
    session.commit()
    before = [counts(session, tally) for tally in TALLIES]
    was = rows(session)
    went = sum(merge(session, tally) for tally in TALLIES)
    session.commit()
    assert [counts(session, tally) for tally in TALLIES] == before
    assert rows(session) == was - went == sum(map(len, before))
    assert sum(merge(session, tally) for tally in TALLIES) == 0, "a second time there is nothing to merge"
    assert all_agree(session)
    assert differences(session) == 0


def test_a_table_is_merged_when_most_of_it_says_more_of_the_same(
    session: Session, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        receive_finding(session, town)
    assert not is_outgrown(session, FindingTally), "few rows cost nothing"
    monkeypatch.setattr(tallies, "MERGE_FROM", 1)
    assert is_outgrown(session, FindingTally)
    merge(session, FindingTally)
    assert not is_outgrown(session, FindingTally)


def _commit(session: Session, _done: object) -> None:
    session.commit()


def test_whoever_counts_anew_waits_for_whoever_merges(postgresql_url: str) -> None:
    """Else PostgreSQL would show the later neither what went nor what came, and it would count everything again."""
    engine = connect(postgresql_url)
    with sessions(engine)() as first, sessions(engine)() as second:
        town = build_town(first)
        receive_finding(first, town)
        first.commit()
        expected = counts(first, FindingTally)
        first.commit()
        merge(first, FindingTally)
        counting = Thread(target=lambda: _commit(second, recount(second)))
        counting.start()
        counting.join(0.5)
        assert counting.is_alive()
        first.commit()
        counting.join(30)
        assert counts(first, FindingTally) == expected
    engine.dispose()


def test_a_recount_says_what_was_wrong_and_puts_it_right(session: Session, town: Town) -> None:
    log_finding(session, town)
    session.commit()
    assert recount(session) == {"finding_tallies": 0, "unit_tallies": 0, "duration_tallies": 0}
    session.execute(update(UnitTally).values(findings=UnitTally.findings + 1))
    session.execute(delete(FindingTally))
    assert differences(session) == 2
    assert recount(session) == {"finding_tallies": 1, "unit_tallies": 1, "duration_tallies": 0}
    assert all_agree(session)


def test_whoever_changes_or_removes_findings_changes_the_counts(session: Session, town: Town) -> None:
    """Statements of many rows, past all use cases: the database itself counts."""
    for _ in range(3):
        log_finding(session, town)
    session.execute(update(Finding).values(district_id=town.other_office.id))
    assert all_agree(session)
    session.execute(update(Finding).values(details="所有教室"))
    assert all_agree(session)
    one = session.scalars(select(Finding.id)).first()
    session.execute(update(Finding).where(Finding.id == one).values(voided_at=DEADLINE))
    assert all_agree(session)
    assert sum(counts(session, FindingTally).values()) == 2
    assert differences(session) == 0


def test_what_was_rolled_back_was_never_counted(session: Session, town: Town) -> None:
    log_finding(session, town)
    session.rollback()
    assert counts(session, FindingTally) == {}
