"""Entries of the journal about a round's open findings, for each district and unit with its own counts."""

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


class CountedFinding(NamedTuple):
    """One finding as it is counted: where, under which name of the entry's data, and whether its unit knows of it."""

    organization_id: str
    district_id: str
    counted_as: str
    known_to_unit: bool


class _Share(NamedTuple):
    """The findings that one group of addressees may know of, and the organization that their entry is about."""

    step: str
    organization_id: str
    district_id: str
    findings: Sequence[CountedFinding]
    addressees: tuple[Addressee, ...]


def entries_for_districts(
    session: Session,
    round_: Round,
    act: JournalAct,
    findings: Sequence[CountedFinding],
    *,
    actor: Actor,
    data: Mapping[str, Any],
    hears: RoundHears,
    everywhere: bool = False,
) -> list[NewEntry]:
    """An entry for the team and leader of each district, one for its office, one for each university concerned.

    Each carries `data`, with the counts of what its addressees may know of; a name that may count nothing has a 0 in
    `data`. `hears` is the policy's. `everywhere`: those of a district hear also when there is nothing to count.
    """
    districts = session.scalars(select(Assignment.district_id).where(Assignment.round_id == round_.id))
    return [
        NewEntry(
            subject_kind=SubjectKind.ROUND,
            subject_id=round_.id,
            act=act,
            round_id=round_.id,
            organization_id=share.organization_id,
            district_id=share.district_id,
            actor=actor,
            data={**data, **Counter(finding.counted_as for finding in share.findings)},
            addressees=share.addressees,
            step=share.step,
        )
        for share in _shares(sorted(districts), findings, hears)
        if share.findings or everywhere
    ]


def _shares(districts: Iterable[str], findings: Sequence[CountedFinding], hears: RoundHears) -> Iterator[_Share]:
    for district_id in districts:
        here = [finding for finding in findings if finding.district_id == district_id]
        yield _Share("team", district_id, district_id, here, hears.team)
        # a district office sees all findings of its universities, and its own like any unit
        of_office = [finding for finding in here if finding.known_to_unit or finding.organization_id != district_id]
        yield _Share("office", district_id, district_id, of_office, hears.office)
        of_units = [
            finding for finding in of_office if finding.known_to_unit and finding.organization_id != district_id
        ]
        for unit_id in sorted({finding.organization_id for finding in of_units}):
            own = [finding for finding in of_units if finding.organization_id == unit_id]
            yield _Share("unit", unit_id, district_id, own, hears.unit)
