"""Forms out of the schemas of the API: what a field asks for, and what of a form goes into the body."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import marshmallow as ma

from api.console.rendering import has_text, text, words_of
from api.schemas.request_fields import Choice, Day, EvidenceIds, Id, Instant, Text, WholeNumber, Word, YesNo
from service.wording import sentence
from service.wording.texts import ZONE

LONG = 500  # characters: what may be longer is written in several lines


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form: its kind decides how it is drawn, never what is allowed."""

    name: str
    kind: str  # text, lines, choice, day, instant, number, files, hidden
    label: str
    hint: str | None
    required: bool
    longest: int | None
    choices: Sequence[tuple[str, str]]
    value: str
    error: str | None = None


def fields_of(
    schema: type[ma.Schema],
    form: str,
    *,
    given: Mapping[str, str],
    errors: Mapping[str, str],
    hidden: Mapping[str, str],
) -> list[Field]:
    """The fields that a schema asks for; `form` names the words of their labels, `hidden` is what the page knows."""
    return [
        Field(
            name=name,
            kind="hidden" if name in hidden else _kind(field),
            label=text(f"forms.{name}" if not has_text(f"forms.{form}.{name}") else f"forms.{form}.{name}"),
            hint=text(f"forms.{form}.{name}.hint") if has_text(f"forms.{form}.{name}.hint") else None,
            required=field.required and not isinstance(field, EvidenceIds),
            longest=_longest(field),
            choices=_choices(field),
            value=hidden.get(name, given.get(name, "")),
            error=errors.get(name),
        )
        for name, field in schema().load_fields.items()
    ]


def body_of(schema: type[ma.Schema], form: Mapping[str, str], *, evidence_ids: Sequence[str] = ()) -> dict[str, Any]:
    """What the use case takes, from texts; raises `ValidationError` with the API's own codes.

    A field that was left empty was not filled in. Times are the office's.
    """
    raw: dict[str, Any] = {}
    for name, field in schema().load_fields.items():
        if isinstance(field, EvidenceIds):
            if evidence_ids or field.required:
                raw[name] = list(evidence_ids)
        elif written := form.get(name, "").strip():
            raw[name] = _as_json(field, written)
    loaded: dict[str, Any] = schema().load(raw)
    return loaded


def errors_by_field(error: ma.ValidationError, language: str) -> dict[str, str]:
    """The sentence for each field that was refused."""
    found = error.messages if isinstance(error.messages, dict) else {"_schema": error.messages}
    return {str(name): _first_sentence(codes, language) for name, codes in found.items()}


def _first_sentence(codes: Any, language: str) -> str:
    while isinstance(codes, Mapping | list):
        codes = next(iter(codes.values())) if isinstance(codes, Mapping) else codes[0]
    return sentence(str(codes), language, **(getattr(codes, "particulars", None) or {}))


def _as_json(field: ma.fields.Field[Any], written: str) -> Any:
    """A text as JSON would have had it; what cannot be read stays, and the schema says so."""
    if isinstance(field, WholeNumber):
        return int(written) if written.isdecimal() and len(written) < 10 else written
    if isinstance(field, YesNo):
        return {"true": True, "false": False}.get(written, written)
    if isinstance(field, Instant):
        try:
            return datetime.fromisoformat(written).replace(tzinfo=ZONE).isoformat()
        except ValueError:
            return written
    return written


def _kind(field: ma.fields.Field[Any]) -> str:
    kinds: Sequence[tuple[type[ma.fields.Field[Any]], str]] = (
        (EvidenceIds, "files"),
        (Word, "choice"),
        (Choice, "choice"),
        (YesNo, "choice"),
        (Instant, "instant"),
        (Day, "day"),
        (WholeNumber, "number"),
        (Id, "hidden"),
    )
    for class_, kind in kinds:
        if isinstance(field, class_):
            return kind
    longest = _longest(field)
    return "lines" if longest is None or longest > LONG else "text"


def _longest(field: ma.fields.Field[Any]) -> int | None:
    if not isinstance(field, Text):
        return None
    return next((rule.max for rule in field.validators if isinstance(rule, ma.validate.Length)), None)


def _choices(field: ma.fields.Field[Any]) -> list[tuple[str, str]]:
    if isinstance(field, Word):
        return words_of(list(field.members.values()))
    if isinstance(field, Choice):
        return [(word, word) for word in field.words]
    if isinstance(field, YesNo):
        return [("true", text("forms.yes")), ("false", text("forms.no"))]
    return []
