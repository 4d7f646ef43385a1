"""Entries of the journal about a round's open findings: of the round, and of each district and unit with its counts."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.models import Assignment, Round
from service.records.journal import NewEntry
from service.rounds.rulebooks import policy_of_version
from workflows.findings.facts import Actor
from workflows.journal import JournalAct, SubjectKind
from workflows.policy.rounds import RoundHears
from workflows.vocabulary import Role


class CountedFinding(NamedTuple):
    """One finding as it is counted: where, under which name of the entry's data, and whether its unit knows of it."""

    organization_id: str
    district_id: str
    counted_as: str
    known_to_unit: bool


def entries_of_round(
    session: Session,
    round_: Round,
    act: JournalAct,
    findings: Sequence[CountedFinding],
    *,
    actor: Actor,
    data: Mapping[str, Any],
    details: Mapping[str, Any],
) -> list[NewEntry]:
    """The entry of the round itself, which alone holds `details`; then those of districts and units.

    These are one for the team and leader of each district, one for its office, one for each university concerned. Each
    carries `data`, with the counts of what its addressees may know of; a name that may count nothing has a 0 in
    `data`. That the round was closed those of a district hear also when there is nothing to count.
    """
    policy = policy_of_version(session, round_.policy_version).rounds
    hears = policy.close if act is JournalAct.CLOSE else policy.carry_over
    of_round = NewEntry(
        subject_kind=SubjectKind.ROUND,
        subject_id=round_.id,
        act=act,
        round_id=round_.id,
        actor=actor.in_post(Role.LEADERSHIP),
        data={**data, **_counts(findings), **details},
        addressees=hears.all,
    )
    return [of_round, *_of_districts(session, of_round, findings, data, hears)]


def _of_districts(
    session: Session,
    of_round: NewEntry,
    findings: Sequence[CountedFinding],
    data: Mapping[str, Any],
    hears: RoundHears,
) -> Iterator[NewEntry]:
    districts = session.scalars(select(Assignment.district_id).where(Assignment.round_id == of_round.round_id))
    for district_id in sorted(districts):
        for step, organization_id, shared in _shares(district_id, findings):
            if shared or of_round.act is JournalAct.CLOSE:
                yield replace(
                    of_round,
                    organization_id=organization_id,
                    district_id=district_id,
                    data={**data, **_counts(shared)},
                    addressees=getattr(hears, step),
                    step=step,
                )


def _counts(findings: Iterable[CountedFinding]) -> Mapping[str, int]:
    return Counter(finding.counted_as for finding in findings)


def _shares(district_id: str, findings: Iterable[CountedFinding]) -> Iterator[tuple[str, str, list[CountedFinding]]]:
    """Whose share by the policy's name, the organization that its entry is about, and what they may know of."""
    here = [finding for finding in findings if finding.district_id == district_id]
    yield "team", district_id, here
    # a district office sees all findings of its universities, and its own like any unit
    yield "office", district_id, [one for one in here if one.known_to_unit or one.organization_id != district_id]
    of_units = [one for one in here if one.known_to_unit and one.organization_id != district_id]
    for unit_id in sorted({one.organization_id for one in of_units}):
        yield "unit", unit_id, [one for one in of_units if one.organization_id == unit_id]
