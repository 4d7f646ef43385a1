"""The end of a sheet: what is undecided is listed, what was found gets a requirement and a deadline."""

from collections.abc import Mapping
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from api.console.attempts import Refused, attempt, refilled, typed
from api.console.inspections.sheet import asked, parts_of, sheet_page
from api.console.pages import Pages, done
from api.console.queries import office_instant
from api.console.rendering import page, paper_text, text
from api.console.typed_text import brings_back
from api.http.access import signed_in
from api.http.context import RequestContext
from api.inspections import TERM
from api.schemas.inspections import SheetClosingBody
from service.inspections.answer_list import answers_of
from service.inspections.closing import Closing, Term, close
from service.inspections.list import view_inspection
from workflows.vocabulary import State

pages = Pages("sheet_closing")
CLOSING = {  # what the fields are called
    "working_days": "inspections.working_days",
    "deadline": "findings.deadline",
    "requirement": "findings.requirement",
    "summary": "inspections.summary",
}


@pages.get("/inspections/<id:inspection_id>/closing")
@signed_in
def ask(context: RequestContext, inspection_id: str) -> Response:
    """What is still undecided, and what the notice will say."""
    return _closing_form(context, inspection_id)


@pages.post("/inspections/<id:inspection_id>/closing")
@signed_in
@brings_back
def close_sheet(context: RequestContext, inspection_id: str) -> Response:
    """Close a sheet for good: one notice with all that was found, and feedback to the unit."""

    def do() -> None:
        body = SheetClosingBody().load(_body(request.form))
        terms = [(term.pop("id"), Term(**term)) for term in body.pop("findings", [])]
        for_all = Term(**{name: body.pop(name) for name in TERM if name in body})
        closing = Closing(body.get("summary"), for_all, terms)
        close(context.session, inspection_id, closing, actor=context.actor, now=context.now)

    refused = refilled() or attempt(context, do)
    if refused:
        return _closing_form(context, inspection_id, refused)
    return done(f"/inspections/{inspection_id}", "sheet_closed")


def _body(form: Mapping[str, str]) -> dict[str, Any]:
    """The form as JSON would have it: what stands for all, and what stands for one finding."""
    ids = [name.removeprefix("requirement-") for name in form if name.startswith("requirement-")]
    terms = [{"id": id_, **_term(form, f"-{id_}")} for id_ in ids]
    body = {"summary": form.get("summary", "").strip() or None, **_term(form, ""), "findings": terms}
    return {name: value for name, value in body.items() if value}


def _term(form: Mapping[str, str], of: str) -> dict[str, Any]:
    """A term as it is written: a day ends with the working day, working days are figures."""
    said = {name: form.get(f"{name}{of}", "").strip() for name in TERM}
    term: dict[str, Any] = {name: value for name, value in said.items() if value}
    if "deadline" in term:
        term["deadline"] = office_instant(term["deadline"])
    if said["working_days"].isdecimal() and len(said["working_days"]) < 6:
        term["working_days"] = int(said["working_days"])
    return term


def _closing_form(context: RequestContext, inspection_id: str, refused: Refused | None = None) -> Response:
    view = view_inspection(context.session, inspection_id, actor=context.actor, now=context.now)
    if not view.may_fill:
        return sheet_page(context, inspection_id, head=refused, labels=CLOSING)
    parts = parts_of(answers_of(context.session, inspection_id, actor=context.actor))
    undecided = [(part, [one for one in part.items if one.row is None]) for part in parts]
    return page(
        "inspections/closing.html",
        status=refused.status if refused else 200,
        title=text("inspections.closing_title", number=view.inspection.number),
        view=view,
        sheet=view.inspection,
        undecided=[(part, those) for part, those in undecided if those],
        findings=[finding for finding in view.findings if finding.state is State.FOUND],
        asked=asked,
        required=_required,
        given=typed(request.form),
        refused=refused,
        sees=text(f"inspections.closing_{view.inspection.kind}"),
    )


def _required(finding: Any) -> str:
    item = finding.checklist_item
    return finding.requirement or (paper_text("inspections.to_put_right", item=item.requirement_zh) if item else "")
