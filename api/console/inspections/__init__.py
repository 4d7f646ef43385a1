"""Pages of inspections and self-checks: the list, the sheet that several people fill in, and its end."""

from api.console.inspections import closing, index, sheet

PAGES = (index.pages, sheet.pages, closing.pages)

__all__ = ["PAGES"]
