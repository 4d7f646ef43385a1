"""The list of sheets, those that the caller may fill in first, and opening one."""

from itertools import groupby
from secrets import token_urlsafe
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from api.console.attempts import Refused, attempt, typed
from api.console.inspections.head import blank_head, head_in
from api.console.pages import Pages, done
from api.console.queries import asked_for, is_filtered, page_after
from api.console.rendering import page, text, words_of
from api.http.access import signed_in
from api.http.context import RequestContext
from api.schemas.inspections import InspectionBody, InspectionQuery
from service.inspections.list import InspectionFilter, InspectionView, list_inspections
from service.inspections.opening import NewInspection, open_inspection
from service.ledger_import.places import units_of
from service.store.paging import Page
from workflows.vocabulary import Method

pages = Pages("inspections")


@pages.get("/inspections")
@signed_in
def index(context: RequestContext) -> Response:
    """The sheets in sight: those that are open, of these the caller's own first, or those that are closed."""
    query, errors = asked_for(InspectionQuery)
    is_open = query.setdefault("open", True)
    found = _found(context, query)
    return page(
        "inspections/index.html",
        status=422 if errors else 200,
        title=text("inspections.title"),
        rows_of=sorted(found.items, key=lambda view: not view.may_fill),
        is_open=is_open,
        is_filtered=is_filtered(),
        errors=errors,
        may_open=bool(_units(context)),
        older=page_after(found.next_cursor),
    )


@pages.get("/inspections/new")
@signed_in
def ask(context: RequestContext) -> Response:
    """Ask whom a new sheet is about."""
    return _opening_form(context)


@pages.post("/inspections")
@signed_in
def open_sheet(context: RequestContext) -> Response:
    """Open a sheet, and lead to it."""
    opened: list[str] = []

    def do() -> None:
        form = request.form
        raw = {name: form[name].strip() for name in ("organization_id", "inspected_on") if form.get(name, "").strip()}
        body = InspectionBody().load({**raw, **head_in(form), "client_id": form.get("client_id") or None})
        new = NewInspection(**body)
        opened.append(open_inspection(context.session, new, actor=context.actor, now=context.now).id)

    refused = attempt(context, do)
    return _opening_form(context, refused) if refused else done(f"/inspections/{opened[0]}", "sheet_opened")


def _found(context: RequestContext, query: dict[str, Any]) -> Page[InspectionView]:
    paging = {name: query.pop(name) for name in ("cursor", "limit") if name in query}
    wanted = InspectionFilter(**query)
    return list_inspections(context.session, wanted, actor=context.actor, now=context.now, **paging)


def _units(context: RequestContext) -> list[Any]:
    return units_of(context.session, actor=context.actor)


def _opening_form(context: RequestContext, refused: Refused | None = None) -> Response:
    units = sorted(_units(context), key=lambda unit: (unit.kind, unit.name))
    given = typed(request.args, request.form)
    only = units[0].id if len(units) == 1 else ""
    return page(
        "inspections/new.html",
        status=refused.status if refused else 200,
        title=text("inspections.new"),
        kinds=[(kind, list(those)) for kind, those in groupby(units, key=lambda unit: unit.kind)],
        chosen=given["organization_id"] or only,
        given=given,
        head=head_in(request.form) if request.form else blank_head(),
        methods=words_of(list(Method)),
        client_id=given["client_id"] or token_urlsafe(18),
        refused=refused,
    )
