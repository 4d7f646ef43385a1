"""Working time: what remained of a deadline is worked off between opening and closing, never on a day off."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.test_deadlines import CHINA, instants, local
from workflows.deadlines import resumed, working_time_after, working_time_between


@given(instants, instants, instants)
def test_what_remained_is_worked_off_on_working_days_and_nobody_gets_less(
    stopped_at: datetime, deadline: datetime, now: datetime
) -> None:
    remaining = working_time_between(CHINA, stopped_at, deadline)
    found = resumed(CHINA, now=now, remaining=remaining, grace_working_days=1, latest=None)
    assert CHINA.is_working_day(CHINA.local_date(found))
    assert working_time_between(CHINA, now, found) >= remaining
    plain = working_time_after(CHINA, now, remaining)
    assert working_time_between(CHINA, now, plain) == remaining
    assert CHINA.is_working_day(CHINA.local_date(plain))


@given(instants, st.timedeltas(timedelta(0), timedelta(days=20)), st.timedeltas(timedelta(0), timedelta(days=2)))
def test_who_had_more_time_or_is_reviewed_later_is_never_due_earlier(
    now: datetime, amount: timedelta, more: timedelta
) -> None:
    assert working_time_after(CHINA, now, amount + more) >= working_time_after(CHINA, now, amount)
    assert working_time_after(CHINA, now + more, amount) >= working_time_after(CHINA, now, amount)


def test_nothing_that_resumes_ends_on_a_day_off() -> None:
    """Notified until Thursday the 22nd, submitted on Monday at closing time, partly rectified on Wednesday at four."""
    remaining = working_time_between(CHINA, local(4, 19), local(4, 22))
    assert remaining == timedelta(hours=24)
    found = resumed(CHINA, now=local(4, 21, 16), remaining=remaining, grace_working_days=1, latest=None)
    assert found == local(4, 25, 16)  # a Sunday that is worked, before the holidays
    assert working_time_between(CHINA, local(5, 1), local(5, 5)) == timedelta(0)
    assert working_time_after(CHINA, local(5, 1), timedelta(0)) == local(5, 6, 9)


def test_what_resumes_on_a_day_off_has_the_next_working_day_however_little_remained() -> None:
    """Without grace: nothing, a minute and a day of working time, on the first day of the holidays."""
    amounts = (timedelta(0), timedelta(minutes=1), timedelta(hours=8), timedelta(hours=9))
    found = [resumed(CHINA, now=local(5, 1), remaining=one, grace_working_days=0, latest=None) for one in amounts]
    assert found == [local(5, 6), local(5, 6), local(5, 6), local(5, 7, 10)]
