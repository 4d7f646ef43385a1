"""How a deadline came about: whatever happens, the reckoning ends where the law does, and no day is left out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.findings.exploration import PEOPLE, attempts, made
from tests.unit.findings.law import CALENDAR, EXAM_ON, LEADERSHIP, RULES, TEAM_HEAD, UNIT, do, finding, local
from tests.unit.findings.test_provisional import AFTER, BEFORE
from workflows.deadlines import working_days_after, working_time_between
from workflows.findings.facts import Facts
from workflows.findings.reckoning import Bound, DayOff, DeadlineStep, Reckoned, reckoning
from workflows.findings.rectification import advance, allowed_moves
from workflows.findings.transitions import Transition
from workflows.rules import Rules
from workflows.vocabulary import Holiday, Move, Origin, State

COUNTED = (DeadlineStep.COUNTED, DeadlineStep.RESUMED, DeadlineStep.GRACE)


@dataclass(frozen=True, slots=True)
class Past:
    """What an event keeps of a transition."""

    move: Move
    at: datetime
    to_state: State
    data: Mapping[str, Any]


def past(transition: Transition, at: datetime, **data: Any) -> Past:
    due = {"due_at": transition.due_at.isoformat()} if transition.due_at else {}
    return Past(transition.move, at, transition.after, {**transition.data, **due, **data})


class Told:
    """A finding whose events are kept as the books keep them."""

    def __init__(self, rules: Rules = RULES, **known: Any) -> None:
        self.rules, self.facts = rules, finding(**known)
        self.events: list[Past] = []

    def clock(self, now: datetime, rules: Rules | None = None) -> None:
        self.events += [past(one, now) for one in advance(self.facts, rules or self.rules, now)]

    def do(self, move: Move, actor: Any, at: datetime, **particulars: Any) -> None:
        self.clock(at)
        data = {"working_days": particulars["working_days"]} if "working_days" in particulars else {}
        self.events.append(past(do(self.facts, move, actor, at, rules=self.rules, **particulars), at, **data))

    def steps(self, rules: Rules | None = None) -> list[Reckoned]:
        return reckoning(self.events, rules or self.rules)


def test_five_working_days_over_qingming_name_the_holiday() -> None:
    told = Told(at=local(4, 2, 16))
    told.do(Move.NOTIFY, TEAM_HEAD, local(4, 2, 16), working_days=5)
    (waiting,) = told.steps()
    assert (waiting.kind, waiting.deadline, waiting.working_days) == (DeadlineStep.FROM_RECEIPT, None, 5)
    told.do(Move.BEGIN, UNIT, local(4, 2, 16, 10))
    step = told.steps()[-1]
    assert (step.kind, step.since, step.deadline) == (DeadlineStep.COUNTED, local(4, 2, 16, 10), local(4, 12))
    assert [day for day in step.skipped if day.holiday] == [
        DayOff(date(2021, 4, day), Holiday.QINGMING) for day in (3, 4, 5)
    ]
    assert {day.on.day for day in step.skipped} == {3, 4, 5, 10, 11}
    assert (step.made_up, step.is_certain, step.bound) == ((), True, None)


def test_a_receipt_that_is_deemed_is_told_as_such() -> None:
    told = Told(at=local(4, 12, 10))
    told.do(Move.NOTIFY, TEAM_HEAD, local(4, 12, 10), working_days=5)
    told.clock(local(4, 20, 10))
    steps = [step for step in told.steps() if step.kind is DeadlineStep.COUNTED]
    assert [step.is_deemed for step in steps] == [True]
    assert steps[0].deadline == told.facts.deadline


def test_what_people_set_is_told_as_such_and_nothing_is_counted() -> None:
    told = Told()
    told.do(Move.NOTIFY, TEAM_HEAD, local(4, 12, 10), deadline=local(4, 16))
    told.do(Move.ASK_EXTENSION, UNIT, local(4, 13, 10), deadline=local(4, 20), extension_id="申请")
    told.do(Move.GRANT_EXTENSION, TEAM_HEAD, local(4, 14, 10), deadline=local(4, 20))
    told.clock(local(4, 22, 18))
    told.do(Move.OPINE, LEADERSHIP, local(4, 23, 10))
    told.do(Move.SET_ANEW, LEADERSHIP, local(4, 23, 10), deadline=local(4, 28))
    kinds = [(step.kind, step.deadline) for step in told.steps()]
    assert kinds == [
        (DeadlineStep.NAMED, local(4, 16)),
        (DeadlineStep.GRANTED, local(4, 20)),
        (DeadlineStep.SET_ANEW, local(4, 28)),
    ]
    assert {(step.since, step.skipped) for step in told.steps()} == {(None, ())}


def test_the_exam_ends_a_count_and_the_step_says_so() -> None:
    rules = replace(RULES, exam_on=EXAM_ON)
    told = Told(rules, at=local(6, 1, 9))
    told.do(Move.NOTIFY, TEAM_HEAD, local(6, 1, 9), working_days=10)
    told.do(Move.BEGIN, UNIT, local(6, 1, 10))
    step = told.steps()[-1]
    assert (step.deadline, step.bound) == (local(6, 4), Bound.EXAM)
    assert step.counted_to == working_days_after(CALENDAR, local(6, 1, 10), 10)


def test_after_a_failed_review_what_had_remained_runs_on() -> None:
    told = Told()
    told.do(Move.NOTIFY, TEAM_HEAD, local(4, 12, 10), deadline=local(4, 23))
    told.do(Move.SUBMIT, UNIT, local(4, 20, 9), evidence=1, submission_id="反馈一")
    told.do(Move.REVIEW_FAIL, TEAM_HEAD, local(4, 22, 9))
    step = told.steps()[-1]
    remaining = working_time_between(CALENDAR, local(4, 20, 9), local(4, 23))
    assert (step.kind, step.remaining, step.deadline) == (DeadlineStep.RESUMED, remaining, local(4, 26))
    assert step.made_up == (date(2021, 4, 25),)


def test_holidays_that_were_published_later_are_told_as_a_recount() -> None:
    told = Told(BEFORE, at=local(4, 30, 10))
    told.do(Move.NOTIFY, TEAM_HEAD, local(4, 30, 10), working_days=3)
    told.do(Move.BEGIN, UNIT, local(4, 30, 10))
    assert told.steps()[-1].is_certain is False
    told.clock(local(4, 30, 11), AFTER)
    before, after = told.steps(AFTER)[-2:]
    assert (before.kind, before.by_rules_of_then, before.skipped) == (DeadlineStep.COUNTED, True, ())
    assert (after.kind, after.deadline, after.is_certain) == (DeadlineStep.RECOUNTED, local(5, 8), True)
    assert {day.holiday for day in after.skipped} == {Holiday.LABOUR}


def test_after_a_review_shortly_before_the_end_the_grace_is_counted() -> None:
    told = Told()
    told.do(Move.NOTIFY, TEAM_HEAD, local(4, 12, 10), deadline=local(4, 16))
    told.do(Move.SUBMIT, UNIT, local(4, 16, 16), evidence=1, submission_id="反馈一")
    told.do(Move.REVIEW_FAIL, TEAM_HEAD, local(4, 19, 9))
    step = told.steps()[-1]
    assert (step.kind, step.since, step.deadline) == (DeadlineStep.GRACE, local(4, 19, 9), told.facts.deadline)


def test_more_time_that_is_granted_while_a_submission_waits_remains_whole() -> None:
    told = Told()
    told.do(Move.NOTIFY, TEAM_HEAD, local(4, 12, 10), deadline=local(4, 16))
    told.do(Move.SUBMIT, UNIT, local(4, 14, 9), evidence=1, submission_id="反馈一")
    told.do(Move.ASK_EXTENSION, UNIT, local(4, 14, 10), deadline=local(4, 22), extension_id="申请")
    told.do(Move.GRANT_EXTENSION, TEAM_HEAD, local(4, 15, 10), deadline=local(4, 22))
    told.do(Move.REVIEW_FAIL, TEAM_HEAD, local(4, 19, 9))
    step = told.steps()[-1]
    assert step.deadline == told.facts.deadline
    assert step.remaining == working_time_between(CALENDAR, local(4, 14, 9), local(4, 22))


def test_what_a_unit_has_found_itself_has_the_deadline_that_it_chose() -> None:
    told = Told(origin=Origin.UNIT)
    told.do(Move.BEGIN, UNIT, local(4, 12, 10), deadline=local(4, 16))
    assert [(step.kind, step.deadline) for step in told.steps()] == [(DeadlineStep.OWN, local(4, 16))]


def test_events_that_say_less_are_told_as_far_as_they_say() -> None:
    def event(move: Move, at: datetime, deadline: datetime) -> Past:
        return Past(move, at, State.RECTIFYING, {"deadline": deadline.isoformat()})

    named = event(Move.NOTIFY, local(4, 12, 10), local(4, 16))
    reminded = event(Move.REMIND, local(4, 15, 9), local(4, 16))  # by it that was in force anyway
    failed = event(Move.REVIEW_FAIL, local(4, 19, 9), local(4, 22))  # of a submission that nothing tells of
    recounted = event(Move.RECOUNT, local(4, 20, 9), local(4, 23))  # of what was not counted in days
    assert [(step.kind, step.by_rules_of_then) for step in reckoning([named, reminded, failed, recounted], RULES)] == [
        (DeadlineStep.NAMED, False),
        (DeadlineStep.RESUMED, True),
        (DeadlineStep.RECOUNTED, False),
    ]


hours = st.integers(1, 200)
walks = st.lists(st.tuples(hours, st.integers(0, 10_000)), min_size=2, max_size=14)
beginnings = st.integers(0, 2100 * 24).map(lambda ahead: datetime(2021, 1, 4, tzinfo=UTC) + timedelta(hours=ahead))


@given(beginnings, walks, st.sampled_from([Origin.CENTRE, Origin.UNIT]), st.booleans())
def test_whatever_happens_the_reckoning_ends_where_the_law_does(
    at: datetime, walk: list[tuple[int, int]], origin: Origin, has_exam: bool
) -> None:
    exam_on = (at + timedelta(days=25)).date() if has_exam else None
    rules, facts, now = replace(RULES, exam_on=exam_on), finding(at=at, origin=origin), at
    events: list[Past] = []
    for ahead, choice in walk:
        now += timedelta(hours=ahead)
        events += [past(one, now) for one in advance(facts, rules, now)]
        possible = list(_possible(facts, rules, now))
        if possible:
            attempt = possible[choice % len(possible)]
            data = {"working_days": attempt.working_days} if attempt.working_days else {}
            events += [past(one, now, **data) for one in made(facts, attempt, rules)]
        steps = reckoning(events, rules)
        assert (steps[-1].deadline if steps else None) == facts.deadline
        assert (origin is Origin.UNIT) or DeadlineStep.OWN not in {step.kind for step in steps}
        for step in steps:
            assert not step.by_rules_of_then
            _every_day_is_told(step)


def _possible(facts: Facts, rules: Rules, now: datetime) -> Iterator[Any]:
    for actor in PEOPLE:
        for move in allowed_moves(facts, actor, rules):
            for attempt in attempts(move, actor, facts, now, rules):
                if made(replace(facts), attempt, rules):
                    yield attempt


def _every_day_is_told(step: Reckoned) -> None:
    """Counted day by day: each is worked, or told to be skipped; those worked at a weekend are told as well."""
    end = step.counted_to or step.deadline
    assert (step.since is not None) == (step.kind in COUNTED)
    if step.since is None or end is None:
        assert step.skipped == step.made_up == ()
        return
    first, last = CALENDAR.local_date(step.since), CALENDAR.local_date(end)
    days = [first + timedelta(days=n) for n in range(1, (last - first).days + 1)]
    skipped = {one.on for one in step.skipped}
    assert skipped == {day for day in days if not CALENDAR.is_working_day(day)}
    assert set(step.made_up) == {day for day in days if day.weekday() >= 5 and day not in skipped}
    assert all(one.holiday or one.on.weekday() >= 5 for one in step.skipped)
    if step.working_days:
        assert len(days) - len(skipped) == step.working_days
