"""Weekly reports: listed, read, drafted, handed in."""

import hashlib
from typing import Any

import msgspec

from api.findings import IF_MATCH, IF_NONE_MATCH
from api.http.access import signed_in
from api.http.blueprint import Blueprint
from api.http.context import RequestContext, language
from api.http.responses import if_match_version, required_version, single_page
from api.schemas.reports import (
    DifficultyQuery,
    DraftBody,
    RaisingReportSchema,
    ReportQuery,
    ReportSchema,
    ReportSubmissionBody,
    ReportVersionSchema,
    WholeReportSchema,
)
from api.schemas.response_fields import page_of
from service.documents.orders import request_document
from service.reports.difficulties import DifficultyFilter, difficulties
from service.reports.list import FullReportView, ReportFilter, list_reports, seen_report, versions, view_report
from service.reports.submit import save_report_draft, submit_report
from service.store.paging import Page
from workflows.vocabulary import DocumentKind

blueprint = Blueprint("reports", "周报 · what each unit owes every week of a round")
MAYBE_MATCH = {**IF_MATCH, "description": "The ETag of what was seen: with an older one 412."}


@blueprint.get("/reports")
@signed_in
@blueprint.arguments(ReportQuery, location="query")
@blueprint.response(200, page_of(ReportSchema))
def list_of_reports(context: RequestContext, query: dict[str, Any]) -> Page[Any]:
    """One's own reports and those of the places below, the earliest first."""
    paging = {name: query.pop(name) for name in ("sort", "cursor", "limit") if name in query}
    return list_reports(context.session, ReportFilter(**query), actor=context.actor, now=context.now, **paging)


@blueprint.get("/reports/<id:report_id>")
@signed_in
@blueprint.response(200, WholeReportSchema)
@blueprint.doc(parameters=[IF_NONE_MATCH], responses={304: {"description": "Nothing has changed"}})
def show_report(context: RequestContext, report_id: str) -> Any:
    """A report with its figures: frozen ones, or as of now while it is owed."""
    return _tagged(context, report_id)


@blueprint.patch("/reports/<id:report_id>")
@signed_in
@blueprint.arguments(DraftBody)
@blueprint.response(200, WholeReportSchema)
@blueprint.doc(parameters=[IF_MATCH], responses={412: "PRECONDITION_FAILED", 428: "PRECONDITION_REQUIRED"})
def save_draft(context: RequestContext, body: dict[str, Any], report_id: str) -> Any:
    """Keep words that are not handed in yet, in place of those kept before."""
    words = without_blanks(body["words"])
    save_report_draft(
        context.session, report_id, words, version=required_version(), actor=context.actor, now=context.now
    )
    return _tagged(context, report_id)


@blueprint.post("/reports/<id:report_id>/submissions")
@signed_in
@blueprint.arguments(ReportSubmissionBody)
@blueprint.response(201, ReportVersionSchema)
@blueprint.doc(parameters=[MAYBE_MATCH], responses={412: "PRECONDITION_FAILED"})
def hand_in(context: RequestContext, body: dict[str, Any], report_id: str) -> Any:
    """Hand it in; handed in again, its words are revised, and its figures stay. A worker puts it on paper."""
    made = submit_report(
        context.session,
        report_id,
        without_blanks(body["words"]),
        language=body.get("language", language()),
        version=if_match_version(),
        actor=context.actor,
        now=context.now,
    )
    request_document(context.session, DocumentKind.WEEKLY_REPORT, report_id, actor=context.actor, now=context.now)
    return made


@blueprint.get("/reports/<id:report_id>/versions")
@signed_in
@blueprint.response(200, page_of(ReportVersionSchema))
def list_of_versions(context: RequestContext, report_id: str) -> Page[Any]:
    """The report as it was handed in and handed in again, oldest first."""
    return single_page(versions(context.session, seen_report(context.session, report_id, actor=context.actor)))


@blueprint.get("/statistics/difficulties")
@signed_in
@blueprint.arguments(DifficultyQuery, location="query")
@blueprint.response(200, page_of(RaisingReportSchema))
def list_of_difficulties(context: RequestContext, query: dict[str, Any]) -> Page[Any]:
    """问题和困难 that were raised in the reports that the caller sees, the newest first."""
    paging = {name: query.pop(name) for name in ("cursor", "limit") if name in query}
    return difficulties(context.session, DifficultyFilter(**query), actor=context.actor, **paging)


def _tagged(context: RequestContext, report_id: str) -> tuple[FullReportView, dict[str, str]]:
    """The report with its tag: the version, and a hash of what changes without anybody's doing."""
    report = seen_report(context.session, report_id, actor=context.actor)
    view = view_report(context.session, report, actor=context.actor, now=context.now)
    moving = hashlib.sha256(msgspec.json.encode([view.state, view.light, view.figures])).hexdigest()[:16]
    return view, {"ETag": f'"{report.version}-{moving}"'}


def without_blanks(words: dict[str, Any]) -> dict[str, Any]:
    """The sections, and within them the particulars, that say something."""
    return {name: _without_null(value) for name, value in words.items() if value is not None}


def _without_null(value: Any) -> Any:
    if isinstance(value, list):
        return [{name: inner for name, inner in one.items() if inner is not None} for one in value]
    return value
