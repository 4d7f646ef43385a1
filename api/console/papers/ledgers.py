"""Ledgers: the findings of a list as a table, and findings brought in from one, checked first."""

from typing import Any

from flask import request
from werkzeug.wrappers import Response

from api import documents, ledger
from api.console.attempts import Refused, attempt
from api.console.pages import Pages, done, takes_files, told_on_the_page
from api.console.queries import asked_for, chosen, with_query
from api.console.rendering import page, text, words_of
from api.http.access import signed_in
from api.http.context import RequestContext, language
from api.http.problems import Refusal
from api.http.transaction import prepared_by
from api.schemas.findings import FindingQuery
from service.findings.list import FindingFilter
from service.ledger.export import LedgerOrder
from service.ledger_import import MOST_LISTED, Imported, import_ledger, outcome
from service.ledger_import.places import units_of
from service.scope import sees_figures
from workflows.vocabulary import Light, Origin, Severity, State

pages = Pages("ledgers")
FILTERS = {"state": State, "light": Light, "severity": Severity, "origin": Origin}  # that the page offers as choices
PAGING = ("cursor", "limit", "sort")


@pages.get("/ledgers")
@signed_in
def index(context: RequestContext) -> Response:
    """What a ledger shall hold, as the address of a list of findings says; and the way to bring one in."""
    return _ledger_page(context)


@pages.post("/ledgers/order")
@signed_in
def order(context: RequestContext) -> Response:
    """Ask for the ledger of the list that the address names, and lead to where it is waited for."""
    query, errors = asked_for(FindingQuery)
    if errors:
        return _ledger_page(context)
    asked: list[str] = []

    def do() -> None:
        wanted = FindingFilter(**{name: value for name, value in query.items() if name not in PAGING})
        per_district = request.form.get("sheet_per_district") == "true"
        asked.append(documents.ordered_ledger(context, LedgerOrder(wanted, language(), per_district)).id)

    refused = attempt(context, do)
    return _ledger_page(context, refused=refused) if refused else done(f"/documents/{asked[0]}")


@pages.get("/ledgers/template")
@signed_in
def template(context: RequestContext) -> Response:
    """An empty table to fill in, for those who bring findings in."""
    may_bring = units_of(context.session, actor=context.actor)
    return ledger.template_answer(context) if may_bring else done("/ledgers")


@pages.post("/ledgers")
@signed_in
@takes_files
@prepared_by(told_on_the_page(ledger.read_and_checked))
def bring(context: RequestContext) -> Response:
    """Check a table, or bring its findings in: all of them or none."""
    if context.prepared is None:
        return _ledger_page(context, refused=Refused(422, text("ledgers.no_file")))
    if isinstance(context.prepared, Refusal):
        problem = context.prepared.problem
        errors = {name: found[0] for name, found in problem.get("errors", {}).items()}
        return _ledger_page(context, refused=Refused(context.prepared.status, problem["detail"], errors))
    lines, prepared = context.prepared
    checked, is_import = outcome(prepared), request.form.get("act") == "import"
    if checked.faults or not is_import:
        return _ledger_page(context, checked=checked, status=422 if checked.faults else 200)
    brought: list[Imported] = []

    def do() -> None:
        brought.append(import_ledger(context.session, lines, actor=context.actor, now=context.now, prepared=prepared))

    refused = attempt(context, do)
    return _ledger_page(context, refused=refused, checked=brought[0] if brought else None, is_done=bool(brought))


def _ledger_page(
    context: RequestContext,
    *,
    refused: Refused | None = None,
    checked: Imported | None = None,
    is_done: bool = False,
    status: int = 200,
) -> Response:
    query, errors = asked_for(FindingQuery)
    asked = {name: values for name, values in chosen().items() if name not in PAGING}
    return page(
        "ledgers/index.html",
        status=refused.status if refused else 422 if errors else status,
        title=text("ledgers.title"),
        may_order=sees_figures(context.actor),
        may_bring=bool(units_of(context.session, actor=context.actor)),
        order_at=with_query("/ledgers/order", asked),
        filters=[
            (name, text(f"findings.{name}"), words_of(list(vocabulary)), asked.get(name, []))
            for name, vocabulary in FILTERS.items()
        ],
        q=asked.get("q", [""])[0],
        hidden=[(name, value) for name, values in asked.items() if name not in (*FILTERS, "q") for value in values],
        further=[name for name in asked if name not in (*FILTERS, "q")],
        list_at=with_query("/findings", asked),
        is_filtered=bool(query.keys() - set(PAGING)),
        errors=errors,
        refused=refused,
        checked=checked,
        is_done=is_done,
        cells=_cells(checked),
        more=max(len(checked.faults) - MOST_LISTED, 0) if checked else 0,
    )


def _cells(checked: Imported | None) -> list[dict[str, Any]]:
    return ledger.cells_of([*checked.faults, *checked.pictures]) if checked else []
