"""The same move on many findings."""

from functools import cache
from typing import Any

from marshmallow import Schema, ValidationError, fields, validates

from api.schemas.fields import Id, Several, Strict
from api.schemas.findings import FindingSchema
from api.schemas.problems import ProblemSchema
from api.schemas.shown import Shown, count, id_, part, several

MOST = 200


class BulkResultSchema(Shown):
    """What became of one: the finding, or the problem."""

    id = id_()
    status = count(metadata={"description": "what the single call would have answered with"})
    finding = fields.Nested(FindingSchema)
    problem = fields.Nested(ProblemSchema)


class BulkSchema(Shown):
    """What became of each, in the order asked for."""

    results = several(part(BulkResultSchema))


class _Bulk(Strict):
    ids = Several(Id(), least=1, most=MOST, required=True)

    @validates("ids")
    def _each_once(self, ids: list[str], **_: Any) -> None:
        if len(set(ids)) < len(ids):
            raise ValidationError("duplicate")


@cache
def bulk_of(body: type[Strict]) -> type[Schema]:
    """The single body, with the ids of the findings that it is for."""
    return type(f"Bulk{body.__name__}", (_Bulk, body), {})
