"""The policy's section on messages: how much they say to whom, and which leaders get one digest a day."""

from collections.abc import Collection
from datetime import datetime, time
from typing import Literal

from workflows.calendar import Calendar
from workflows.policy.table import Table
from workflows.vocabulary import CENTRE_ROLES, UNIT_ROLES, UPWARD_ROLES, Role

Detail = Literal["full", "brief"]

AT_ONCE = ("refuse", "escalate", "remind.opinion", "breach", "ask_extension", "inspection.breach")


class Digest(Table, frozen=True):
    """Who gets one message on the morning of each working day, and what does not wait for it.

    A step stands for all its kinds (`breach`); major hazards and what has just gone up never wait.
    """

    roles: tuple[Role, ...] = ()
    at: time = time(8, 30)  # in the calendar's zone
    at_once: tuple[str, ...] = AT_ONCE

    def next_after(self, at: datetime, calendar: Calendar) -> datetime:
        """The first instant of a digest after `at`, on a working day."""
        today = calendar.local_date(at)
        this_morning = calendar.instant(today, self.at)
        if this_morning > at and calendar.is_working_day(today):
            return this_morning
        return calendar.instant(calendar.working_day_after(today, 1), self.at)

    def holds(self, kind: str, *, major: bool, went_up: bool) -> bool:
        """Whether an alert of this kind waits for the next morning."""
        parts = kind.split(".")
        names = {".".join(parts[:length]) for length in range(1, len(parts) + 1)}
        return not major and not went_up and not names & set(self.at_once)


class Messages(Table, frozen=True):
    """What messages say: `full` names the problem, `brief` number, unit, step and link alone."""

    centre: Detail = "full"  # inside the office
    units: Detail = "full"  # district offices and universities, on what they may open
    upward: Detail = "full"  # bureau and committee, on what was reported to them
    digest: Digest = Digest()

    def full_for(self, roles: Collection[Role]) -> bool:
        """Whether somebody of these roles reads messages in full: every circle that he or she belongs to does."""
        circles = ((CENTRE_ROLES, self.centre), (UNIT_ROLES, self.units), (UPWARD_ROLES, self.upward))
        details = {detail for circle, detail in circles if set(circle) & set(roles)}
        return details == {"full"}
