"""The policy's section on inspections: their feedback, how often units are looked at, and who hears of sheets."""

from collections.abc import Iterator

from workflows.policy.table import Addressees, AtLeastOne, Table
from workflows.vocabulary import Addressee

MUST_HEAR = (Addressee.UNIT, Addressee.RESPONSIBLE_LEADER)  # of the feedback: notice, part 4, paragraph 3
WHO_OWES_IT = {Addressee.OVERSEER, Addressee.REVIEWER, Addressee.DECIDER}  # the feedback
STRANGERS = {Addressee.BUREAU, Addressee.COMMITTEE}  # they see findings alone that have reached them


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


def inspection_mistakes(inspections: Inspections) -> Iterator[str]:
    """What leaves out those whom the notice names or who owe the feedback, and what names strangers.

    `told` means nobody where there are no events; of feedback that is missing the unit does not hear.
    """
    hears = inspections.hears
    if missing := [str(one) for one in MUST_HEAR if one not in hears.feedback]:
        yield f"inspections.hears.feedback does not tell {', '.join(missing)}"
    if not WHO_OWES_IT & {*hears.breach}:
        yield "inspections.hears.breach does not tell overseer, who owes the feedback"
    if Addressee.UNIT in hears.breach:
        yield "inspections.hears.breach tells unit, who waits for the feedback"
    if named := {Addressee.TOLD, *STRANGERS} & {*hears.feedback, *hears.close, *hears.breach}:
        yield f"inspections.hears names {', '.join(sorted(named))}, who may not open inspections"
