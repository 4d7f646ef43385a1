"""The words of the journal: what it speaks of, and what can happen to that."""

from enum import StrEnum


class SubjectKind(StrEnum):
    """What the journal speaks of, besides findings, which have events of their own."""

    INSPECTION = "inspection"
    REPORT = "report"
    CAMPAIGN_ACTION = "campaign_action"
    ROUND = "round"
    UNIT = "unit"  # an organization within a round: what was never inspected
    PERSON = "person"  # as the next three, of no round: who they are, and who changed it
    ORGANIZATION = "organization"
    POLICY = "policy"
    CALENDAR = "calendar"
    INSTALLATION = "installation"  # the service itself: what is done to it as a whole
    ROWS = "rows"  # of any table, as a transaction left them: digests alone, for the audit


class JournalAct(StrEnum):
    """What can happen to the subjects of the journal."""

    OPEN = "open"  # a sheet or a round is opened
    ANSWER = "answer"  # an item of a sheet is answered, or answered anew
    CLOSE = "close"  # a sheet or a round is closed
    FEEDBACK = "feedback"  # the unit and the responsible leader hear what an inspection has found
    SUBMIT = "submit"  # a weekly report is handed in, or handed in again
    RECORD = "record"  # what a campaign has done
    REVISE = "revise"
    WITHDRAW = "withdraw"
    CARRY_OVER = "carry_over"  # open findings go to the next round
    REMIND = "remind"  # the clock: something is owed soon
    LATE = "late"  # the clock: a weekly report was not there in time
    MISSING = "missing"  # the clock: it still is not
    BREACH = "breach"  # the clock: an inspection without feedback, a unit without inspection (督查不到位)
    ADD = "add"  # a person, an organization, a post or a part of the division of labour is added
    CHANGE = "change"  # what is known of it changes: `data.changed` says from what to what
    MOVE = "move"  # a person to another organization or role, a unit to another district
    DISABLE = "disable"  # an account or an organization is closed
    ENABLE = "enable"  # and opened again
    MERGE = "merge"  # an organization, or a person whom a notice named, becomes part of another
    PUT_IN_FORCE = "put_in_force"  # a policy or a calendar
    SETTLE = "settle"  # a doubt is settled
    RECOUNT = "recount"  # what was counted before is counted anew
    BACK_UP = "back_up"  # a backup of everything is made
    RESTORE = "restore"  # everything is as it was in a backup, and nothing is sent until that is released
    HOLD = "hold"  # nothing is sent any more
    RELEASE = "release"  # what waits is sent again, from an instant on
