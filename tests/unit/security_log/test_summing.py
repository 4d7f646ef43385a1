"""What strangers put on record has a bound, and nothing is lost within it."""

from dataclasses import replace
from datetime import timedelta

from service.security_log.summing import MOST_KEYS, MOST_SINGLY, MOST_SUMS, PERIOD, SINGLY, Summing
from service.security_log.writing import NewSecurityEntry
from tests.worlds.rows import NOW
from workflows.security import SecurityKind

TRY = NewSecurityEntry(kind=SecurityKind.SIGN_IN)


def test_the_first_of_a_key_come_singly_and_the_rest_in_one_sum() -> None:
    summing = Summing()
    told = [summing.add(TRY, key=("a",), group="strangers", at=NOW) for _ in range(SINGLY + 7)]
    assert [len(one) for one in told] == [1] * SINGLY + [0] * 7
    assert summing.over(NOW + PERIOD - timedelta(seconds=1)) == []
    assert summing.over(NOW + PERIOD) == [replace(TRY, count=7, at=NOW)]
    assert len(summing.add(TRY, key=("a",), group="strangers", at=NOW + PERIOD)) == 1, "a new period begins"


def test_however_many_come_few_are_told_and_each_is_counted() -> None:
    summing, tries = Summing(), MOST_KEYS + 500
    singly = [one for key in range(tries) for one in summing.add(TRY, key=(key,), group="strangers", at=NOW)]
    sums = summing.rest()
    assert (len(singly), len(sums)) == (MOST_SINGLY, MOST_SUMS + 1)
    assert sum(one.count for one in (*singly, *sums)) == tries


def test_what_counts_only_when_repeated_is_told_with_all_before_it() -> None:
    summing = Summing()
    told = [summing.add(TRY, key=("a",), group="p", at=NOW, singly=1, unseen=9) for _ in range(12)]
    assert [[one.count for one in some] for some in told] == [[]] * 9 + [[10]] + [[]] * 2
    assert [one.count for one in summing.rest()] == [2]


def test_one_persons_entries_take_nobody_elses_room() -> None:
    summing = Summing()
    for key in range(MOST_SINGLY + 1):
        summing.add(TRY, key=(key,), group="one", at=NOW)
    assert len(summing.add(TRY, key=("b",), group="other", at=NOW)) == 1
