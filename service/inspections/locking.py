"""Sheets as they are read and held: within the actor's sight, and locked while somebody writes on them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from service.errors import Conflict, DubanError, NotAllowed, NotFound
from service.models import Inspection, Round, with_names
from service.records.journal import NewEntry
from service.scope import inspections_seen
from workflows.findings.facts import Actor, Progress
from workflows.inspections import Sheet, SheetRefusal, filling_refused
from workflows.vocabulary import JournalAct, OrganizationKind, SubjectKind

FEEDBACK = "feedback"  # the clock's name in `Inspection.progress`


def seen_sheet(session: Session, inspection_id: str, *, actor: Actor) -> Inspection:
    """The sheet; raises `NotFound` when it does not exist or the actor does not see it."""
    sheet = session.scalar(_seen(inspection_id, actor).options(*with_names(Inspection.opened_by, Inspection.closed_by)))
    if sheet is None:
        raise NotFound("not_found")
    return sheet


def held_sheet(session: Session, inspection_id: str, *, actor: Actor) -> Inspection:
    """The sheet, for somebody who writes on it: others who would do so wait until the transaction ends.

    Raises `NotFound`, `NotAllowed` to those who do not fill it, `Conflict` once sheet or round is closed.
    """
    round_ = _held_round(session, seen_sheet(session, inspection_id, actor=actor).round_id)
    sheet = session.scalar(_seen(inspection_id, actor).with_for_update(of=Inspection))
    if sheet is None:
        raise NotFound("not_found")
    refused = filling_refused(facts_of_sheet(sheet), actor, round_closed=round_.closed_at is not None)
    if refused:
        raise refusal(refused)
    return sheet


def facts_of_sheet(sheet: Inspection) -> Sheet:
    """What the law reads of a sheet's row."""
    return Sheet(
        origin=sheet.origin,
        unit_id=sheet.organization_id,
        unit_kind=kind_of_unit(sheet.organization_id, sheet.district_id),
        district_id=sheet.district_id,
        inspected_on=sheet.inspected_on,
        closed=sheet.closed_at is not None,
        breaches=feedback_breaches(sheet.progress),
    )


def kind_of_unit(organization_id: str, district_id: str) -> OrganizationKind:
    """Sheets are about universities and district offices; a district office is its own district."""
    return OrganizationKind.DISTRICT if organization_id == district_id else OrganizationKind.UNIVERSITY


def entry_about(sheet: Inspection, act: JournalAct, **given: Any) -> NewEntry:
    """Something that happened to the sheet, for the journal; `given` is the rest of `NewEntry`."""
    return NewEntry(
        subject_kind=SubjectKind.INSPECTION,
        subject_id=sheet.id,
        act=act,
        round_id=sheet.round_id,
        organization_id=sheet.organization_id,
        district_id=sheet.district_id,
        **given,
    )


def feedback_breaches(progress: Mapping[str, Any]) -> Progress | None:
    """How often the feedback was missed, and when last, from a row's `progress`."""
    stored = progress.get(FEEDBACK)
    return Progress(stored[0], datetime.fromisoformat(stored[1])) if stored else None


def refusal(refused: SheetRefusal, **particulars: object) -> DubanError:
    """The law's refusal as an error."""
    kind = NotAllowed if refused is SheetRefusal.NOT_YOURS else Conflict
    return kind(str(refused), **particulars)


def _seen(inspection_id: str, actor: Actor) -> Select[Inspection]:
    query = select(Inspection).where(Inspection.id == inspection_id, inspections_seen(actor))
    return query.execution_options(populate_existing=True)


def _held_round(session: Session, round_id: str) -> Round:
    """The round, which is not closed meanwhile; taken before the sheet, as whoever closes a round does."""
    query = select(Round).where(Round.id == round_id).with_for_update(read=True, of=Round)
    return session.scalars(query.execution_options(populate_existing=True)).one()
