"""What a file of this folder has to define for its kind of document."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import ColumnElement

from service.documents.kinds.fields import DocumentFields, OneFindingFields
from service.documents.kinds.reader import DocumentReader
from service.models import Finding
from workflows.findings.facts import Actor

Subject = ColumnElement[str | None]


@dataclass(frozen=True, slots=True)
class DocumentData:
    """What one document says, its title and number, and whose it is."""

    title: str
    fields: DocumentFields
    number: str | None = None
    round_id: str | None = None
    organization_id: str | None = None
    district_id: str | None = None

    @classmethod
    def of_finding(cls, finding: Finding, title: str, fields: OneFindingFields) -> "DocumentData":
        """A document of the finding's own round and unit, without a number."""
        return cls(title, fields, None, finding.round_id, finding.organization_id, finding.district_id)


@dataclass(frozen=True, slots=True)
class DocumentDefinition:
    """A kind of document; its template is `templates/KIND.docx`."""

    subject: str  # what its subject_id names, for the description of the API
    fields: type[DocumentFields]  # frozen as JSON when a document is asked for, read back when it is made
    gather: Callable[[DocumentReader, str], DocumentData]  # raises Conflict while there is nothing to say
    visible: Callable[[Subject, Actor], ColumnElement[bool]]  # whether an actor sees the subject
