"""Who sees a document: whoever may see what it is about."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from sqlalchemy import ColumnElement, and_, exists, false, or_

from service.models import Document, Finding, HandlingOpinion, Inspection, Organization, WeeklyReport
from service.scope import findings_seen, places_seen, sees_acts
from workflows.findings.facts import Actor
from workflows.vocabulary import CENTRE_ROLES, UPWARD_ROLES, DocumentKind, OrganizationKind, Role

Subject = ColumnElement[str | None]
Condition = ColumnElement[bool]


def documents_seen(actor: Actor) -> Condition:
    """The documents that the actor sees, as a condition on `Document`; a ledger is seen by whoever asked for it."""
    subject = Document.subject_id.expression
    of_kinds = (and_(Document.kind == kind, subject_seen(kind, subject, actor)) for kind in _SUBJECTS)
    own = and_(Document.kind == DocumentKind.LEDGER, Document.requested_by_id == actor.id)
    return or_(own, *of_kinds)


def subject_seen(kind: DocumentKind, subject: Subject, actor: Actor) -> Condition:
    """Whether the actor may have what a paper of this kind says of the subject."""
    return _SUBJECTS[kind](subject, actor)


def _notice(subject: Subject, actor: Actor) -> Condition:
    return exists().where(Finding.notice_id == subject, findings_seen(actor)) if sees_acts(actor) else false()


def _sheet(subject: Subject, actor: Actor) -> Condition:
    mine = places_seen(actor, Inspection.organization_id.expression, Inspection.district_id.expression)
    return exists().where(Inspection.id == subject, Inspection.closed_at.is_not(None), mine)


def _escalated(subject: Subject, actor: Actor) -> Condition:
    return exists().where(Finding.id == subject, findings_seen(actor)) if actor.role in CENTRE_ROLES else false()


def _opinion(subject: Subject, actor: Actor) -> Condition:
    if actor.role not in (*CENTRE_ROLES, *UPWARD_ROLES):
        return false()
    about = and_(HandlingOpinion.finding_id == Finding.id, findings_seen(actor))
    return exists().where(HandlingOpinion.id == subject, about)


def _report(subject: Subject, actor: Actor) -> Condition:
    mine = places_seen(actor, WeeklyReport.organization_id.expression, WeeklyReport.district_id.expression)
    return exists().where(WeeklyReport.id == subject, mine)


def _district(subject: Subject, actor: Actor) -> Condition:
    """The district office's own, and for the centre: its universities have no part in it."""
    if actor.role not in (*CENTRE_ROLES, Role.DISTRICT):
        return false()
    mine = places_seen(actor, Organization.id.expression, Organization.id.expression)
    return exists().where(Organization.id == subject, Organization.kind == OrganizationKind.DISTRICT, mine)


def _finding(subject: Subject, actor: Actor) -> Condition:
    return exists().where(Finding.id == subject, findings_seen(actor)) if sees_acts(actor) else false()


_SUBJECTS: Mapping[DocumentKind, Callable[[Subject, Actor], Condition]] = MappingProxyType(
    {
        DocumentKind.RECTIFICATION_NOTICE: _notice,
        DocumentKind.INSPECTION_FEEDBACK: _sheet,
        DocumentKind.LEADERSHIP_REPORT: _escalated,
        DocumentKind.UPWARD_REPORT: _opinion,
        DocumentKind.WEEKLY_REPORT: _report,
        DocumentKind.CAMPAIGN_SUMMARY: _district,
        DocumentKind.CLOSE_OUT_SLIP: _finding,
    }
)
