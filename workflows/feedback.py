"""The feedback clock: within n working days of an inspection the unit has the feedback, or those above hear of it.

«每次督查后要及时向高校反馈督查意见，明确整改要求和时间节点» (notice, part 4, paragraph 2). Closing the inspection feeds
back and silences the clock; so does the end of the round. Nothing else moves it: it counts from the day of the
inspection, which is fixed when the inspection is opened. A self-check feeds nothing back.
"""

from dataclasses import replace
from datetime import datetime, time
from typing import NamedTuple

from workflows.calendar import Calendar
from workflows.deadlines import is_kept, working_days_after
from workflows.findings.clocks import breach_at
from workflows.findings.facts import Progress
from workflows.inspections import InspectionFacts, resolved
from workflows.rules import Rules
from workflows.vocabulary import Addressee, InspectionKind, Light


class FeedbackBreach(NamedTuple):
    """One more time that the feedback is missing (督查不到位)."""

    due_at: datetime
    stage: int  # 1, 2, 3, …
    addressees: tuple[Addressee, ...]


def feedback_due_at(inspection: InspectionFacts, rules: Rules) -> datetime | None:
    """When the feedback is due at the latest; none for a self-check."""
    if inspection.kind is InspectionKind.SELF_CHECK:
        return None
    return _breach_at(replace(inspection, breaches=None), rules)


def next_breach(inspection: InspectionFacts, rules: Rules) -> FeedbackBreach | None:
    """The next breach that the clock records; none once the inspection or the round is closed."""
    if inspection.closed or rules.silent or inspection.kind is InspectionKind.SELF_CHECK:
        return None
    stage = (inspection.breaches.steps if inspection.breaches else 0) + 1
    policy = rules.policy
    named = (*policy.inspections.hears.breach, *policy.breach[min(stage, len(policy.breach)) - 1])
    return FeedbackBreach(_breach_at(inspection, rules), stage, resolved(named, inspection))


def advance(inspection: InspectionFacts, rules: Rules, now: datetime) -> tuple[InspectionFacts, list[FeedbackBreach]]:
    """The inspection after every breach that is due by now, and these breaches in order."""
    breaches = []
    while (breach := next_breach(inspection, rules)) and breach.due_at <= now:
        breaches.append(breach)
        inspection = replace(inspection, breaches=Progress(breach.stage, now))
    return inspection, breaches


def feedback_light(due_at: datetime | None, *, closed: bool, calendar: Calendar, now: datetime) -> Light:
    """The light of an inspection: red when its feedback is overdue, amber when due by the next working day, else green.

    Closed, in a closed round, or with no feedback to give (`due_at` none), it is green: its findings have lights of
    their own.
    """
    if closed or due_at is None:
        return Light.GREEN
    if not is_kept(due_at, now):
        return Light.RED
    return Light.AMBER if due_at <= amber_until(calendar, now) else Light.GREEN


def amber_until(calendar: Calendar, now: datetime) -> datetime:
    """Feedback that is due by then shows amber: the close of the next working day."""
    return working_days_after(calendar, now, 1)


def _breach_at(inspection: InspectionFacts, rules: Rules) -> datetime:
    since = rules.calendar.instant(inspection.inspected_on, time.min)
    return breach_at(rules, since=since, days=rules.policy.inspections.feedback_working_days, last=inspection.breaches)
