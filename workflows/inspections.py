"""Inspections: who opens and fills their checklist, what may be answered, who hears of the end (notice, part 2)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from workflows.findings.facts import Actor, Progress
from workflows.findings.sides import origin_of, overseer
from workflows.policy import Policy
from workflows.vocabulary import Addressee, Answer, InspectionKind, OrganizationKind, Origin


@dataclass(frozen=True, slots=True)
class InspectionFacts:
    """One inspection as the law sees it: about one unit, filled in by one side, over several days by several people."""

    origin: Origin  # of whoever fills it in
    unit_id: str
    unit_kind: OrganizationKind
    district_id: str
    round_id: str
    inspected_on: date
    closed: bool = False
    breaches: Progress | None = None  # how often it was told that the feedback is missing, and when last

    @property
    def kind(self) -> InspectionKind:
        return kind_of(self.origin)


class InspectionRefusal(StrEnum):
    """Why an inspection cannot be written on; the doors turn these into sentences."""

    NOT_YOURS = "not_yours"
    INSPECTION_CLOSED = "sheet_closed"
    ROUND_CLOSED = "round_closed"
    FINDING_STANDS = "finding_stands"  # what was found is not answered away


def kind_of(origin: Origin) -> InspectionKind:
    """A unit checks itself; everybody else inspects."""
    return InspectionKind.SELF_CHECK if origin is Origin.UNIT else InspectionKind.INSPECTION


def may_fill(inspection: InspectionFacts, actor: Actor) -> bool:
    """Whether the actor is of the side that fills the inspection: the team, the district office, or the unit itself."""
    side = origin_of(
        actor,
        unit_id=inspection.unit_id,
        unit_kind=inspection.unit_kind,
        district_id=inspection.district_id,
        round_id=inspection.round_id,
    )
    return side is inspection.origin


def filling_refused(inspection: InspectionFacts, actor: Actor, *, round_closed: bool) -> InspectionRefusal | None:
    """Why the actor may not write on the inspection now; none when he or she may. A closed inspection is final."""
    if not may_fill(inspection, actor):
        return InspectionRefusal.NOT_YOURS
    if inspection.closed:
        return InspectionRefusal.INSPECTION_CLOSED
    return InspectionRefusal.ROUND_CLOSED if round_closed else None


def answer_refused(answer: Answer, *, finding_stands: bool) -> InspectionRefusal | None:
    """Why an item cannot be answered so: while its finding stands, it says what was found.

    Also when the finding was put right on the spot: the inspection tells what was seen, the finding how it ended.
    Only one that was logged by mistake, and is void, lets the answer go.
    """
    return InspectionRefusal.FINDING_STANDS if finding_stands and answer is not Answer.NOT_IN_PLACE else None


def addressees_of_closing(inspection: InspectionFacts, policy: Policy) -> tuple[Addressee, ...]:
    """Who hears that the inspection is closed: of an inspection with the feedback, of a self-check by its own entry.

    «每次督查结束后，要及时全面的向有关责任领导汇报，并向督查区县（市）或高校反馈意见» (part 4, paragraph 3).
    """
    hears = policy.inspections.hears
    return resolved(hears.feedback if inspection.kind is InspectionKind.INSPECTION else hears.close, inspection)


def resolved(named: Iterable[Addressee], inspection: InspectionFacts) -> tuple[Addressee, ...]:
    """The policy's addressees as sides of the inspection, each once; reviewer and decider mean its overseer."""
    side = overseer(inspection.origin, unit_is_district=inspection.unit_kind is OrganizationKind.DISTRICT)
    return tuple(dict.fromkeys(side if one in _OVERSEER else one for one in named))


_OVERSEER = (Addressee.OVERSEER, Addressee.REVIEWER, Addressee.DECIDER)
