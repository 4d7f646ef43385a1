"""The policy's section on inspections: their feedback, how often units are looked at, and who hears of sheets."""

from workflows.policy.table import Addressees, AtLeastOne, Table
from workflows.vocabulary import Addressee


class SheetHears(Table, frozen=True):
    """Who hears of a sheet; overseer, reviewer and decider all mean whoever oversees what is found with it."""

    feedback: Addressees = (Addressee.UNIT, Addressee.DISTRICT, Addressee.TEAM, Addressee.RESPONSIBLE_LEADER)
    close: Addressees = (Addressee.OVERSEER,)  # of a self-check, which feeds nothing back
    breach: Addressees = (Addressee.OVERSEER,)  # and whom the stages of the policy's `breach` add


class Inspections(Table, frozen=True):
    """Working days within which an inspection feeds back, and how often each unit is looked at (part 4)."""

    feedback_working_days: AtLeastOne = 2
    every_days: AtLeastOne = 7  # a unit that no team has seen for longer counts as not inspected
    hears: SheetHears = SheetHears()
