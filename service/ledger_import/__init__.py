"""Findings out of an Excel table: read, checked cell by cell, and logged or corrected, all of them or none."""

from service.ledger_import.importing import MOST_LISTED, Imported, import_ledger
from service.ledger_import.places import everywhere
from service.ledger_import.template import write_template

__all__ = ["MOST_LISTED", "Imported", "everywhere", "import_ledger", "write_template"]
