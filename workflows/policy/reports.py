"""The policy's section on weekly reports: when they are owed, and who hears of them."""

from datetime import time
from typing import Annotated, Literal

import msgspec

from workflows.policy.table import Addressees, AtLeastOne, Table
from workflows.vocabulary import Addressee

Weekday = Annotated[int, msgspec.Meta(ge=1, le=7)]


class ReportHears(Table, frozen=True):
    """Who hears of a weekly report that was handed in, is due today, is late, is missing."""

    submit: Addressees
    remind: Addressees
    late: Addressees
    missing: Addressees


_OF_UNIVERSITY = ReportHears(
    submit=(Addressee.DISTRICT,),
    remind=(Addressee.UNIT,),
    late=(Addressee.UNIT, Addressee.DISTRICT),
    missing=(Addressee.UNIT, Addressee.DISTRICT, Addressee.TEAM, Addressee.RESPONSIBLE_LEADER),
)
_OF_DISTRICT = ReportHears(
    submit=(Addressee.TEAM,),
    remind=(Addressee.UNIT,),
    late=(Addressee.UNIT, Addressee.TEAM, Addressee.RESPONSIBLE_LEADER),
    missing=(Addressee.UNIT, Addressee.TEAM, Addressee.RESPONSIBLE_LEADER, Addressee.LEADERSHIP),
)


class Reports(Table, frozen=True):
    """When weekly reports are owed, and who hears when they are not there (notice, part 2, paragraphs 1 and 2)."""

    university_weekday: Weekday = 4  # ISO: Monday is 1
    district_weekday: Weekday = 5
    at: time = time(17)  # in the calendar's zone
    when_not_worked: Literal["before", "after"] = "before"  # where the deadline goes when its day is no working day
    remind_at: tuple[time, ...] = (time(9), time(15))  # on the day itself
    missing_after_working_days: AtLeastOne = 1  # late, and then missing; told again each so many days
    university_hears: ReportHears = _OF_UNIVERSITY
    district_hears: ReportHears = _OF_DISTRICT
