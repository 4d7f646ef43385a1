"""Fields that accept nothing by halves: no blanks, no `"3"` for 3, no instant without an offset.

A field's error is the code of a sentence, which `api.http.problems` puts into the caller's language.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, ClassVar, Self

import marshmallow as ma
from marshmallow import Schema, ValidationError, fields, validate, validates_schema
from marshmallow.types import ErrorMessages

from workflows.signs import shows_nothing

LONGEST = 10_000  # characters of a text
LARGEST_AMOUNT = 1_000_000_000_000
EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
_NOT_STORABLE = re.compile("[\x00\ud800-\udfff]")  # neither database stores these
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?([Zz]|[+-]\d\d:\d\d)?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_DIGITS = re.compile(r"-?\d{1,9}", re.ASCII)


class NotAmong(str):
    """The code of an error that lists what may be chosen."""

    __slots__ = ("choices",)
    choices: tuple[str, ...]

    def __new__(cls, choices: Iterable[str]) -> Self:
        code = super().__new__(cls, "not_among")
        code.choices = tuple(map(str, choices))
        return code

    @property
    def particulars(self) -> Mapping[str, object]:
        return {"choices": self.choices}


class _Coded:
    """A field whose errors are codes of sentences."""

    default_error_messages: ErrorMessages = {  # noqa: RUF012 - declared so by marshmallow
        "required": "required",
        "null": "required",
        "invalid": "invalid",
        "type": "invalid",
        "validator_failed": "invalid",
    }


class _Read(_Coded):
    """A field that is read by its own `read` alone, not by marshmallow's lenient reading."""

    def read(self, value: Any) -> Any:
        """The value; ValidationError with a code when it is none."""
        raise NotImplementedError

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> Any:  # noqa: ARG002 - marshmallow's signature
        return self.read(value)


class Text(_Read, fields.String):
    """Words of a person: not blank nor made of unseen signs alone, at most `longest` characters."""

    def __init__(self, longest: int = LONGEST, **options: Any) -> None:
        super().__init__(validate=validate.Length(min=1, max=longest, error="too_long"), **options)

    def read(self, value: Any) -> str:
        if not isinstance(value, str) or _NOT_STORABLE.search(value):
            raise ValidationError("invalid")
        if shows_nothing(value):
            raise ValidationError("required")
        return value


class Id(_Read, fields.String):
    """The id of something: a UUID, in lower case."""

    def __init__(self, **options: Any) -> None:
        super().__init__(metadata={"format": "uuid", **options.pop("metadata", {})}, **options)

    def read(self, value: Any) -> str:
        if not isinstance(value, str) or not _UUID.fullmatch(value):
            raise ValidationError("invalid")
        return value.lower()


class Instant(_Read, fields.DateTime):
    """An instant: RFC 3339, with offset."""

    def read(self, value: Any) -> datetime:
        if not isinstance(value, str) or not _INSTANT.fullmatch(value):
            raise ValidationError("invalid")
        try:
            at = datetime.fromisoformat(value.upper())
        except ValueError as error:  # the 30th of February
            raise ValidationError("invalid") from error
        if at.tzinfo is None:
            raise ValidationError("no_offset")
        if not EARLIEST <= at < LATEST:
            raise ValidationError("out_of_range")
        return at.astimezone(UTC)


class Day(_Read, fields.Date):
    """A day of the calendar, such as 2026-05-20."""

    def read(self, value: Any) -> date:
        if not isinstance(value, str) or not _DAY.fullmatch(value):
            raise ValidationError("invalid")
        try:
            day = date.fromisoformat(value)
        except ValueError as error:
            raise ValidationError("invalid") from error
        if not EARLIEST.date() <= day < LATEST.date():
            raise ValidationError("out_of_range")
        return day


class WholeNumber(_Read, fields.Integer):
    """A whole number from `least` to `most`; in a query written as digits."""

    def __init__(self, least: int, most: int, *, in_query: bool = False, **options: Any) -> None:
        super().__init__(validate=validate.Range(least, most, error="out_of_range"), **options)
        self.in_query = in_query

    def read(self, value: Any) -> int:
        if self.in_query and isinstance(value, str) and _DIGITS.fullmatch(value):
            return int(value)
        if self.in_query or type(value) is not int:  # a boolean is no number
            raise ValidationError("invalid")
        return value


