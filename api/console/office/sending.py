"""What pages of the office's settings share: forms that are tried, and come back with what was typed when refused."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import marshmallow as ma
from flask import request
from werkzeug.exceptions import HTTPException

from api.console.forms import Choices, Field, Given, body_of, errors_by_field, fields_of, focusing
from api.console.office.shown_values import as_seen, changed_in, seen_in, shown_again
from api.console.rendering import has_text, text
from api.http.context import RequestContext, language
from api.http.problems import Refusal, problem_of, status_of
from service.errors import DubanError
from service.store.paging import LARGEST_LIMIT, Page

WORDS = "office_forms"
LONGEST_UPLOAD = 400_000  # bytes of a text file that a form brings
TOLD_BESIDE = (403, 409, 412, 422, 429, 503)  # statuses that are said beside the form; others are pages of their own


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a form was not done."""

    form: str
    status: int
    sentence: str | None = None
    errors: Mapping[str, str] = field(default_factory=dict)
    changed: Sequence[str] = ()  # fields that somebody else has changed since the form was made


@dataclass(frozen=True, slots=True)
class OfficeForm:
    """A form as it stands on a page."""

    action: str
    name: str
    label: str
    what: str | None  # what it does, where the label does not say it all
    fields: Sequence[Field]
    is_open: bool = False
    is_grave: bool = False  # takes something away from somebody
    refusal: str | None = None
    errors: Sequence[str] = ()  # about none of its fields
    seen: str | None = None  # what its fields show of what is in force


def tried(
    context: RequestContext,
    form: str,
    schema: type[ma.Schema],
    do: Callable[..., Any],
    *,
    blank_is_none: bool = False,
    compares: Collection[str] = (),
) -> Refused | None:
    """Do what the request's form asks for; why not, if it is refused, and then nothing has changed.

    With fields that it `compares`, `do` also gets `seen`, and of them only those that differ from it.
    """
    try:
        body = body_of(schema, request.form, blank_is_none=blank_is_none)
        if compares:
            seen = seen_in(request.form, compares)
            body = {**changed_in(body, seen), "seen": seen}
        with context.session.begin_nested():
            do(**body)
    except ma.ValidationError as error:
        return Refused(form, 422, None, errors_by_field(error, language()))
    except DubanError as error:
        return refused(form, error)
    return None


def refused(form: str, error: DubanError | HTTPException) -> Refused:
    """What a use case has refused, to be said beside the form; raises what concerns the whole page."""
    if isinstance(error, DubanError):
        status, problem = status_of(error), problem_of(error)
    else:
        refusal = Refusal(error)
        status, problem = refusal.status, refusal.problem
    if status not in TOLD_BESIDE:
        raise error
    told = {name: sentences[0] for name, sentences in problem.get("errors", {}).items()}
    changed = error.particulars.get("changed") if isinstance(error, DubanError) else None
    if isinstance(changed, list):
        return Refused(form, status, text("office.changed_meanwhile"), told, changed)
    return Refused(form, status, problem["detail"], told)


def form_of(  # noqa: PLR0913 - what stands in the form, and what came of it
    form: str,
    schema: type[ma.Schema],
    action: str,
    *,
    known: Given | None = None,
    hidden: Mapping[str, str] | None = None,
    choices: Mapping[str, Choices] | None = None,
    refusal: Refused | None = None,
    is_grave: bool = False,
    is_open: bool = False,
    compares: Collection[str] = (),
) -> OfficeForm:
    """A form over a schema of the API; one that was refused is open, and holds what was typed.

    Of fields that it `compares` it carries what is `known`; what has changed since it was made stands beside what was
    typed, and what was left alone is as it is now.
    """
    mine = refusal is not None and refusal.form == form
    errors = refusal.errors if refusal and mine else {}
    if refusal and mine and refusal.changed:
        options: dict[str, Any] = {"hidden": hidden or {}, "choices": choices, "words": WORDS}
        there = fields_of(schema, form, given=known or {}, errors={}, **options)
        errors = {**errors, **{one.name: _as_changed(one) for one in there if one.name in refusal.changed}}
    given, seen = _standing(known or {}, compares, refusal if mine else None)
    fields = fields_of(schema, form, given=given, errors=errors, hidden=hidden or {}, choices=choices, words=WORDS)
    fields = focusing(sorted(fields, key=lambda one: one.name == "reason"))  # why is asked last
    shown = {one.name for one in fields if one.kind != "hidden"}
    return OfficeForm(
        action=action,
        name=form,
        label=text(f"{WORDS}.{form}"),
        what=text(f"{WORDS}.{form}.what") if has_text(f"{WORDS}.{form}.what") else None,
        fields=fields,
        is_open=is_open or mine,
        is_grave=is_grave,
        refusal=refusal.sentence if refusal and mine else None,
        errors=[sentence for name, sentence in errors.items() if name not in shown],
        seen=as_seen(seen) if compares else None,
    )


def _standing(known: Given, compares: Collection[str], refusal: Refused | None) -> tuple[Given, Mapping[str, Any]]:
    """What stands in a form's fields, and what of it the form says that its sender has seen."""
    if refusal is None:
        return known, {name: known[name] for name in compares}
    return shown_again(request.form, known, compares, refusal.changed)


def _as_changed(field: Field) -> str:
    """What somebody else has made of a field, in words."""
    words = dict(field.choices)
    values = [value for value in (field.values or [field.value]) if value]
    now = "、".join(words.get(value, value) for value in values)
    return text("office.changed_to", now=now or text("office.nothing"))


def text_in_form(field: str) -> str:
    """The text of a form's field, or of the file that came in its place; empty when it is none."""
    file = request.files.get("file")
    if file is None or not file.filename:
        return request.form.get(field, "").replace("\r\n", "\n")
    content = file.stream.read(LONGEST_UPLOAD + 1)
    try:
        return content.decode("utf-8-sig") if len(content) <= LONGEST_UPLOAD else ""
    except UnicodeDecodeError:
        return ""


def every(page_of: Callable[..., Page[Any]], **options: Any) -> Iterator[Any]:
    """All rows of a list, page by page: for choices."""
    cursor: str | None = None
    while True:
        found = page_of(cursor=cursor, limit=LARGEST_LIMIT, **options)
        yield from found.items
        if (cursor := found.next_cursor) is None:
            return


def older_at(path: str, cursor: str | None) -> str | None:
    """Where the next page of a list is, with the same filters."""
    asked = {name: value for name, value in request.args.items(multi=False) if value and name != "cursor"}
    return f"{path}?{urlencode({**asked, 'cursor': cursor})}" if cursor else None
