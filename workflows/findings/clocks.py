"""The timers of one finding: which clocks run, what each does next, and when."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from workflows.deadlines import brought_forward, first_instant_after, morning_before, working_days_after
from workflows.findings.facts import Facts, Progress
from workflows.findings.provisional import recounted
from workflows.rules import Rules
from workflows.vocabulary import LAST_LEVEL, Clock, Move, State

MOST_STEPS = 50  # of one finding at one instant, besides reminders; the law comes to a dozen


class ClockNeverEnds(Exception):
    """The clock is due again at once, however often it has moved: policy, calendar and table contradict each other."""

    def __init__(self, clock: Clock, now: datetime) -> None:
        super().__init__(f"the clock “{clock}” is due again and again at {now.isoformat()}")


class Timer(NamedTuple):
    """What a clock will do; timers sort by instant, then by the order of the clocks."""

    due_at: datetime
    clock: Clock
    move: Move
    step: str | None = None


def next_timer(facts: Facts, rules: Rules) -> Timer | None:
    """The earliest timer; none only when verified, void, or in a closed round."""
    return min(timers(facts, rules), key=_order, default=None)


def timers(facts: Facts, rules: Rules) -> Iterator[Timer]:
    """Every timer that runs for a finding, one for each running clock."""
    if facts.closed or rules.silent:
        return
    yield from _recount(facts, rules)
    yield from _receipt(facts, rules)
    yield from _deadline(facts, rules)
    yield from _ladder(facts, rules)
    for clock, since in awaited(facts):
        yield _breach(facts, rules, clock, since)


def awaited(facts: Facts) -> Iterator[tuple[Clock, datetime]]:
    """Acts that the authority's side owes, and since when (第四部分第3条: 督查不到位)."""
    if facts.state is State.FOUND:
        yield Clock.NOTIFICATION, facts.created_at
    if facts.awaiting_review_since:
        yield Clock.REVIEW, facts.awaiting_review_since
    if facts.extension_asked_at:
        yield Clock.DECISION, facts.extension_asked_at
    if facts.opinion_awaited_since:
        yield Clock.OPINION, facts.opinion_awaited_since


def at_risk_at(facts: Facts, rules: Rules) -> datetime | None:
    """When the light turns amber: the first reminder of the deadline, a moved exam, or the first breach of a clock."""
    if facts.closed or rules.silent:
        return None
    breaches = [
        working_days_after(rules.calendar, since, allowed_days(rules, clock)) for clock, since in awaited(facts)
    ]
    reminders = _reminders(facts.deadline, rules)[:1] if facts.deadline and deadline_runs(facts) else []
    receipts = [timer.due_at for timer in _receipt(facts, rules)]
    overtaken = [at] if (at := overtaken_by_exam_at(facts, rules)) else []
    return min([*breaches, *reminders, *receipts, *overtaken], default=None)


def overtaken_by_exam_at(facts: Facts, rules: Rules) -> datetime | None:
    """Since when the deadline lies beyond the last working moment before the exam, which has moved meanwhile.

    None for a deadline in time, and for one that was set once there was no time left before the exam.
    """
    latest, moved_at = rules.latest_deadline(), rules.exam_set_at
    if facts.deadline is None or latest is None or moved_at is None or not deadline_runs(facts):
        return None
    set_at = facts.progress[Clock.REMINDER].at if Clock.REMINDER in facts.progress else facts.created_at
    beyond = facts.deadline > latest and max(moved_at, set_at) < latest
    return max(moved_at, set_at) if beyond else None


def breach_at(rules: Rules, *, since: datetime, days: int, last: Progress | None) -> datetime:
    """When the next telling of a breach is due; later ones count from when the last was recorded."""
    anchor, days = (last.at, 1) if last else (since, days)
    due_at = working_days_after(rules.calendar, anchor, days)
    if not last or last.steps < len(rules.policy.breach):
        due_at = _before_exam(rules, anchor, due_at)
    return due_at


def deadline_runs(facts: Facts) -> bool:
    """Whether the deadline can still be missed: set, not stopped by a submission, not yet missed."""
    running = facts.state in (State.NOTIFIED, State.RECTIFYING)
    return running and facts.deadline is not None and not facts.awaiting_review


def _order(timer: Timer) -> tuple[datetime, int]:
    return timer.due_at, _RANK[timer.clock]


_RANK = {clock: rank for rank, clock in enumerate(Clock)}


