"""The documents' templates: Word files that an office can edit, and how a page of PDF is set."""

from importlib import resources
from pathlib import Path

from workflows.vocabulary import DocumentKind


def template_of(kind: DocumentKind, folder: Path) -> bytes:
    """The office's own Word template `KIND.docx` when its folder has one, else the shipped one."""
    own = folder / f"{kind}.docx"
    if own.is_file():
        return own.read_bytes()
    return (resources.files(__name__) / f"{kind}.docx").read_bytes()
