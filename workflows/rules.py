"""What the law goes by besides the finding itself: policy, calendar, exam."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import NamedTuple

from workflows.calendar import Calendar
from workflows.deadlines import last_working_moment_before
from workflows.policy import Policy


class Vacant(NamedTuple):
    """Which posts of a district's division of labour nobody fills: left open, or held by who cannot sign in."""

    leader: bool = False  # 包干责任领导
    team: bool = False  # nobody at all of 督查组
    head: bool = False  # of the team
    office: bool = False  # 区县招考机构


FILLED = Vacant()


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one round; `exam_on` is the first exam day, none while it is not set."""

    policy: Policy
    calendar: Calendar
    exam_on: date | None = None
    silent: bool = False  # the round is closed: no clock runs
    exam_set_at: datetime | None = None  # when the exam days last changed, in the middle of the round
    vacant: Mapping[str, Vacant] = field(default_factory=dict)  # by district; filled where it is not named

    def under(self, policy: Policy) -> "Rules":
        """The same with another policy."""
        return replace(self, policy=policy)

    def latest_deadline(self) -> datetime | None:
        """The last working moment before the exam: no deadline may lie beyond it."""
        return last_working_moment_before(self.calendar, self.exam_on) if self.exam_on else None
