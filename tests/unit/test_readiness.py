"""Readiness of an item: who has the last word, when silence is late, and when the clock begins to ask."""

from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.findings.law import local
from workflows.readiness import ItemFacts, checks_of, fallen_due, falls_due_at, next_fall_due, readiness
from workflows.vocabulary import Answer, Readiness

DUE = local(4, 20)  # 4月中旬
BEFORE, AFTER = DUE - timedelta(days=1), DUE + timedelta(days=1)
MOMENT = timedelta(microseconds=1)
THURSDAYS = [local(4, 1), local(4, 8), local(4, 15), local(4, 22)]
UNKNOWN = ItemFacts()

instants = st.integers(0, 200).map(lambda hours: local(4, 1, 0) + timedelta(hours=3 * hours))
maybe = st.none() | instants
knowledge = st.builds(
    lambda answer, answered_at, put_right_at, found: ItemFacts(
        answer if answered_at else None, answered_at, put_right_at, found
    ),
    st.sampled_from([Answer.IN_PLACE, Answer.NOT_IN_PLACE, Answer.NOT_APPLICABLE]),
    *(maybe, maybe, st.booleans()),
)
terms = st.one_of(
    st.builds(checks_of, maybe, st.none()),
    st.builds(checks_of, maybe, st.just(THURSDAYS)),
)


def confirmed(at: datetime) -> ItemFacts:
    return ItemFacts(Answer.IN_PLACE, at)


def test_nobody_knows_until_the_time_has_passed_and_then_it_is_late() -> None:
    assert readiness(UNKNOWN, checks_of(DUE, None), BEFORE) is Readiness.NOT_SEEN
    assert readiness(UNKNOWN, checks_of(DUE, None), DUE) is Readiness.NOT_SEEN, "by 17:00 is inclusive"
    assert readiness(UNKNOWN, checks_of(DUE, None), DUE + MOMENT) is Readiness.LATE


def test_an_item_without_a_last_day_is_never_late() -> None:
    assert readiness(UNKNOWN, checks_of(None, None), AFTER) is Readiness.NOT_SEEN


@pytest.mark.parametrize("answer", [Answer.IN_PLACE, Answer.NOT_IN_PLACE, Answer.NOT_APPLICABLE])
def test_an_answer_says_how_it_stands_also_when_it_came_late(answer: Answer) -> None:
    for at in (BEFORE, AFTER):
        assert readiness(ItemFacts(answer, at), checks_of(DUE, None), AFTER) is Readiness(answer)


def test_an_open_finding_outweighs_what_a_unit_says_of_itself() -> None:
    assert readiness(ItemFacts(Answer.IN_PLACE, AFTER, found=True), (), AFTER) is Readiness.NOT_IN_PLACE


def test_a_verified_finding_is_in_place_until_somebody_says_otherwise() -> None:
    put_right = ItemFacts(Answer.NOT_IN_PLACE, BEFORE, put_right_at=DUE)
    assert readiness(put_right, (), AFTER) is Readiness.IN_PLACE
    assert readiness(ItemFacts(Answer.NOT_IN_PLACE, AFTER, put_right_at=DUE), (), AFTER) is Readiness.NOT_IN_PLACE
    assert readiness(ItemFacts(put_right_at=DUE), (), AFTER) is Readiness.IN_PLACE
    assert readiness(ItemFacts(Answer.NOT_IN_PLACE, DUE, put_right_at=DUE), (), AFTER) is Readiness.IN_PLACE


def test_a_weekly_item_is_late_once_a_week_has_ended_without_a_word() -> None:
    checks = checks_of(None, THURSDAYS)
    assert readiness(UNKNOWN, checks, THURSDAYS[0]) is Readiness.NOT_SEEN
    assert readiness(UNKNOWN, checks, THURSDAYS[0] + MOMENT) is Readiness.LATE
    first_week, second_week = confirmed(local(3, 31)), confirmed(local(4, 6))
    assert readiness(first_week, checks, THURSDAYS[1]) is Readiness.IN_PLACE
    assert readiness(first_week, checks, THURSDAYS[1] + MOMENT) is Readiness.LATE
    assert readiness(second_week, checks, THURSDAYS[1] + MOMENT) is Readiness.IN_PLACE
    assert readiness(second_week, checks, THURSDAYS[2] + MOMENT) is Readiness.LATE
    made_up_for = confirmed(THURSDAYS[2] + timedelta(hours=1))
    assert readiness(made_up_for, checks, THURSDAYS[3]) is Readiness.IN_PLACE


