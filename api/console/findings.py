"""The list of findings: its filters are its address."""

from typing import Any

import marshmallow as ma
from flask import request
from werkzeug.wrappers import Response

from api import findings
from api.console import bulk
from api.console.finding_filters import (
    BESIDES,
    DAYS,
    EVERYTHING,
    OF_ONE,
    SORTS,
    Asked,
    address_of,
    asked_for,
    boxes_of,
    chips_of,
    day_of,
    ledger_of,
    places_of,
    query_of,
    saved_query_of,
)
from api.console.forms import errors_by_field
from api.console.pages import Pages, done
from api.console.rendering import page, text, words_of
from api.console.saved_filters import SavedView, save_form, saved_views
from api.http.access import signed_in
from api.http.context import RequestContext, language
from api.schemas.findings import FindingQuery
from service.findings.list import FindingFilter
from service.scope import compares_units
from service.statistics.list_counts import Counts, count_findings
from workflows.vocabulary import Light, State

pages = Pages("findings")


@pages.get("/findings")
@signed_in
def index(context: RequestContext) -> Response:
    """The list of findings, filtered as the address says; without a word, by what the caller wants to see first."""
    errors: dict[str, str] = {}
    asked = asked_for(request.args.lists())
    saved = saved_views(context, saved_query_of(asked))
    if not request.args and (first := [one.address for one in saved if one.is_first and one.holds]):
        return done(first[0])
    try:
        query = FindingQuery().load(query_of(asked))
    except ma.ValidationError as error:
        errors, query = errors_by_field(error, language()), FindingQuery().load({})
    wanted = {name: value for name, value in query.items() if name not in BESIDES}
    found = findings.page_of_findings(context, query)
    counts = count_findings(context.session, FindingFilter(**wanted), actor=context.actor, now=context.now)
    places = places_of(context, asked)
    return page(
        "findings/index.html",
        status=422 if errors else 200,
        title=text("findings.title"),
        rows_of=found.items,
        older=address_of(asked, cursor=found.next_cursor) if found.next_cursor else None,
        errors=errors,
        is_filtered=bool(asked.keys() - set(BESIDES)),
        chips=chips_of(context, asked, query, places),
        boxes=boxes_of(asked),
        units=places,
        days={name: day_of(name, (asked.get(name) or [""])[-1]) for name in DAYS},
        kept={name: asked[name] for name in OF_ONE if name in asked},
        sorts=[(sort, text(f"findings.sort.{sort}"), sort == (asked.get("sort") or SORTS[:1])[-1]) for sort in SORTS],
        tally=_tally(counts, asked),
        acts=bulk.acts_on(found.items),
        all_chosen="select" in asked,
        ledger=ledger_of(asked),
        everything=EVERYTHING,
        compares_units=compares_units(context.actor),
        saved=saved,
        new_filter=[] if errors else _new_filter(asked, saved),
        choose_all=address_of(asked, select=None if "select" in asked else "all"),
        q=(asked.get("q") or [""])[-1],
    )


def _new_filter(asked: Asked, saved: list[SavedView]) -> Any:
    """The form that saves what is shown; none where there is nothing to save, or it is saved."""
    query = saved_query_of(asked)
    return save_form(query) if query and not any(one.is_here for one in saved) else None


def _tally(counts: Counts, asked: Asked) -> list[dict[str, Any]]:
    """Numbers that open their list, lights first; what there is none of is left out."""
    numbers = {"light": (Light, counts.lights), "state": (State, counts.states)}
    tally = []
    for name, (words, count_of) in numbers.items():
        for value, said in reversed(words_of(list(words))) if name == "light" else words_of(list(words)):
            on = asked.get(name) == [value]
            if number := dict(count_of).get(value, 0):  # type: ignore[call-overload]  # members are their values
                to = address_of(asked, **{name: None if on else value, "cursor": None, "select": None})
                tally.append({"name": name, "value": words(value), "said": said, "count": number, "on": on, "to": to})
    return tally
