"""The reckoning of a deadline and the next escalation in sentences, in both languages."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import pytest

from service.wording.reckoning import next_in_words, step_in_words
from tests.unit.findings.law import DEADLINE, SHANGHAI, local
from workflows.findings.next_escalation import NextEscalation, Undone
from workflows.findings.reckoning import Bound, DayOff, DeadlineStep, Reckoned
from workflows.vocabulary import Addressee, Holiday

COUNTED = Reckoned(
    DeadlineStep.COUNTED,
    at=local(4, 2, 16, 10),
    deadline=local(4, 12),
    since=local(4, 2, 16, 10),
    working_days=5,
    skipped=(
        *(DayOff(date(2021, 4, day), Holiday.QINGMING) for day in (3, 4, 5)),
        *(DayOff(date(2021, 4, day), None) for day in (10, 11)),
    ),
)


def test_five_working_days_over_qingming_read_as_a_person_would_say_it() -> None:
    assert step_in_words(COUNTED, "zh", SHANGHAI) == (
        "4月2日16:10签收，5个工作日；4月3日至4月5日清明节放假、4月10日至4月11日周末；截至4月12日17:00。"
    )
    assert step_in_words(COUNTED, "en", SHANGHAI) == (
        "Received 2 Apr, 16:10, 5 working days; 3 Apr to 5 Apr is Qingming, 10 Apr to 11 Apr is a weekend; "
        "until 12 Apr, 17:00."
    )


def test_nobody_is_said_to_have_signed_for_what_is_deemed_received() -> None:
    deemed = replace(COUNTED, is_deemed=True)
    assert step_in_words(deemed, "zh", SHANGHAI).startswith("4月2日16:10视为签收，5个工作日")
    assert step_in_words(deemed, "en", SHANGHAI).startswith("Deemed received 2 Apr, 16:10")


def test_weekends_that_are_worked_and_days_off_of_ones_own_are_told() -> None:
    other = replace(COUNTED, skipped=(DayOff(date(2021, 4, 7), None),), made_up=(date(2021, 4, 25),))
    assert "4月7日不上班、4月25日调休上班" in step_in_words(other, "zh", SHANGHAI)


def test_an_end_that_something_else_sets_says_what() -> None:
    bound = replace(COUNTED, counted_to=local(4, 13), bound=Bound.EXAM)
    assert "应至4月13日17:00，须在考前整改到位，截至4月12日17:00" in step_in_words(bound, "zh", SHANGHAI)
    assert "the notice names an earlier end" in step_in_words(replace(bound, bound=Bound.NOTICE), "en", SHANGHAI)
    then = replace(COUNTED, skipped=(), by_rules_of_then=True, is_certain=False)
    assert step_in_words(then, "zh", SHANGHAI).endswith(
        "截至4月12日17:00（节假日安排尚未全部公布，公布后重新计算，只会延后）。"
    )


@pytest.mark.parametrize(("kind", "language"), [*product(DeadlineStep, ("zh", "en"))])
def test_every_kind_of_step_has_its_words(kind: DeadlineStep, language: str) -> None:
    counted = replace(COUNTED, kind=kind, remaining=timedelta(hours=17, minutes=30))
    alone = kind in (DeadlineStep.COUNTED, DeadlineStep.GRACE, DeadlineStep.FROM_RECEIPT)
    for step in (counted, *([] if alone else [Reckoned(kind, local(4, 2, 16), local(4, 12))])):
        assert "12" in step_in_words(step, language, SHANGHAI)


@pytest.mark.parametrize(("unless", "language"), [*product(Undone, ("zh", "en"))])
def test_who_hears_next_has_its_words(unless: Undone, language: str) -> None:
    for at in (DEADLINE, local(4, 25)):
        ahead = NextEscalation(unless, DEADLINE, at, (Addressee.RESPONSIBLE_LEADER, Addressee.LEADERSHIP), 1)
        assert ("领导班子" if language == "zh" else "leadership team") in next_in_words(ahead, language, SHANGHAI)
