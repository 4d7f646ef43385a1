"""The policy's section on rounds: who hears what became of the findings that were open when a round closed."""

from workflows.policy.table import Addressees, Table
from workflows.vocabulary import Addressee


class RoundHears(Table, frozen=True):
    """Who hears how many findings are concerned; each counts only what its addressees may know of."""

    all: Addressees = (Addressee.LEADERSHIP,)  # of all findings of the round
    team: Addressees = (Addressee.TEAM, Addressee.RESPONSIBLE_LEADER)  # of those of a district
    office: Addressees = (Addressee.DISTRICT,)  # of those of a district, without what is not yet for its office
    unit: Addressees = (Addressee.UNIT,)  # of its own, once it knows of them


class Rounds(Table, frozen=True):
    """Who hears that a round was closed, and that findings were carried over into it."""

    close: RoundHears = RoundHears()
    carry_over: RoundHears = RoundHears()
