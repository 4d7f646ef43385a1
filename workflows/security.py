"""The words of the security log: what it tells of, and how that went."""

from enum import StrEnum

from workflows.vocabulary import Role

READERS = (Role.AUDITOR,)  # who may read the security log; `admin` where administration is in one hand


class SecurityKind(StrEnum):
    """What the security log tells of."""

    SIGN_IN = "sign_in"
    SIGN_OUT = "sign_out"
    SESSION_ENDED = "session_ended"  # of somebody's own, from elsewhere, or by an administrator
    SESSION_EXPIRED = "session_expired"  # somebody came with a token whose time was over
    PASSWORD = "password"  # noqa: S105 - a word; a password is changed, given, or tried in vain by its owner
    SECOND_FACTOR = "second_factor"  # set up, changed or taken away
    ACCOUNT_OPENED = "account_opened"
    ACCOUNT_CLOSED = "account_closed"
    ACCOUNT_CHANGED = "account_changed"  # name, address, user name
    RIGHTS = "rights"  # role, post, organization, team
    ORGANIZATION = "organization"
    TOKEN_MADE = "token_made"  # noqa: S105 - a word
    TOKEN_ENDED = "token_ended"  # noqa: S105 - a word
    CALENDAR_MADE = "calendar_made"
    CALENDAR_ENDED = "calendar_ended"
    INVITATION = "invitation"  # made, used, ended, or a code tried in vain
    LEDGER_EXPORT = "ledger_export"
    DOCUMENT_FETCH = "document_fetch"
    DATA_EXPORT = "data_export"  # what is held about a person, handed to that person or by a command
    AUDIT = "audit"  # the record verified, or its results read
    LOG_READ = "log_read"  # this log
    LOG_EXPORT = "log_export"
    LOG_REMOVAL = "log_removal"  # the oldest entries of this log, after their time
    SETTING = "setting"  # policy, calendar, channels, templates, …
    UPKEEP = "upkeep"  # backup, restore, hold and release, what was sent or run again, or dropped
    SIGHT_REFUSED = "sight_refused"  # one person asks again and again for what he or she may not see


class SecurityOutcome(StrEnum):
    """How it went."""

    SUCCESS = "success"
    FAILURE = "failure"  # looked at, and found wrong
    BLOCKED = "blocked"  # not looked at any more: too many had failed
