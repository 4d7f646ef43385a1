"""The kinds of documents, one file each, named after the kind: who may see it, its title and what it says.

A ledger is the one kind without a file: it has no subject and no template, and is read when it is made.
"""

from collections.abc import Mapping
from datetime import datetime
from importlib import import_module
from types import MappingProxyType

from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.orm import Session

from service.documents.kinds.definition import DocumentData, DocumentDefinition, Subject
from service.documents.kinds.reader import DocumentReader
from service.models import Document
from workflows.findings.facts import Actor
from workflows.vocabulary import DocumentKind

DEFINITIONS: Mapping[DocumentKind, DocumentDefinition] = MappingProxyType(
    {kind: import_module(f"{__name__}.{kind}").DEFINITION for kind in DocumentKind if kind is not DocumentKind.LEDGER}
)


def gather(session: Session, kind: DocumentKind, subject_id: str, *, now: datetime) -> DocumentData:
    """Read from the books what a document says; `now` dates what has no date of its own.

    Raises `Conflict` when there is nothing to put on paper yet: a sheet that is open, a finding that is not closed.
    """
    return DEFINITIONS[kind].gather(DocumentReader.of(session, now), subject_id)


def subject_seen(kind: DocumentKind, subject: Subject, actor: Actor) -> ColumnElement[bool]:
    """Whether the actor may have what a document of this kind says of the subject, as a condition."""
    return DEFINITIONS[kind].visible(subject, actor)


def documents_seen(actor: Actor) -> ColumnElement[bool]:
    """The documents that the actor sees, as a condition on `Document`; a ledger is seen by the one who asked for it."""
    subject = Document.subject_id.expression
    of_kinds = (and_(Document.kind == kind, subject_seen(kind, subject, actor)) for kind in DEFINITIONS)
    own_ledgers = and_(Document.kind == DocumentKind.LEDGER, Document.requested_by_id == actor.id)
    return or_(own_ledgers, *of_kinds)
