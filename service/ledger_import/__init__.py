"""Findings out of an Excel table: read, checked cell by cell, and logged or corrected, all of them or none."""

from service.ledger_import.basis import PreparedImport
from service.ledger_import.importing import (
    MOST_LISTED,
    Imported,
    check_ledger,
    import_ledger,
    outcome,
    prepare_import,
    read_table,
)
from service.ledger_import.places import everywhere
from service.ledger_import.table import CellFault
from service.ledger_import.template import write_template

__all__ = [
    "MOST_LISTED",
    "CellFault",
    "Imported",
    "PreparedImport",
    "check_ledger",
    "everywhere",
    "import_ledger",
    "outcome",
    "prepare_import",
    "read_table",
    "write_template",
]
