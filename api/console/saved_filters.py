"""Saved filters by pages: kept beside the list of findings, renamed and taken away on a page of their own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import marshmallow as ma
from flask import request
from werkzeug.wrappers import Response

from api.console.forms import body_of, errors_by_field, fields_of
from api.console.pages import Pages, done
from api.console.rendering import page, text
from api.http.access import signed_in
from api.http.context import RequestContext, language
from api.http.problems import problem_of
from api.schemas.saved_filters import SavedFilterBody, SavedFilterChanges, still_holds
from service.errors import InvalidInput, NotFound
from service.people.saved_filters import saved_filters as books

pages = Pages("saved_filters")
AT = "/findings/filters"
ACTS = ("name", "first", "removal")


@dataclass(frozen=True, slots=True)
class SavedView:
    """A saved filter as a link to its list."""

    id: str
    name: str
    address: str
    is_here: bool  # what the page shows
    is_first: bool
    holds: bool


def saved_views(context: RequestContext, query: str = "") -> list[SavedView]:
    """The caller's filters; `query` is what the page shows."""
    return [
        SavedView(
            one.id,
            one.name,
            f"/findings?{one.query}",
            bool(query) and _parts(one.query) == _parts(query),
            one.is_first,
            still_holds(one.query),
        )
        for one in books.saved_filters(context.session, actor=context.actor)
    ]


@pages.get(AT)
@signed_in
def index(context: RequestContext) -> Response:
    """The caller's saved filters, to be renamed, put first or taken away."""
    return _filters_page(context)


@pages.post(AT)
@signed_in
def save(context: RequestContext) -> Response:
    """Save what the list shows under a name."""
    try:
        body = body_of(SavedFilterBody, request.form)
        if _is_saved(context, **body):  # sent twice
            return done(f"/findings?{body['query']}", "filter_saved")
        with context.session.begin_nested():
            row = books.save_filter(context.session, actor=context.actor, now=context.now, **body)
    except (ma.ValidationError, InvalidInput) as error:
        return _filters_page(context, status=422, new=request.form, errors=_sentences(error))
    return done(f"/findings?{row.query}", "filter_saved")


@pages.post(f"{AT}/<id:filter_id>/<act>")
@signed_in
def change(context: RequestContext, filter_id: str, act: str) -> Response:
    """Rename one, let the list open with it or no longer, or take it away."""
    if act not in ACTS:
        raise NotFound("not_found")
    if act == "removal":
        books.delete_filter(context.session, filter_id, actor=context.actor)
        return done(AT, "filter_deleted")
    try:
        body = body_of(SavedFilterChanges, request.form)
        with context.session.begin_nested():
            books.change_filter(context.session, filter_id, actor=context.actor, **body)
    except (ma.ValidationError, InvalidInput) as error:
        return _filters_page(context, status=422, tried=filter_id, errors=_sentences(error))
    return done(AT, "filter_changed")


def _filters_page(
    context: RequestContext,
    *,
    status: int = 200,
    new: Mapping[str, Any] | None = None,
    tried: str = "",
    errors: Mapping[str, str] | None = None,
) -> Response:
    """The filters; `new` is one that could not be saved, `tried` the id of one that could not be renamed."""
    found, wrong = saved_views(context), errors or {}
    if tried and all(one.id != tried for one in found):
        raise NotFound("not_found")
    return page(
        "findings/filters.html",
        status=status,
        title=text("filters.title"),
        filters=found,
        most=books.MOST_FILTERS,
        new=None if new is None else save_form(str(new.get("query", "")), given=new, errors=wrong),
        others=[sentence for name, sentence in wrong.items() if name != "name"],
        tried=tried,
        typed=request.form.get("name", "") if tried else "",
        error=wrong.get("name") if tried else None,
    )


def save_form(query: str, *, given: Mapping[str, Any] | None = None, errors: Mapping[str, str] | None = None) -> Any:
    """The fields of the form that saves a query."""
    typed = {name: value for name, value in (given or {}).items() if name in ("name", "first")}
    hidden = {"query": query}
    return fields_of(SavedFilterBody, "save", given=typed, errors=errors or {}, hidden=hidden, words="filters")


def _is_saved(context: RequestContext, *, name: str, query: str, first: bool) -> bool:
    """Whether the very same is among the caller's filters."""
    found = books.saved_filters(context.session, actor=context.actor)
    return any((one.name, one.query, one.is_first) == (name.strip(), query, first) for one in found)


def _sentences(error: ma.ValidationError | InvalidInput) -> dict[str, str]:
    if isinstance(error, ma.ValidationError):
        return errors_by_field(error, language())
    return {name: found[0] for name, found in problem_of(error)["errors"].items()}


def _parts(query: str) -> Sequence[tuple[str, str]]:
    return sorted(parse_qsl(query))
