"""整改台账: a filtered list of findings as an Excel file, row by row, in the memory of a few rows."""

from service.ledger.export import write_ledger
from service.ledger.order import LedgerOrder

__all__ = ["LedgerOrder", "write_ledger"]
