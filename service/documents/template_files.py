"""Which Word template a document is made from: the office's own, or the shipped one."""

from importlib import resources
from pathlib import Path

from workflows.vocabulary import DocumentKind


def template_of(kind: DocumentKind, folder: Path) -> bytes:
    """The file KIND.docx of the office's folder when it is there, else the shipped one."""
    own = folder / f"{kind}.docx"
    if own.is_file():
        return own.read_bytes()
    return (resources.files("service.documents.templates") / f"{kind}.docx").read_bytes()
