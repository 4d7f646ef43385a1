"""The feedback clock: nobody sits on an inspection without someone above hearing, and only an end silences it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec import structs

from tests.unit.findings.law import CALENDAR, EXAM_ON, JINSHUI, POLICY, ROUND, RULES, UNIVERSITY, local
from workflows.deadlines import MICROSECOND, working_days_after
from workflows.feedback import advance, feedback_due_at, feedback_light, next_breach
from workflows.findings.facts import Progress
from workflows.inspections import InspectionFacts
from workflows.policy.inspections import Inspections
from workflows.rules import Rules
from workflows.vocabulary import Addressee, Light, OrganizationKind, Origin

MONDAY = date(2021, 4, 12)
SHEET = InspectionFacts(Origin.CENTRE, UNIVERSITY, OrganizationKind.UNIVERSITY, JINSHUI, ROUND, MONDAY)
ABOVE = {Addressee.RESPONSIBLE_LEADER, Addressee.LEADERSHIP}
DUE_AT = local(4, 14, 17)  # two working days, to the close of business in this calendar


def begins(on: date) -> datetime:
    return CALENDAR.instant(on, time.min)


def breaches(
    inspection: InspectionFacts, rules: Rules = RULES, *, to: datetime
) -> Iterator[tuple[datetime, tuple[Addressee, ...]]]:
    """What the clock says when it is never late."""
    while (breach := next_breach(inspection, rules)) and breach.due_at <= to:
        inspection, told = advance(inspection, rules, breach.due_at)
        yield from ((breach.due_at, one.addressees) for one in told)


def test_feedback_is_due_two_working_days_after_the_inspection() -> None:
    assert feedback_due_at(SHEET, RULES) == DUE_AT
    assert feedback_due_at(replace(SHEET, breaches=Progress(3, local(4, 20))), RULES) == DUE_AT


def test_each_breach_tells_those_behind_it_then_the_leader_then_the_leadership_every_working_day() -> None:
    team, leader, leadership = Addressee.TEAM, Addressee.RESPONSIBLE_LEADER, Addressee.LEADERSHIP
    assert list(breaches(SHEET, to=local(4, 20, 20))) == [
        (local(4, 14, 17), (team,)),
        (local(4, 15, 17), (team, leader)),
        (local(4, 16, 17), (team, leader, leadership)),
        (local(4, 19, 17), (team, leader, leadership)),
        (local(4, 20, 17), (team, leader, leadership)),
    ]


def test_an_inspection_by_the_district_office_is_its_own_to_feed_back() -> None:
    first, *_ = breaches(replace(SHEET, origin=Origin.DISTRICT), to=DUE_AT)
    assert first == (DUE_AT, (Addressee.DISTRICT,))


def test_a_policy_that_speaks_of_sides_means_those_behind_the_inspection() -> None:
    words = ((Addressee.OVERSEER,), (Addressee.REVIEWER, Addressee.DECIDER, Addressee.LEADERSHIP))
    rules = replace(RULES, policy=structs.replace(POLICY, breach=words))
    assert [hears for _, hears in breaches(SHEET, rules, to=local(4, 15, 20))] == [
        (Addressee.TEAM,),
        (Addressee.TEAM, Addressee.LEADERSHIP),
    ]


@pytest.mark.parametrize(
    ("inspection", "rules"),
    [
        (replace(SHEET, closed=True), RULES),
        (SHEET, replace(RULES, silent=True)),
        (replace(SHEET, origin=Origin.UNIT), RULES),
    ],
    ids=["closed", "round closed", "self-check"],
)
def test_closing_the_sheet_or_the_round_silences_it_and_a_self_check_owes_nothing(
    inspection: InspectionFacts, rules: Rules
) -> None:
    assert next_breach(inspection, rules) is None
    assert advance(inspection, rules, local(6, 30)) == (inspection, [])


def test_a_self_check_has_no_feedback_to_give() -> None:
    assert feedback_due_at(replace(SHEET, origin=Origin.UNIT), RULES) is None


def test_after_an_outage_each_further_telling_counts_from_when_the_last_was_recorded() -> None:
    late = local(4, 21, 9)
    inspection, told = advance(SHEET, RULES, late)
    assert [one.stage for one in told] == [1]
    upcoming = next_breach(inspection, RULES)
    assert upcoming
    assert (upcoming.stage, upcoming.due_at) == (2, local(4, 22, 17))


def test_before_the_exam_the_leadership_hears_while_there_is_time() -> None:
    rules, inspected_on = replace(RULES, exam_on=EXAM_ON), date(2021, 6, 3)
    heard = list(breaches(replace(SHEET, inspected_on=inspected_on), rules, to=begins(EXAM_ON)))
    assert {addressee for _, hears in heard for addressee in hears} == {Addressee.TEAM, *ABOVE}
    assert {at for at, _ in heard} == {local(6, 4, 17)}


DAYS = st.dates(date(2021, 3, 29), date(2021, 6, 6))
DELAYS = st.lists(st.timedeltas(timedelta(0), timedelta(days=3)), min_size=30, max_size=30)
RULEBOOKS = st.builds(
    lambda days, exam: Rules(
        structs.replace(POLICY, inspections=Inspections(feedback_working_days=days)), CALENDAR, exam
    ),
    st.integers(1, 5),
    st.none() | DAYS,
)
ORIGINS = st.sampled_from([Origin.CENTRE, Origin.DISTRICT])


@given(ORIGINS, DAYS, RULEBOOKS)
def test_nobody_can_sit_on_an_inspection_without_someone_above_hearing(origin: Origin, on: date, rules: Rules) -> None:
    """Nothing that people do on an inspection enters the clock: whatever they do, this is when someone hears."""
    bound = working_days_after(CALENDAR, begins(on), rules.policy.inspections.feedback_working_days + 1)
    heard = [hears for _, hears in breaches(replace(SHEET, origin=origin, inspected_on=on), rules, to=bound)]
    assert any(ABOVE & set(hears) for hears in heard)


@given(ORIGINS, DAYS, RULEBOOKS, DELAYS)
def test_however_late_it_is_swept_it_tells_every_stage_in_order_and_goes_on(
    origin: Origin, on: date, rules: Rules, delays: list[timedelta]
) -> None:
    inspection, now, stages = replace(SHEET, origin=origin, inspected_on=on), begins(on), []
    for delay in delays:
        upcoming = next_breach(inspection, rules)
        assert upcoming, "an open inspection is never without a clock"
        now = max(now, upcoming.due_at) + delay
        inspection, told = advance(inspection, rules, now)
        assert all(one.due_at <= now for one in told)
        stages += [one.stage for one in told]
        following = next_breach(inspection, rules)
        assert following
        assert following.due_at > now
    assert stages == list(range(1, len(stages) + 1))


@pytest.mark.parametrize(
    ("now", "light"),
    [
        (local(4, 12, 23), Light.GREEN),
        (local(4, 13, 0), Light.AMBER),  # the next working day is the last
        (DUE_AT, Light.AMBER),
        (DUE_AT + MICROSECOND, Light.RED),
    ],
)
def test_the_light_turns_a_working_day_before_and_at_the_first_instant_after(now: datetime, light: Light) -> None:
    assert feedback_light(DUE_AT, closed=False, calendar=CALENDAR, now=now) is light
    assert feedback_light(DUE_AT, closed=True, calendar=CALENDAR, now=now) is Light.GREEN
    assert feedback_light(None, closed=False, calendar=CALENDAR, now=now) is Light.GREEN


@given(DAYS, RULEBOOKS)
def test_a_breach_is_told_only_when_the_light_is_about_to_turn_red(on: date, rules: Rules) -> None:
    inspection = replace(SHEET, inspected_on=on)
    due_at, first = feedback_due_at(inspection, rules), next_breach(inspection, rules)
    assume(due_at is not None and first is not None)
    assert due_at
    assert first
    assert first.due_at == due_at
    assert feedback_light(due_at, closed=False, calendar=CALENDAR, now=due_at + MICROSECOND) is Light.RED
