"""What the audit can find wrong, and where."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class FaultKind(StrEnum):
    """What is wrong with a place in the books."""

    CONTENT = "content"  # the columns do not say what was hashed
    HASH = "hash"  # the hash is not that of the text
    LINK = "link"  # the event does not hang on the one before
    GAP = "gap"  # a position is missing or doubled
    TAIL = "tail"  # the finding knows of other events than there are
    NO_FINDING = "no_finding"  # an event of a finding that does not exist
    CHECKPOINT = "checkpoint"  # the events that a checkpoint covers are not those it covered
    ROW = "row"  # a row says something else than the events
    NO_ROW = "no_row"  # an event names a row that does not exist
    NO_EVENT = "no_event"  # no event names the row
    REPORT = "report"  # a version of a weekly report is not what was handed in
    JOURNAL = "journal"  # an entry of the journal is not what was written, or does not hang on the one before
    SECURITY = "security"  # the same of the security log, or its oldest entries were removed too early
    CHANGED = "changed"  # a row is not what the last lawful transaction left
    PUT_IN = "put_in"  # a row that no transaction wrote
    TAKEN_OUT = "taken_out"  # a row that no transaction deleted
    FILE_LOST = "file_lost"  # a stored file is missing
    FILE_EXCHANGED = "file_exchanged"  # a stored file is not the one that was put
    PERSONAL = "personal"  # a name or address of a change is not the one that its entry commits to
    NOTE_UNREADABLE = "note_unreadable"  # something that looks like a note and is none
    NOTE_KEY = "note_key"  # a note is signed with a key that is not ours
    NOTE_SIGNATURE = "note_signature"  # a note says something else than was signed
    NOTE_ORDER = "note_order"  # a note is missing before this one, or there are two of its number
    NOTE_AHEAD = "note_ahead"  # a note tells of a checkpoint that the database has not (any more)
    NOTE_DIFFERS = "note_differs"  # a note tells of a checkpoint that is another in the database


@dataclass(frozen=True, slots=True)
class Fault:
    """The first bad place of a chain, a bad checkpoint, or a field that is not what the events say."""

    kind: FaultKind
    finding_id: str | None = None
    number: str | None = None  # of the finding
    position: int | None = None  # of the event within the finding
    checkpoint: int | None = None
    subject_id: str | None = None  # of the journal; the key of a row whose digest is another; a file's hash
    field: str | None = None  # table and column; the table alone when it is a whole row
    note: int | None = None
    at: datetime | None = None  # of the note
    place: str | None = None  # file and line of the note
    key: str | None = None  # the id of the note's key
    entries: tuple[int, int] | None = None  # the first and the last in doubt, counted from 1
