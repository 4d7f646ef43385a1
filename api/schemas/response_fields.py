"""Fields of answers: always there; those that may be null say so."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import cache, cached_property
from operator import attrgetter
from typing import Any, ClassVar

from marshmallow import Schema, fields

Field = fields.Field[Any]
Writer = Callable[[Any], Any]


class ResponseSchema(Schema):
    """An answer, dumped straight from attributes; instants, days and words are left to the JSON encoder.

    marshmallow's own dump takes four times as long, which matters for a page of findings with thousands of values.
    A field's `attribute` says where its value lies when that is not under the field's own name: `unit.district`.
    """

    rest_from: ClassVar[str | None] = None  # the name under which a view holds the row with all that it lacks itself

    def get(self, obj: Any, name: str) -> Any:
        """The value that a field shows."""
        if isinstance(obj, Mapping):
            if name in obj or not self.rest_from:
                return obj[name]
            obj = obj[self.rest_from]
            return attrgetter(name)(obj) if "." in name else getattr(obj, name)
        return self._way_to(obj, name)(obj)

    def dump(self, obj: Any, *, many: bool | None = None) -> Any:  # noqa: ARG002 - marshmallow's signature
        """The object as plain data."""
        if type(obj) not in self._ways:
            self._ways[type(obj)] = self._ways_through(obj)
        if ways := self._ways[type(obj)]:
            return {key: find(obj) if write is None else write(find(obj)) for key, find, write in ways}
        return {
            key: self.get(obj, name) if write is None else write(self.get(obj, name))
            for key, name, write, optional in self._plan
            if not optional or name in obj
        }

    @cached_property
    def _ways(self) -> dict[type, list[tuple[str, Callable[[Any], Any], Writer | None]]]:
        """How to come by the fields of objects of a type, all of which have the same; nothing where `get` is asked."""
        return {}

    def _ways_through(self, obj: Any) -> list[tuple[str, Callable[[Any], Any], Writer | None]]:
        if isinstance(obj, Mapping) or type(self).get is not ResponseSchema.get:
            return []
        return [(key, self._way_to(obj, name), write) for key, name, write, _ in self._plan]

    def _way_to(self, obj: Any, name: str) -> Callable[[Any], Any]:
        lies_there = not self.rest_from or "." in name or hasattr(obj, name)
        return attrgetter(name if lies_there else f"{self.rest_from}.{name}")

    @cached_property
    def _plan(self) -> list[tuple[str, str, Writer | None, bool]]:
        return [
            (field.data_key or name, field.attribute or name, _writer(field), not field.required)
            for name, field in self.fields.items()
        ]


def _writer(field: Field) -> Writer | None:
    """How a field's value is written; none when it goes out as it is."""
    if isinstance(field, fields.Nested):
        dump = field.schema.dump
        return lambda value: None if value is None else dump(value)
    if isinstance(field, fields.List) and (write := _writer(field.inner)):
        return lambda values: None if values is None else [write(value) for value in values]
    return None


def text(*, maybe: bool = False, **options: Any) -> Field:
    """A text."""
    return fields.String(required=True, allow_none=maybe, **options)


def id_(*, maybe: bool = False, **options: Any) -> Field:
    """An id."""
    return text(maybe=maybe, metadata={"format": "uuid"}, **options)


def at(*, maybe: bool = False, **options: Any) -> Field:
    """An instant."""
    return fields.DateTime(required=True, allow_none=maybe, **options)


def on(*, maybe: bool = False, **options: Any) -> Field:
    """A day."""
    return fields.Date(required=True, allow_none=maybe, **options)


def count(*, maybe: bool = False, **options: Any) -> Field:
    """A number of something."""
    return fields.Integer(required=True, allow_none=maybe, **options)


def share() -> Field:
    """A part of a whole, from 0 to 1; null when there is no whole."""
    return fields.Float(required=True, allow_none=True)


def number(*, maybe: bool = False, **options: Any) -> Field:
    """A number that need not be whole."""
    return fields.Float(required=True, allow_none=maybe, **options)


def yes_no(*, maybe: bool = False, **options: Any) -> Field:
    """Whether something is so."""
    return fields.Boolean(required=True, allow_none=maybe, **options)


def word(words: type[StrEnum], *, maybe: bool = False, **options: Any) -> Field:
    """A member of a vocabulary."""
    members = [*(str(member) for member in words), *([None] if maybe else [])]
    return text(maybe=maybe, metadata={"enum": members}, **options)


def part(schema: type[Schema], *, maybe: bool = False, **options: Any) -> Field:
    """An object within."""
    return fields.Nested(schema, required=True, allow_none=maybe, **options)


def several(inner: Field, *, maybe: bool = False) -> Field:
    """A list."""
    return fields.List(inner, required=True, allow_none=maybe)


class ReferenceSchema(ResponseSchema):
    """Something by id and name."""

    id = id_()
    name = text()


class NumberedSchema(ResponseSchema):
    """Something by id and number."""

    id = id_()
    number = text()


def named(*, maybe: bool = False, **options: Any) -> Field:
    """A person or an organization, by id and name."""
    return part(ReferenceSchema, maybe=maybe, **options)


class PageSchema(ResponseSchema):
    """A page of a list."""

    next_cursor = text(maybe=True)


@cache
def page_of(schema: type[Schema]) -> type[Schema]:
    """The schema of a page of such items."""
    name = f"{schema.__name__.removesuffix('Schema')}PageSchema"
    return type(name, (PageSchema,), {"items": several(part(schema))})