def _recount(facts: Facts, rules: Rules) -> Iterator[Timer]:
    """At once: it was due from the beginning, and comes before everything that follows from the deadline."""
    running = facts.state in (State.NOTIFIED, State.RECTIFYING)
    if running and facts.provisional_from and recounted(facts, rules):
        yield Timer(facts.provisional_from, Clock.RECOUNT, Move.RECOUNT)


def _receipt(facts: Facts, rules: Rules) -> Iterator[Timer]:
    if facts.state is State.NOTIFIED and facts.received_at is None and facts.notified_at:
        due_at = working_days_after(rules.calendar, facts.notified_at, rules.policy.clocks.receipt)
        yield Timer(due_at, Clock.RECEIPT, Move.DEEM_RECEIVED)


def _deadline(facts: Facts, rules: Rules) -> Iterator[Timer]:
    if facts.deadline is None or not deadline_runs(facts):
        return
    yield Timer(first_instant_after(facts.deadline), Clock.DEADLINE, Move.EXPIRE)
    last = facts.progress.get(Clock.REMINDER)  # set with every deadline: earlier reminders are moot
    upcoming = [at for at in _reminders(facts.deadline, rules) if last and at > last.at]
    if upcoming:
        yield Timer(upcoming[0], Clock.REMINDER, Move.REMIND, "deadline")


def _reminders(deadline: datetime, rules: Rules) -> list[datetime]:
    mornings = (
        morning_before(rules.calendar, deadline, reminder.working_days_before, reminder.at)
        for reminder in rules.policy.reminders
    )
    return sorted(at for at in mornings if at < deadline)


def _ladder(facts: Facts, rules: Rules) -> Iterator[Timer]:
    if facts.state is State.OVERDUE:
        yield Timer(_leadership_at(facts, rules), Clock.LADDER, Move.ESCALATE)
    elif facts.state is State.ESCALATED and facts.escalation_level < LAST_LEVEL:
        yield from _report(facts, rules)
    elif facts.state is State.ESCALATED:
        yield Timer(_repeat_at(facts, rules), Clock.REPEAT, Move.REPEAT)


def _leadership_at(facts: Facts, rules: Rules) -> datetime:
    """Overdue → leadership team; a deadline set anew and missed again goes up at once."""
    overdue_at = _set(facts.overdue_at)
    after = rules.policy.ladder.leadership_after.of(facts.severity)
    if facts.escalation_level or not after:
        return overdue_at
    return _before_exam(rules, overdue_at, working_days_after(rules.calendar, overdue_at, after))


def _report(facts: Facts, rules: Rules) -> Iterator[Timer]:
    """Leadership team → bureau and committee without an opinion (意见逾期), with a warning before."""
    ladder, since = rules.policy.ladder, facts.opinion_awaited_since
    if ladder.report_without_opinion_after == "never" or since is None:
        return
    after = ladder.report_without_opinion_after
    due_at = _before_exam(rules, since, working_days_after(rules.calendar, since, after))
    warned = Clock.LADDER in facts.progress
    if ladder.warn_before_report and not warned:
        warn_at = working_days_after(rules.calendar, since, after - ladder.warn_before_report)
        if warn_at < due_at:
            yield Timer(warn_at, Clock.LADDER, Move.REMIND, "opinion")
            return
    yield Timer(due_at, Clock.LADDER, Move.ESCALATE)


def _repeat_at(facts: Facts, rules: Rules) -> datetime:
    """A week after the last telling, on the morning of a working day."""
    last = facts.progress.get(Clock.REPEAT)
    since = last.at if last else _set(facts.reported_at)
    week_on = since + timedelta(days=rules.policy.ladder.repeat_after_days)
    calendar = rules.calendar
    return calendar.opening(calendar.working_day_after(calendar.local_date(week_on), 0))


def _breach(facts: Facts, rules: Rules, clock: Clock, since: datetime) -> Timer:
    due_at = breach_at(rules, since=since, days=allowed_days(rules, clock), last=facts.progress.get(clock))
    return Timer(due_at, clock, Move.BREACH, str(clock))


def allowed_days(rules: Rules, clock: Clock) -> int:
    """Working days within which one of the policy's clocks allows its act."""
    days: int = getattr(rules.policy.clocks, str(clock))
    return days


def _before_exam(rules: Rules, anchor: datetime, due: datetime) -> datetime:
    return brought_forward(rules.calendar, anchor=anchor, due=due, exam_on=rules.exam_on)


def _set(at: datetime | None) -> datetime:
    if at is None:
        raise ValueError("this state has no instant to count from")
    return at
