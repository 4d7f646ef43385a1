"""What a weekly report counts: schemas of the structures that hold it, so that a figure is spelled once."""

from functools import cache
from typing import Any, cast

import msgspec
from marshmallow import Schema, fields
from msgspec import inspect

from api.schemas.checklists import RequirementSchema
from api.schemas.findings import ChecklistItemSchema
from api.schemas.response_fields import Field, ReferenceSchema, ResponseSchema
from api.schemas.statistics import FailingAtSchema
from workflows.report_figures import FailingItem, FailingUniversity, Figures, RaisedDifficulty, Reference, Requirement

_DESCRIBED: dict[type, type[Schema]] = {
    Reference: ReferenceSchema,
    Requirement: RequirementSchema,
    FailingItem: ChecklistItemSchema,
    FailingUniversity: FailingAtSchema,
}
_NAMES: dict[type, str] = {RaisedDifficulty: "Raised"}  # where the contract has another than the structure
_FIELDS: dict[type, type[Field]] = {
    inspect.StrType: fields.String,
    inspect.IntType: fields.Integer,
    inspect.DateTimeType: fields.DateTime,
}


@cache
def schema_of(struct: type[msgspec.Struct]) -> type[Schema]:
    """The schema of a structure; what its `omit_defaults` may leave out is not required, and is never null."""
    if struct in _DESCRIBED:
        return _DESCRIBED[struct]
    columns = {
        one.name: _field(one.type, required=one.required or not struct.__struct_config__.omit_defaults)
        for one in cast(inspect.StructType, inspect.type_info(struct)).fields
    }
    return type(f"{_NAMES.get(struct, struct.__name__)}Schema", (ResponseSchema,), columns)


def _field(kind: inspect.Type, *, required: bool = True, **options: Any) -> Field:
    options["required"] = required
    field: Field
    match kind:
        case inspect.Metadata(type=inner, extra_json_schema=metadata):
            field = _field(inner, metadata=metadata, **options)
        case inspect.UnionType(types=(inner, inspect.NoneType())):
            field = _field(inner, allow_none=required, **options)
        case inspect.UnionType():  # of kinds of numbers
            field = fields.Float(**options)
        case inspect.ListType(item_type=inner):
            field = fields.List(_field(inner), **options)
        case inspect.StructType(cls=struct):
            field = fields.Nested(schema_of(struct), **options)
        case inspect.EnumType(cls=words) | inspect.LiteralType(values=words):
            field = fields.String(metadata={"enum": [str(word) for word in words]}, **options)
        case _:
            field = _FIELDS[type(kind)](**options)
    return field


class ReportFiguresSchema(schema_of(Figures)):  # type: ignore[misc]  # made of the structure
    """What was counted, after `since` up to `until`; a district's report holds more."""

    def dump(self, obj: Any, *, many: bool | None = None) -> Any:  # noqa: ARG002 - marshmallow's signature
        """The figures as they are frozen."""
        return obj.as_json()
