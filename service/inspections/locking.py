"""Inspections as they are read and locked: within the actor's sight, and by one writer at a time."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from service.errors import Conflict, DubanError, NotAllowed, existing
from service.models import Inspection, Round, with_names
from service.records.journal import NewEntry
from service.scope import inspections_seen
from workflows.findings.facts import CLOCK, Actor, Progress
from workflows.inspections import InspectionFacts, InspectionRefusal, filling_refused
from workflows.journal import JournalAct, SubjectKind
from workflows.vocabulary import TEAM_ROLES, OrganizationKind, Origin

FEEDBACK = "feedback"  # the clock's name in `Inspection.progress`


def seen_inspection(session: Session, inspection_id: str, *, actor: Actor) -> Inspection:
    """The inspection; raises `NotFound` when it does not exist or the actor does not see it."""
    return existing(
        session.scalar(_in_sight(inspection_id, actor).options(*with_names(Inspection.opened_by, Inspection.closed_by)))
    )


def locked_inspection(session: Session, inspection_id: str, *, actor: Actor) -> Inspection:
    """The inspection, locked for writing until the transaction ends.

    Raises `NotFound`, `NotAllowed` to those who do not fill it, `Conflict` once inspection or round is closed.
    """
    round_ = _locked_round(session, seen_inspection(session, inspection_id, actor=actor).round_id)
    inspection = existing(session.scalar(_in_sight(inspection_id, actor).with_for_update(of=Inspection)))
    refused = filling_refused(inspection_facts(inspection), actor, round_closed=round_.closed_at is not None)
    if refused:
        raise refusal(refused)
    return inspection


def inspection_facts(inspection: Inspection) -> InspectionFacts:
    """What the law reads of an inspection's row."""
    return InspectionFacts(
        origin=inspection.origin,
        unit_id=inspection.organization_id,
        unit_kind=kind_of_unit(inspection.organization_id, inspection.district_id),
        district_id=inspection.district_id,
        round_id=inspection.round_id,
        inspected_on=inspection.inspected_on,
        closed=inspection.closed_at is not None,
        breaches=feedback_breaches(inspection.progress),
    )


def kind_of_unit(organization_id: str, district_id: str) -> OrganizationKind:
    """The kind of the unit that is inspected: a district office is its own district, anything else a university."""
    return OrganizationKind.DISTRICT if organization_id == district_id else OrganizationKind.UNIVERSITY


def entry_about(inspection: Inspection, act: JournalAct, *, actor: Actor = CLOCK, **particulars: Any) -> NewEntry:
    """The journal entry that an act on the inspection makes; `particulars` are the other fields of `NewEntry`."""
    return NewEntry(
        subject_kind=SubjectKind.INSPECTION,
        subject_id=inspection.id,
        act=act,
        round_id=inspection.round_id,
        organization_id=inspection.organization_id,
        district_id=inspection.district_id,
        actor=actor.in_post(*TEAM_ROLES) if inspection.origin is Origin.CENTRE else actor,
        **particulars,
    )


def feedback_breaches(progress: Mapping[str, Any]) -> Progress | None:
    """How often the feedback was missed, and when last, from a row's `progress`."""
    stored = progress.get(FEEDBACK)
    return Progress(stored[0], datetime.fromisoformat(stored[1])) if stored else None


def refusal(refused: InspectionRefusal, **particulars: object) -> DubanError:
    """The law's refusal as an error."""
    kind = NotAllowed if refused is InspectionRefusal.NOT_YOURS else Conflict
    return kind(str(refused), **particulars)


def _in_sight(inspection_id: str, actor: Actor) -> Select[Inspection]:
    query = select(Inspection).where(Inspection.id == inspection_id, inspections_seen(actor))
    return query.execution_options(populate_existing=True)


def _locked_round(session: Session, round_id: str) -> Round:
    """The round, which nobody closes meanwhile; locked before the inspection, as whoever closes a round does."""
    query = select(Round).where(Round.id == round_id).with_for_update(read=True, of=Round)
    return session.scalars(query.execution_options(populate_existing=True)).one()
