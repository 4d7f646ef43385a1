"""Entries of the security log, and which are asked for."""

from marshmallow import fields

from api.schemas.request_fields import Id, Instant, RequestSchema, Text, WholeNumber, Word
from api.schemas.response_fields import ResponseSchema, at, count, id_, named, text, word
from service.security_log.export import ExportFormat
from service.store.paging import DEFAULT_LIMIT, LARGEST_LIMIT
from workflows.security import SecurityKind, SecurityOutcome


class SecurityEntrySchema(ResponseSchema):
    """One thing that happened, or a number of equal ones."""

    position = count()
    at = at()
    kind = word(SecurityKind)
    outcome = word(SecurityOutcome)
    count = count()
    person = named(maybe=True)
    name_hash = text(maybe=True)
    subject_id = id_(maybe=True)
    address = text(maybe=True)
    device = text(maybe=True)
    request_id = text(maybe=True)
    data = fields.Dict(required=True)
    hash = text()


class SecurityExportQuery(RequestSchema):
    """Filters, and in which format."""

    format = Word(ExportFormat, load_default=ExportFormat.CSV)
    person_id = Id()
    kind = Word(SecurityKind)
    outcome = Word(SecurityOutcome)
    since = Instant()
    until = Instant()


class SecurityLogQuery(SecurityExportQuery):
    """Filters, the cursor of the page before, and the length of a page."""

    class Meta:
        exclude = ("format",)

    cursor = Text(100)
    limit = WholeNumber(1, LARGEST_LIMIT, in_query=True, load_default=DEFAULT_LIMIT)
