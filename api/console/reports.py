"""Weekly reports: what one owes and what those below owe, pre-filled with figures, drafted, handed in."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from api.console.attempts import Refused, attempt
from api.console.pages import REFILL, Pages, done
from api.console.queries import asked_for, chosen, is_filtered, page_after
from api.console.rendering import page, text, words_of
from api.console.typed_text import brings_back
from api.http.access import signed_in
from api.http.context import RequestContext, language
from api.reports import without_blanks
from api.schemas.reports import ReportQuery, WordsBody
from service.documents.orders import request_document
from service.reports.list import FullReportView, ReportFilter, ReportView, list_reports, seen_report, view_report
from service.reports.submit import save_report_draft, submit_report
from service.store.paging import Page
from workflows.vocabulary import UNIT_ROLES, DocumentKind, OrganizationKind, ReportState

pages = Pages("reports")
NOT_HANDED_IN = (ReportState.OWED, ReportState.LATE, ReportState.MISSING)
OVERDUE = (ReportState.LATE, ReportState.MISSING)
SPARE = 2  # empty lines for further difficulties
OF_DISTRICTS = ("inspection", "campaigns", "common_problems")  # sections that universities have no part in
SECTIONS = ("self_check", "inspection", "campaigns", "plan", "remarks")  # that are one text each
AHEAD = timedelta(days=7)
CROWDED = 3  # of one's own that are shown before the list


@pages.get("/reports")
@signed_in
def index(context: RequestContext) -> Response:
    """What one has to hand in next, then the reports in sight, filtered as the address says, the latest week first.

    Without a filter those of weeks that are still far off are left out.
    """
    query, errors = asked_for(ReportQuery)
    query.setdefault("sort", "-deadline")
    if not is_filtered():
        query["due_until"] = context.now + AHEAD
    found = found_reports(context, query)
    return page(
        "reports/index.html",
        status=422 if errors else 200,
        title=text("reports.title"),
        own=[] if is_filtered() else own_reports(context),
        rows_of=found.items,
        states=words_of(list(ReportState)),
        kinds=words_of([OrganizationKind.UNIVERSITY, OrganizationKind.DISTRICT]),
        chosen=chosen(),
        is_filtered=is_filtered(),
        errors=errors,
        older=page_after(found.next_cursor),
    )


@pages.get("/reports/<id:report_id>")
@signed_in
def show(context: RequestContext, report_id: str) -> Response:
    """A report with its figures; to be written by the unit that owes it."""
    return _report_page(context, report_id)


@pages.post("/reports/<id:report_id>")
@signed_in
@brings_back
def write(context: RequestContext, report_id: str) -> Response:
    """Keep a draft, or hand it in; what is refused leaves everything that was typed."""
    form, version = request.form, request.form.get("version", "")
    if REFILL in form:  # brought back by a sign-in that had ended
        return _report_page(context, report_id, refilled=True)

    def do() -> None:
        words = without_blanks(WordsBody().load(words_in(form)))
        seen = int(version) if version.isdecimal() and len(version) < 10 else -1
        options: dict[str, Any] = {"version": seen, "actor": context.actor, "now": context.now}
        if form.get("act") == "draft":
            save_report_draft(context.session, report_id, words, **options)
            return
        submit_report(context.session, report_id, words, language=language(), **options)
        kind = DocumentKind.WEEKLY_REPORT
        request_document(context.session, kind, report_id, actor=context.actor, now=context.now)

    refused = attempt(context, do)
    if refused:
        return _report_page(context, report_id, refused)
    return done(f"/reports/{report_id}", "draft_kept" if form.get("act") == "draft" else "report_handed_in")


def own_reports(context: RequestContext) -> list[ReportView]:
    """The reports that the caller's own organization has still to hand in, those that are due first."""
    organization_id = context.actor.organization_id
    if organization_id is None or not context.actor.holds(*UNIT_ROLES):
        return []
    query = {"organization_id": (organization_id,), "state": NOT_HANDED_IN, "limit": CROWDED}
    found = found_reports(context, query).items
    late = [view for view in found if view.state in OVERDUE]
    return late or list(found[:1])


def found_reports(context: RequestContext, query: Mapping[str, Any]) -> Page[ReportView]:
    """A page of reports for a query that `ReportQuery` has read."""
    paging = {name: value for name, value in query.items() if name in ("sort", "cursor", "limit")}
    wanted = ReportFilter(**{name: value for name, value in query.items() if name not in paging})
    return list_reports(context.session, wanted, actor=context.actor, now=context.now, **paging)


def words_in(form: MultiDict[str, str]) -> dict[str, Any]:
    """The words of a report as JSON would have them; what was left empty is not said."""
    texts = {name: form[name].strip() for name in SECTIONS if form.get(name, "").strip()}
    problems = [
        {"checklist_item_id": name.removeprefix("problem-"), "words": words.strip()}
        for name, words in form.items()
        if name.startswith("problem-") and words.strip()
    ]
    pairs = zip(form.getlist("difficulty"), form.getlist("category"), strict=False)
    raised = [{"text": words.strip(), "category": about.strip() or None} for words, about in pairs if words.strip()]
    return {
        **texts,
        **({"common_problems": problems} if problems else {}),
        **({"difficulties": raised} if raised else {}),
    }


def _report_page(
    context: RequestContext, report_id: str, refused: Refused | None = None, *, refilled: bool = False
) -> Response:
    session, actor, now = context.session, context.actor, context.now
    view = view_report(session, seen_report(session, report_id, actor=actor), actor=actor, now=now)
    report = view.report
    mine = actor.holds(*UNIT_ROLES) and actor.organization_id == report.organization_id
    typed = words_in(request.form) if refused or refilled else None
    words = typed if typed is not None else (view.draft if view.draft is not None else view.words) or {}
    return page(
        "reports/show.html",
        status=refused.status if refused else 200,
        title=text("reports.of", name=report.organization.name, week=report.week),
        view=view,
        report=report,
        figures=view.figures,
        may_write=mine and report.round.closed_at is None,
        is_draft=view.draft is not None,
        sections=_sections(report.kind),
        words=words,
        on_problem={one["checklist_item_id"]: one["words"] for one in words.get("common_problems") or ()},
        problems=_problems(view),
        raised=[*(words.get("difficulties") or ()), *[{"text": "", "category": ""}] * SPARE],
        refused=refused,
        refilled=refilled,
        version=request.form.get("version", "") if refilled else report.version,  # a newer one is not passed over
    )


def _sections(kind: OrganizationKind) -> Sequence[str]:
    of_district = kind is OrganizationKind.DISTRICT
    return [name for name in SECTIONS if of_district or name not in OF_DISTRICTS]


def _problems(view: FullReportView) -> Sequence[Any]:
    """The common problems that were counted, each with its item and how many universities it is found at."""
    return view.figures.common_problems or ()
