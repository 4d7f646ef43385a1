"""What the audit can find wrong, and where."""

from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Fault:
    """The first bad place of a chain, a bad checkpoint, or a field that is not what the events say."""

    kind: FaultKind
    finding_id: str | None = None
    number: str | None = None  # of the finding
    position: int | None = None  # of the event within the finding
    checkpoint: int | None = None
    subject_id: str | None = None  # of the journal
    field: str | None = None  # table and column; the table alone when it is a whole row
