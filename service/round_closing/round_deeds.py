"""What becomes of a round's findings, told to those around: units, district offices, teams and leaders."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.models import Assignment, Round
from service.records.journal import NewEntry
from workflows.findings.facts import Actor
from workflows.policy.rounds import RoundHears
from workflows.vocabulary import Addressee, JournalAct, SubjectKind


class Counted(NamedTuple):
    """One finding as it is counted: where, as what, and whether its unit knows of it."""

    organization_id: str
    district_id: str
    counted_as: str
    known: bool

    @property
    def seen_by_office(self) -> bool:
        """A district office sees all findings of its universities, and its own like any unit."""
        return self.known or self.organization_id != self.district_id


class _Audience(NamedTuple):
    """Who hears the same: of what, and the organization that the entry is about."""

    step: str
    organization_id: str
    district_id: str
    counted: Sequence[Counted]
    hears: tuple[Addressee, ...]


def deeds_around(
    session: Session,
    round_: Round,
    act: JournalAct,
    counted: Sequence[Counted],
    *,
    actor: Actor,
    data: Mapping[str, Any],
    hears: RoundHears,
    everywhere: bool = False,
) -> list[NewEntry]:
    """Entries for each district's office, for its team and leader, and for each university, as far as concerned.

    Each carries `data`, the numbers in it replaced by the counts of what those know of who hear of it, for the alert's
    text; `hears` is the policy's. `everywhere`: those of a district hear also when there is nothing to count.
    """
    districts = session.scalars(select(Assignment.district_id).where(Assignment.round_id == round_.id))
    return [
        NewEntry(
            subject_kind=SubjectKind.ROUND,
            subject_id=round_.id,
            act=act,
            round_id=round_.id,
            organization_id=audience.organization_id,
            district_id=audience.district_id,
            actor=actor,
            data={**data, **Counter(one.counted_as for one in audience.counted)},
            addressees=audience.hears,
            step=audience.step,
        )
        for audience in _audiences(sorted(districts), counted, hears)
        if audience.counted or everywhere
    ]


def _audiences(districts: Iterable[str], counted: Sequence[Counted], hears: RoundHears) -> Iterator[_Audience]:
    for district_id in districts:
        here = [one for one in counted if one.district_id == district_id]
        yield _Audience("team", district_id, district_id, here, hears.team)
        to_office = [one for one in here if one.seen_by_office]
        yield _Audience("office", district_id, district_id, to_office, hears.office)
        known = [one for one in here if one.known and one.organization_id != district_id]
        for unit_id in sorted({one.organization_id for one in known}):
            theirs = [one for one in known if one.organization_id == unit_id]
            yield _Audience("unit", unit_id, district_id, theirs, hears.unit)
