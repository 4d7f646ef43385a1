"""Forms out of the schemas of the API: what a field asks for, and what of a form goes into the body."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import marshmallow as ma
from werkzeug.datastructures import MultiDict

from api.console.rendering import has_text, text, words_of
from api.schemas.request_fields import Choice, Day, EvidenceIds, Id, Instant, Several, Text, WholeNumber, Word, YesNo
from service.wording import sentence
from service.wording.texts import ZONE

LONG = 500  # characters: what may be longer is written in several lines
MOST_BUTTONS = 6  # choices that stand side by side; of more one is picked from a list
SPARE_DAYS = 3  # empty fields for further days
Choices = Sequence[tuple[str, str]]
Given = Mapping[str, Any]  # of several values a list


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form: its kind decides how it is drawn, never what is allowed."""

    name: str
    kind: str  # text, lines, choice, select, checks, day, days, instant, number, files, hidden
    label: str
    hint: str | None
    required: bool
    longest: int | None
    choices: Choices
    value: str
    error: str | None = None
    values: Sequence[str] = ()  # of one that takes several
    is_needed: bool = False  # by the rules of the moment, though a browser is not to insist: files may have come before
    takes_focus: bool = False  # where a refused form is begun again


def fields_of(
    schema: type[ma.Schema],
    form: str,
    *,
    given: Given,
    errors: Mapping[str, str],
    hidden: Mapping[str, str],
    choices: Mapping[str, Choices] | None = None,
    words: str = "forms",
    hints: Mapping[str, str] | None = None,
) -> list[Field]:
    """The fields that a schema asks for; `form` names the words of their labels, `hidden` is what the page knows.

    `choices` are those of fields that take ids, `words` the file where the form's own words stand, `hints` what the
    rules of the moment say of a field.
    """
    offered, said = choices or {}, hints or {}
    fields = [
        Field(
            name=name,
            kind="hidden" if name in hidden else _kind(field, offered.get(name)),
            label="" if name in hidden else _label(words, form, name),
            hint=said.get(name) or _hint(words, form, name),
            required=field.required and not isinstance(field, EvidenceIds),
            longest=_longest(field),
            choices=offered.get(name) or _choices(field),
            value=hidden.get(name) or _value(field, given.get(name)),
            error=errors.get(name),
            values=_values(field, given, name),
            is_needed=name in said and not isinstance(field, Instant),  # a deadline can be given in another way
        )
        for name, field in _named(schema)
    ]
    return focusing(fields)


def focusing(fields: Sequence[Field]) -> list[Field]:
    """The same fields in the same order, where the first that is wrong takes the focus, and no other."""
    first = next((one.name for one in fields if one.error and one.kind != "hidden"), None)
    return [replace(one, takes_focus=one.name == first) for one in fields]


def _named(schema: type[ma.Schema]) -> list[tuple[str, ma.fields.Field[Any]]]:
    """The fields by the names that a caller sends."""
    return [(field.data_key or name, field) for name, field in schema().load_fields.items()]


def _hint(words: str, form: str, name: str) -> str | None:
    key = f"{words}.{form}.{name}.hint"
    return text(key) if has_text(key) else None


def _label(words: str, form: str, name: str) -> str:
    keys = (f"{words}.{form}.{name}", f"{words}.{name}", f"forms.{name}")
    return text(next((key for key in keys if has_text(key)), keys[-1]))


def _value(field: ma.fields.Field[Any], value: Any) -> str:
    if value is None or isinstance(field, Several):
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _values(field: ma.fields.Field[Any], given: Given, name: str) -> list[str]:
    """Those of a field that takes several, as the form has sent them or the page knows them."""
    if not isinstance(field, Several) or isinstance(field, EvidenceIds):
        return []
    values = given.getlist(name) if isinstance(given, MultiDict) else given.get(name, ())
    found = [str(value) for value in values if value]
    return [*found, *[""] * SPARE_DAYS] if isinstance(field.inner, Day) else found


def body_of(
    schema: type[ma.Schema], form: Given, *, evidence_ids: Sequence[str] = (), blank_is_none: bool = False
) -> dict[str, Any]:
    """What the use case takes, from texts; raises `ValidationError` with the API's own codes.

    A field that was left empty was not filled in; with `blank_is_none`, as in forms that show what there is, it is
    taken away where that may be. Times are the office's unless they say where they are.
    """
    raw: dict[str, Any] = {}
    for name, field in _named(schema):
        if isinstance(field, EvidenceIds):
            if evidence_ids or field.required:
                raw[name] = list(evidence_ids)
        elif isinstance(field, Several):
            if name in form:
                raw[name] = list(dict.fromkeys(one for one in _several_in(form, name) if one.strip()))
        elif written := form.get(name, "").strip():
            raw[name] = _as_json(field, written)
        elif blank_is_none and field.allow_none and name in form:
            raw[name] = None
    loaded: dict[str, Any] = schema().load(raw)
    return loaded


def _several_in(form: Given, name: str) -> Sequence[str]:
    return form.getlist(name) if isinstance(form, MultiDict) else [form[name]]


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
            at = datetime.fromisoformat(written)
        except ValueError:
            return written
        return (at if at.tzinfo else at.replace(tzinfo=ZONE)).isoformat()
    return written


def _kind(field: ma.fields.Field[Any], offered: Choices | None = None) -> str:
    if isinstance(field, Several) and not isinstance(field, EvidenceIds):
        return "checks" if offered is not None else "days"
    if offered is not None or len(_choices(field)) > MOST_BUTTONS:
        return "select"
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


def _choices(field: ma.fields.Field[Any]) -> Choices:
    if isinstance(field, Word):
        return words_of(list(field.members.values()))
    if isinstance(field, Choice):
        return [(word, text(f"forms.{word}") if has_text(f"forms.{word}") else word) for word in field.words]
    if isinstance(field, YesNo):
        return [("true", text("forms.yes")), ("false", text("forms.no"))]
    return []
