"""Findings out of an Excel table: read, checked cell by cell, and logged or corrected, all of them or none."""

from service.ledger_import.faults import CellFault
from service.ledger_import.importing import Imported, import_ledger
from service.ledger_import.template import write_template

__all__ = ["CellFault", "Imported", "import_ledger", "write_template"]
