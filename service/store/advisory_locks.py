"""PostgreSQL's advisory locks, all of them: two of one number would keep each other waiting for nothing."""

from enum import IntEnum, unique


@unique
class AdvisoryLock(IntEnum):
    """What is done by one at a time in a database, by the number of its lock."""

    UPGRADE = 0x6475_6261_6E00  # "duban": of the schema, and restoring
    TIMETABLE = 0x6475_6261_6E01  # which of them works; held by its session for as long as it runs
    SECURITY_LOG = 0x6475_6261_6E02  # the end of its chain; held until the commit
    TALLIES = 0x6475_6261_6E03  # merging, counting anew, keeping a week
