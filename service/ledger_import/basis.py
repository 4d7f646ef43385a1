"""Whether the books still are what an import was planned on: planning takes long, comparing takes moments."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.findings.new import Place
from service.ledger_import.places import items_of, places_of
from service.ledger_import.plan import ImportPlan
from service.models import Finding, Round
from service.rounds.rulebooks import calendar_in_force
from service.scope import findings_seen
from workflows.findings.facts import Actor

AT_A_TIME = 500  # findings in one query


@dataclass(frozen=True, slots=True)
class PreparedImport:
    """A plan that waits for its turn to be written, and for whom and by which clock it was made."""

    plan: ImportPlan
    actor: Actor
    zone: tzinfo
    round_id: str | None

    def still_holds(self, session: Session, *, actor: Actor, now: datetime) -> bool:
        """Whether a new plan would be the same one; locks the rounds as planning does, and raises what it would."""
        plan = self.plan
        if (actor, calendar_in_force(session).zone) != (self.actor, self.zone):
            return False
        return (
            _same_places(session, plan, actor=actor, now=now, round_id=self.round_id)
            and _same_versions(session, plan.versions, actor)
            and (plan.existing is None or plan.existing.unchanged(session))
        )


def _same_places(session: Session, plan: ImportPlan, *, actor: Actor, now: datetime, round_id: str | None) -> bool:
    """Units and rounds as they are now, and the checklist items of the rounds."""
    if not plan.units:
        return True
    places = places_of(session, plan.units, actor=actor, now=now, round_id=round_id)
    return _marks(places) == _marks(plan.places) and items_of(session, places.values()) == plan.items


def _marks(places: Mapping[str, Place]) -> Mapping[str, object]:
    """All that a new finding takes from its place."""
    return {
        name: (place.unit.id, place.district_id, place.origin, *_marks_of_round(place.round))
        for name, place in places.items()
    }


def _marks_of_round(round_: Round) -> tuple[str, ...]:
    return round_.id, round_.number, round_.policy_version


def _same_versions(session: Session, versions: Mapping[str, int], actor: Actor) -> bool:
    """Whether the actor still sees the findings, and each at its version."""
    ids = sorted(versions)
    for at in range(0, len(ids), AT_A_TIME):
        some = ids[at : at + AT_A_TIME]
        query = select(Finding.id, Finding.version).where(Finding.id.in_(some), findings_seen(actor))
        if dict(session.execute(query).all()) != {id_: versions[id_] for id_ in some}:
            return False
    return True
