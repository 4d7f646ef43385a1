"""Fields of answers: always there; those that may be null say so. Values go out as they are, for the encoder."""

from collections.abc import Sequence
from enum import StrEnum
from functools import cache
from typing import Any

from marshmallow import Schema, fields


class _Plain:
    """Hands the value on: the encoder knows instants, days and words, and is quicker at it."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:  # noqa: ARG002 - marshmallow's signature
        return value


class _Text(_Plain, fields.String):
    pass


class _At(_Plain, fields.DateTime):
    pass


class _On(_Plain, fields.Date):
    pass


class _Count(_Plain, fields.Integer):
    pass


class _YesNo(_Plain, fields.Boolean):
    pass


class ReferenceSchema(Schema):
    """Something by id and name."""

    id = _Text(required=True, metadata={"format": "uuid"})
    name = _Text(required=True)


class NumberedSchema(Schema):
    """Something by id and number."""

    id = _Text(required=True, metadata={"format": "uuid"})
    number = _Text(required=True)


class _Reference(fields.Nested):
    """Some attributes of something, written without the ado of a schema: a page of findings has hundreds."""

    def __init__(self, schema: type[Schema], **options: Any) -> None:
        super().__init__(schema, **options)
        self.names = tuple(schema._declared_fields)  # noqa: SLF001 - marshmallow has no other word for it

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:  # type: ignore[override]  # noqa: ARG002 - Nested renames its parent's argument
        return None if value is None else {name: getattr(value, name) for name in self.names}


Field = fields.Field[Any]


def text(*, maybe: bool = False, **options: Any) -> Field:
    """A text."""
    return _Text(required=True, allow_none=maybe, **options)


def id_(*, maybe: bool = False) -> Field:
    """An id."""
    return text(maybe=maybe, metadata={"format": "uuid"})


def at(*, maybe: bool = False, **options: Any) -> Field:
    """An instant."""
    return _At(required=True, allow_none=maybe, **options)


def on(*, maybe: bool = False) -> Field:
    """A day."""
    return _On(required=True, allow_none=maybe)


def count(*, maybe: bool = False, **options: Any) -> Field:
    """A number of something."""
    return _Count(required=True, allow_none=maybe, **options)


def yes_no(*, maybe: bool = False) -> Field:
    """Whether something is so."""
    return _YesNo(required=True, allow_none=maybe)


def word(words: type[StrEnum], *, maybe: bool = False, **options: Any) -> Field:
    """A member of a vocabulary."""
    members: Sequence[str | None] = [*(str(member) for member in words), *([None] if maybe else [])]
    return text(maybe=maybe, metadata={"enum": members}, **options)


def named(*, maybe: bool = False) -> Field:
    """A person or an organization, by id and name."""
    return _Reference(ReferenceSchema, required=True, allow_none=maybe)


def reference(schema: type[Schema], *, maybe: bool = False) -> Field:
    """Something by the few plain fields of a schema."""
    return _Reference(schema, required=True, allow_none=maybe)


def part(schema: type[Schema], *, maybe: bool = False, **options: Any) -> Field:
    """An object within."""
    return fields.Nested(schema, required=True, allow_none=maybe, **options)


def several(inner: Field) -> Field:
    """A list."""
    return fields.List(inner, required=True)


class PageSchema(Schema):
    """A page of a list."""

    next_cursor = text(maybe=True)


@cache
def page_of(schema: type[Schema]) -> type[Schema]:
    """The schema of a page of such items."""
    name = f"{schema.__name__.removesuffix('Schema')}PageSchema"
    return type(name, (PageSchema,), {"items": several(fields.Nested(schema))})
