"""What the law goes by besides the finding itself: policy, calendar, exam."""

from dataclasses import dataclass
from datetime import date, datetime

from workflows.calendar import Calendar
from workflows.deadlines import last_working_moment_before
from workflows.policy import Policy


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one round; `exam_on` is the first exam day, none while it is not set."""

    policy: Policy
    calendar: Calendar
    exam_on: date | None = None
    silent: bool = False  # the round is closed: no clock runs

    def latest_deadline(self) -> datetime | None:
        """The last working moment before the exam: no deadline may lie beyond it."""
        return last_working_moment_before(self.calendar, self.exam_on) if self.exam_on else None
