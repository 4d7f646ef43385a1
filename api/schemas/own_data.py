"""What is held about the caller."""

from marshmallow import fields

from api.schemas.response_fields import ResponseSchema, at, count, part, several, text, word
from service.people.personal_data.held import DataKind


class HeldRowsSchema(ResponseSchema):
    """The rows of one table."""

    record = text()
    total = count()
    items = several(fields.Dict(required=True))


class DataKindSchema(ResponseSchema):
    """One kind of personal data."""

    kind = word(DataKind)
    what = text()
    why = text()
    kept = text()
    seen_by = text()
    held = several(part(HeldRowsSchema))


class OwnDataSchema(ResponseSchema):
    """All that is held about the caller."""

    exported_at = at()
    kinds = several(part(DataKindSchema))
