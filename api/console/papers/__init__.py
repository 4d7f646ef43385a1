"""Pages of what is put on paper: documents, ledgers brought out and in."""

from api.console.papers import documents, ledgers

PAGES = (documents.pages, ledgers.pages)

__all__ = ["PAGES"]
