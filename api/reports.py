"""Weekly reports: listed, read, drafted, handed in."""

import hashlib
from typing import Any

import msgspec
from werkzeug.exceptions import PreconditionRequired

from api.findings import IF_MATCH, IF_NONE_MATCH
from api.http import responses as answers
from api.http.access import signed_in
from api.http.door import language, work
from api.http.subject import Subject
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
from api.schemas.shown import page_of
from service.documents import orders
from service.reports import submit as reports
from service.reports.difficulties import DifficultyFilter, difficulties
from service.reports.list import ReportFilter, list_reports, seen_report, versions
from service.reports.view import WholeReportView, report_view, report_views
from service.store.paging import Page
from workflows.vocabulary import DocumentKind, OrganizationKind

subject = Subject("reports", "周报 · what each unit owes every week of a round")
MAYBE_MATCH = {**IF_MATCH, "description": "The ETag of what was seen: with an older one 412."}


@subject.get("/reports")
@signed_in
@subject.takes(ReportQuery, "query")
@subject.answers(page_of(ReportSchema))
def list_of_reports(query: dict[str, Any]) -> Page[Any]:
    """One's own reports and those of the places below, the earliest first."""
    at_work = work()
    paging = {name: query.pop(name) for name in ("sort", "cursor", "limit") if name in query}
    kind = OrganizationKind(query.pop("kind")) if "kind" in query else None
    wanted = ReportFilter(**query, kind=kind)
    page = list_reports(at_work.session, wanted, actor=at_work.actor, now=at_work.now, **paging)
    return Page(report_views(at_work.session, page.items, now=at_work.now), page.next_cursor)


@subject.get("/reports/<id:report_id>")
@signed_in
@subject.answers(WholeReportSchema)
@subject.told(parameters=[IF_NONE_MATCH], responses={304: {"description": "Nothing has changed"}})
def show_report(report_id: str) -> Any:
    """A report with its figures: frozen ones, or as of now while it is owed."""
    return _tagged(report_id)


@subject.patch("/reports/<id:report_id>")
@signed_in
@subject.takes(DraftBody)
@subject.answers(WholeReportSchema)
@subject.told(parameters=[IF_MATCH], responses={412: "PRECONDITION_FAILED", 428: "PRECONDITION_REQUIRED"})
def save_draft(body: dict[str, Any], report_id: str) -> Any:
    """Keep words that are not handed in yet, in place of those kept before."""
    at_work = work()
    version = answers.version_seen()
    if version is None:
        raise PreconditionRequired
    words = _said(body["words"])
    reports.save_draft(at_work.session, report_id, words, version=version, actor=at_work.actor, now=at_work.now)
    return _tagged(report_id)


@subject.post("/reports/<id:report_id>/submissions")
@signed_in
@subject.takes(ReportSubmissionBody)
@subject.answers(ReportVersionSchema, 201)
@subject.told(parameters=[MAYBE_MATCH], responses={412: "PRECONDITION_FAILED"})
def hand_in(body: dict[str, Any], report_id: str) -> Any:
    """Hand it in; handed in again, its words are revised, and its figures stay. A worker puts it on paper."""
    at_work = work()
    made = reports.submit(
        at_work.session,
        report_id,
        _said(body["words"]),
        language=body.get("language", language()),
        version=answers.version_seen(),
        actor=at_work.actor,
        now=at_work.now,
    )
    orders.request(at_work.session, DocumentKind.WEEKLY_REPORT, report_id, actor=at_work.actor, now=at_work.now)
    return made


@subject.get("/reports/<id:report_id>/versions")
@signed_in
@subject.answers(page_of(ReportVersionSchema))
def list_of_versions(report_id: str) -> Page[Any]:
    """The report as it was handed in and handed in again, oldest first."""
    at_work = work()
    return answers.whole(versions(at_work.session, seen_report(at_work.session, report_id, actor=at_work.actor)))


@subject.get("/statistics/difficulties")
@signed_in
@subject.takes(DifficultyQuery, "query")
@subject.answers(page_of(RaisingReportSchema))
def list_of_difficulties(query: dict[str, Any]) -> Page[Any]:
    """问题和困难 that were raised in the reports that the caller sees, the newest first."""
    paging = {name: query.pop(name) for name in ("cursor", "limit") if name in query}
    return difficulties(work().session, DifficultyFilter(**query), actor=work().actor, **paging)


def _tagged(report_id: str) -> tuple[WholeReportView, dict[str, str]]:
    """The report with its tag: the version, and a hash of what changes without anybody's doing."""
    at_work = work()
    report = seen_report(at_work.session, report_id, actor=at_work.actor)
    seen = report_view(at_work.session, report, actor=at_work.actor, now=at_work.now)
    moving = hashlib.sha256(msgspec.json.encode([seen.state, seen.light, seen.figures])).hexdigest()[:16]
    return seen, {"ETag": f'"{report.version}-{moving}"'}


def _said(words: dict[str, Any]) -> dict[str, Any]:
    """The sections, and within them the particulars, that say something."""
    return {name: _without_null(value) for name, value in words.items() if value is not None}


def _without_null(value: Any) -> Any:
    if isinstance(value, list):
        return [{name: inner for name, inner in one.items() if inner is not None} for one in value]
    return value
