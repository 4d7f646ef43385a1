"""The same move on many findings."""

from functools import cache
from typing import Any

from marshmallow import Schema, ValidationError, fields, validates

from api.schemas.findings import FindingSchema
from api.schemas.problems import ProblemSchema
from api.schemas.request_fields import Id, RequestSchema, Several
from api.schemas.response_fields import ResponseSchema, count, id_, part, several

MOST = 200


class BulkResultSchema(ResponseSchema):
    """The result for one finding: the finding as it is now, or the problem."""

    id = id_()
    status = count(metadata={"description": "what the single call would have answered with"})
    finding = fields.Nested(FindingSchema)
    problem = fields.Nested(ProblemSchema)


class BulkSchema(ResponseSchema):
    """The result for each finding, in the order asked for."""

    results = several(part(BulkResultSchema))


class _Bulk(RequestSchema):
    ids = Several(Id(), least=1, most=MOST, required=True)

    @validates("ids")
    def _each_once(self, ids: list[str], **_: Any) -> None:
        if len(set(ids)) < len(ids):
            raise ValidationError("duplicate")


@cache
def bulk_of(body: type[RequestSchema]) -> type[Schema]:
    """The schema of a move's body with `ids`, the findings that it is for."""
    return type(f"Bulk{body.__name__}", (_Bulk, body), {})
