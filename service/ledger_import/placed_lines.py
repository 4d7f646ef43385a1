"""What a line of a table stands for: a finding that is there, or a place at which to log a new one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from service.errors import DubanError
from service.findings.corrections import Correction
from service.findings.new import Place
from service.ledger_import.lines import DraftLine, ImportLine
from service.ledger_import.table import CellFault
from workflows.signs import comparable
from workflows.vocabulary import Severity, State

Key = tuple[str, str | None, date, str]  # unit, checklist item, day, summary


class KnownFinding(NamedTuple):
    """A finding as far as a line is held against it."""

    id: str
    number: str
    version: int
    organization_id: str
    unit: str  # its name
    item_id: str | None
    item: str | None  # its number
    severity: Severity
    state: State
    voided_at: datetime | None
    found_at: datetime
    client_id: str | None
    summary: str
    details: str | None
    location: str | None


@dataclass(frozen=True, slots=True)
class CorrectedLine:
    """A line that changes texts of a finding."""

    line: DraftLine
    finding: KnownFinding
    texts: Mapping[str, str]

    @property
    def correction(self) -> Correction:
        return Correction(self.finding.id, self.finding.version, self.texts)

    def fault(self, error: DubanError) -> CellFault:
        """Why it may not be: at the first cell that changes anything."""
        code = "no_longer_open" if error.code == "wrong_state" else error.code
        return self.line.fault(next(iter(self.texts)), code)


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """A line whose unit and item exist."""

    values: ImportLine
    place: Place
    item_id: str | None

    @property
    def client_id(self) -> str | None:
        """The source number, together with the round: next year's table may begin with number 1 again."""
        return f"{self.place.round.number}/{self.values.source}" if self.values.source else None

    @property
    def key(self) -> Key:
        """What tells findings apart that have no source number, beside the place."""
        return self.place.unit.id, self.item_id, self.values.found_on, comparable(self.values.summary)

    @property
    def spot(self) -> str:
        """The place within the unit; empty when the line names none."""
        return comparable(self.values.location or "")