def test_a_word_in_the_very_instant_of_the_deadline_is_of_the_week_that_ends() -> None:
    in_time = confirmed(THURSDAYS[0])
    assert readiness(in_time, checks_of(None, THURSDAYS), THURSDAYS[1]) is Readiness.IN_PLACE
    assert readiness(in_time, checks_of(None, THURSDAYS), THURSDAYS[1] + MOMENT) is Readiness.LATE


def test_after_its_last_day_a_weekly_item_is_not_checked_any_more() -> None:
    over = checks_of(local(4, 10), THURSDAYS)
    assert over == tuple(THURSDAYS[:2])
    assert readiness(confirmed(local(4, 7)), over, THURSDAYS[3] + MOMENT) is Readiness.IN_PLACE


def test_what_does_not_apply_needs_no_second_look() -> None:
    exempt = ItemFacts(Answer.NOT_APPLICABLE, local(3, 30))
    assert readiness(exempt, checks_of(None, THURSDAYS), THURSDAYS[3] + MOMENT) is Readiness.NOT_APPLICABLE


@given(knowledge, terms, instants)
def test_it_always_stands_somehow(facts: ItemFacts, checks: tuple[datetime, ...], now: datetime) -> None:
    status = readiness(facts, checks, now)
    assert (status is Readiness.NOT_IN_PLACE) >= facts.found
    if status is Readiness.NOT_SEEN:
        assert facts.answered_at is None
        assert facts.put_right_at is None


@given(knowledge, terms, instants, instants)
def test_time_alone_makes_only_late(
    facts: ItemFacts, checks: tuple[datetime, ...], one: datetime, other: datetime
) -> None:
    earlier, later = sorted([one, other])
    before, after = (readiness(facts, checks, at) for at in (earlier, later))
    assert after is before or (before in (Readiness.NOT_SEEN, Readiness.IN_PLACE) and after is Readiness.LATE)


@given(knowledge, terms, instants)
def test_whoever_confirms_an_item_now_finds_it_in_place(
    facts: ItemFacts, checks: tuple[datetime, ...], now: datetime
) -> None:
    said = ItemFacts(Answer.IN_PLACE, now, found=facts.found)
    expected = Readiness.NOT_IN_PLACE if facts.found else Readiness.IN_PLACE
    assert readiness(said, checks, now) is expected


@given(terms, instants, instants)
def test_in_place_is_late_exactly_when_a_whole_week_saw_no_word(
    checks: tuple[datetime, ...], at: datetime, now: datetime
) -> None:
    passed = [check for check in checks if check < now]
    weeks = list(pairwise(passed))
    silent = any(begin >= at for begin, _ in weeks)
    assert (readiness(confirmed(at), checks, now) is Readiness.LATE) == silent


def test_an_item_falls_due_in_the_first_instant_after_its_last_day() -> None:
    assert falls_due_at(DUE) == DUE + MOMENT
    assert not fallen_due(DUE, BEFORE, DUE)
    assert fallen_due(DUE, BEFORE, DUE + MOMENT)
    assert fallen_due(DUE, DUE + MOMENT, AFTER)
    assert not fallen_due(DUE, AFTER, AFTER), "it fell due before anybody looked"
    assert not fallen_due(None, BEFORE, AFTER)


@given(st.lists(maybe, max_size=5), instants, st.integers(0, 300))
def test_from_one_waking_to_the_next_every_item_falls_due_once(
    dues: list[datetime | None], since: datetime, hours: int
) -> None:
    end = since + timedelta(hours=hours)
    fallen: list[datetime | None] = []
    waking: datetime | None = since
    while waking and waking <= end:
        fallen += [due for due in dues if fallen_due(due, waking, waking)]
        waking = next_fall_due(dues, waking)
    assert Counter(fallen) == Counter(due for due in dues if fallen_due(due, since, end))


def test_when_nothing_more_falls_due_nothing_is_waited_for() -> None:
    assert next_fall_due([DUE, None], BEFORE) == DUE + MOMENT
    assert next_fall_due([DUE, None], DUE + MOMENT) is None