class Amount(_Read, fields.Float):
    """A number of something that is counted or measured: 0 or more, with two decimals at most."""

    def __init__(self, **options: Any) -> None:
        super().__init__(validate=validate.Range(0, LARGEST_AMOUNT, error="out_of_range"), **options)

    def read(self, value: Any) -> int | float:
        if type(value) not in (int, float):  # a boolean is no number
            raise ValidationError("invalid")
        if round(value, 2) != value:
            raise ValidationError("too_many_decimals")
        number: int | float = value
        return number


class YesNo(_Read, fields.Boolean):
    """True or false; in a query written as these words."""

    def __init__(self, *, in_query: bool = False, **options: Any) -> None:
        super().__init__(**options)
        self.words: Mapping[Any, bool] = {"true": True, "false": False} if in_query else {}

    def read(self, value: Any) -> bool:
        if self.words and isinstance(value, str) and value in self.words:
            return self.words[value]
        if self.words or not isinstance(value, bool):
            raise ValidationError(NotAmong(("true", "false")))
        return value


class Word(_Read, fields.String):
    """A member of one of the law's vocabularies, or of a part of one."""

    def __init__(self, words: Iterable[StrEnum], **options: Any) -> None:
        super().__init__(metadata={"enum": [member.value for member in words]}, **options)
        self.members = {member.value: member for member in words}

    def read(self, value: Any) -> StrEnum:
        if not isinstance(value, str) or value not in self.members:
            raise ValidationError(NotAmong(self.members))
        return self.members[value]


class Choice(_Read, fields.String):
    """One of some words."""

    def __init__(self, *words: str, **options: Any) -> None:
        super().__init__(metadata={"enum": list(words), **options.pop("metadata", {})}, **options)
        self.words = words

    def read(self, value: Any) -> str:
        if not isinstance(value, str) or value not in self.words:
            raise ValidationError(NotAmong(self.words))
        return value


class Several(_Coded, fields.List[Any]):
    """A list of `least` to `most`."""

    def __init__(self, inner: fields.Field[Any], *, least: int = 0, most: int = 200, **options: Any) -> None:
        checks = [validate.Length(max=most, error="too_many")]
        if least:
            checks.append(validate.Length(min=least, error="required"))
        super().__init__(inner, validate=checks, **options)


class AnyOf(Several):
    """In a filter: several values, of which any will do; in a query the name is repeated, and one may stand alone.

    An error is one of the whole field, whichever value it is about.
    """

    def __init__(self, inner: fields.Field[Any], **options: Any) -> None:
        super().__init__(inner, least=1, **options)

    def deserialize(self, value: Any, attr: str | None = None, data: Any = None, **options: Any) -> Any:
        several = value if value is ma.missing or isinstance(value, list) else [value]
        try:
            values: Any = super().deserialize(several, attr, data, **options)
        except ValidationError as error:
            messages = error.messages_dict if isinstance(error.messages, dict) else {"": error.messages}
            raise ValidationError(next(iter(messages.values()))) from error
        return values if values is ma.missing else tuple(dict.fromkeys(values))


class EvidenceIds(Several):
    """Ids of evidence in the order given, each once however often it was named: use cases rely on that."""

    def __init__(self, **options: Any) -> None:
        super().__init__(Id(), **options)

    def deserialize(self, value: Any, attr: str | None = None, data: Any = None, **options: Any) -> Any:
        ids = super().deserialize(value, attr, data, **options)
        return list(dict.fromkeys(ids)) if isinstance(ids, list) else ids


class Part(_Coded, fields.Nested):
    """An object within an object."""


class RequestSchema(Schema):
    """A body or query that a caller sends; unknown fields are errors."""

    error_messages = {"unknown": "unknown_field", "type": "invalid"}  # noqa: RUF012 - declared so by marshmallow


class CorrectionBody(RequestSchema):
    """Corrections, at least one: an empty body is an error at the field that is corrected most."""

    smallest: ClassVar = 1  # properties
    corrected_most: ClassVar = "summary"

    @validates_schema
    def _corrects_something(self, corrections: dict[str, Any], **_: Any) -> None:
        if not corrections:
            raise ValidationError("required", self.corrected_most)


class Nothing(RequestSchema):
    """A body without fields."""
