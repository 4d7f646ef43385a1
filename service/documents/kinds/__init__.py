"""The kinds of documents, one file each, named after the kind: who may see it, its title and what it says.

A ledger is the one kind without a file: it has no subject and no template, and is read when it is made.
"""

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType

from sqlalchemy import ColumnElement, and_, or_

from service.documents.kinds.definition import DocumentDefinition
from service.ledger.sight import ledgers_seen
from service.models import Document
from workflows.findings.facts import Actor
from workflows.vocabulary import DocumentKind

DEFINITIONS: Mapping[DocumentKind, DocumentDefinition] = MappingProxyType(
    {kind: import_module(f"{__name__}.{kind}").DEFINITION for kind in DocumentKind if kind is not DocumentKind.LEDGER}
)


def documents_seen(actor: Actor) -> ColumnElement[bool]:
    """The documents that the actor sees, as a condition on `Document`; a ledger is seen by the one who asked for it.

    That is as long as today's posts still show what it was made from.
    """
    subject = Document.subject_id.expression
    of_kinds = (
        and_(Document.kind == kind, one.visible(subject, actor), one.in_round(actor))
        for kind, one in DEFINITIONS.items()
    )
    return or_(and_(Document.kind == DocumentKind.LEDGER, ledgers_seen(actor)), *of_kinds)
