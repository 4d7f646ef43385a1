"""What was found when the record was verified."""

from api.schemas.response_fields import ResponseSchema, at, count, part, several, text, yes_no


class CoveredBookSchema(ResponseSchema):
    """How far a book is under checkpoints."""

    book = text()
    checkpoint = count(maybe=True)
    covered_at = at(maybe=True)
    hash = text(maybe=True)


class AuditResultsSchema(ResponseSchema):
    """Whether the record holds, as far as it was looked at."""

    holds = yes_no(maybe=True)
    watched_at = at(maybe=True)
    broken = several(text())
    verified_at = at(maybe=True)
    faults = count(maybe=True)
    books = several(part(CoveredBookSchema))
