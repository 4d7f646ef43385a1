"""Findings as callers see them: with team and leader, pending requests, light and allowed moves."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.findings.read import (
    MoveContext,
    events_of,
    evidence_of,
    moves_under,
    opinions_with_replies,
    take_move_context,
)
from service.models import (
    ClosingDecision,
    Event,
    Evidence,
    Extension,
    Finding,
    HandlingOpinion,
    Person,
    Submission,
    Team,
)
from service.records.facts import facts_of_finding
from service.rounds.rulebooks import RulesOfRounds
from service.scope import audiences_of, is_unit, sees_acts, sees_opinions
from workflows.deadlines import working_days_late
from workflows.findings import addressees, asked_moves
from workflows.findings.extension_limits import ExtensionLimit, extension_limit
from workflows.findings.facts import Actor
from workflows.findings.light import light
from workflows.findings.next_escalation import NextEscalation, next_escalation
from workflows.findings.reckoning import Reckoned, reckoning
from workflows.findings.sides import stand_in
from workflows.rules import Rules
from workflows.vocabulary import UPWARD_ROLES, Addressee, ClosingOutcome, Light, Move


@dataclass(frozen=True, slots=True)
class Closing:
    """The decision on a finding that was still open when its round closed; `reason` is None for the unit."""

    outcome: ClosingOutcome
    reason: str | None
    at: datetime
    successor_id: str | None  # the finding of the next round that it went on as


@dataclass(frozen=True, slots=True)
class FindingView:
    """One finding as one caller sees it."""

    finding: Finding
    light: Light
    allowed_moves: list[Move]
    team: Team | None
    responsible_leader: Person | None
    pending_submission: Submission | None
    pending_extension: Extension | None
    latest_opinion: HandlingOpinion | None
    evidence: Sequence[Evidence]
    closing: Closing | None
    rules: Rules  # that it goes by


def view_finding(session: Session, finding: Finding, *, actor: Actor, now: datetime) -> FindingView:
    """One finding as the actor sees it."""
    return view_findings(session, [finding], actor=actor, now=now)[0]


def view_moved(session: Session, finding: Finding, *, actor: Actor, now: datetime) -> FindingView:
    """The same for the answer to the move that has just been recorded; what it knew is not read again."""
    context = take_move_context(session, finding)
    return _views(session, [finding], actor, now, context)[0]


def view_findings(session: Session, findings: Sequence[Finding], *, actor: Actor, now: datetime) -> list[FindingView]:
    """Findings as the actor sees them; the number of queries does not depend on the number of findings."""
    return _views(session, findings, actor, now, None)


def _views(
    session: Session, findings: Sequence[Finding], actor: Actor, now: datetime, context: MoveContext | None
) -> list[FindingView]:
    ids, acts = [finding.id for finding in findings], sees_acts(actor)
    opinions = _newest_opinions(session, [one.id for one in findings if one.highest_level], actor)
    if context and context.evidence is not None:
        evidence: Mapping[str, Sequence[Evidence]] = {ids[0]: context.evidence if acts else ()}
    else:
        evidence = evidence_of(session, ids, actor=actor)
    closings = _closings(session, findings, actor)
    rules = RulesOfRounds(session, {finding.district_id for finding in findings})

    def rules_of(finding: Finding) -> Rules:
        return context.rules if context else rules.of(finding.round_id, finding.policy_version)

    def view(finding: Finding) -> FindingView:
        assignment = finding.assignment
        return FindingView(
            finding=finding,
            light=light_of(finding, now),
            allowed_moves=moves_under(rules_of(finding), finding, actor=actor),
            team=assignment.team if assignment else None,
            responsible_leader=assignment.leader if assignment else None,
            pending_submission=finding.pending_submission if acts else None,
            pending_extension=finding.pending_extension if acts else None,
            latest_opinion=opinions.get(finding.id) if sees_opinions(actor, finding) else None,
            evidence=evidence.get(finding.id, ()),
            closing=closings.get(finding.id),
            rules=rules_of(finding),
        )

    return [view(finding) for finding in findings]


def light_of(finding: Finding, now: datetime) -> Light:
    """The light of a finding's row."""
    voided = finding.voided_at is not None
    return light(state=finding.state, voided=voided, at_risk_at=finding.at_risk_at, now=now)


def _newest_opinions(session: Session, finding_ids: Sequence[str], actor: Actor) -> dict[str, HandlingOpinion]:
    if not finding_ids:
        return {}
    query = opinions_with_replies(actor).where(HandlingOpinion.finding_id.in_(finding_ids))
    rows = session.scalars(query.order_by(HandlingOpinion.opined_at, HandlingOpinion.id)).unique()
    return {row.finding_id: row for row in rows}


def _closings(session: Session, findings: Sequence[Finding], actor: Actor) -> dict[str, Closing]:
    """The decisions on findings of closed rounds, by the finding's id."""
    closed = {finding.id: finding for finding in findings if finding.round.closed_at is not None}
    if not closed:
        return {}
    query = select(ClosingDecision).where(ClosingDecision.finding_id.in_(closed))
    return {
        row.finding_id: Closing(
            row.outcome,
            None if is_unit(actor, closed[row.finding_id]) else row.reason,
            row.decided_at,
            row.successor_id,
        )
        for row in session.scalars(query)
    }


@dataclass(frozen=True, slots=True)
class Outlook:
    """How the deadline came about, step by step, and who above hears next; empty for those who get the brief."""

    reckoning: Sequence[Reckoned] = ()
    next_escalation: NextEscalation | None = None


def outlook_of(
    session: Session, view: FindingView, *, actor: Actor, now: datetime, events: Sequence[Event] | None = None
) -> Outlook:
    """The outlook of a finding that the actor sees; `events` are those that he or she may see, where they are known."""
    finding = view.finding
    if not sees_acts(actor):
        return Outlook()
    told = events_of(session, finding, actor=actor) if events is None else events
    readers = audiences_of(actor, finding)
    if finding.set_aside_at:  # its clock does not run: what lies ahead cannot be foretold
        return Outlook(reckoning(told, view.rules), None)
    ahead = next_escalation(facts_of_finding(finding, view.rules), view.rules, now, audiences=readers)
    return Outlook(reckoning(told, view.rules), ahead)


def working_days_late_of(view: FindingView, *, now: datetime) -> int:
    """How many working days it has been overdue."""
    finding = view.finding
    if finding.deadline is None or finding.overdue_at is None or finding.verified_at:
        return 0
    return working_days_late(view.rules.calendar, finding.deadline, now)


def told_of(view: FindingView, moves: Iterable[Move]) -> tuple[Addressee, ...]:
    """Who would hear whichever of these moves was made."""
    return addressees.told_of(facts_of_finding(view.finding, view.rules), moves, view.rules.policy)


def resolved_of(view: FindingView, addressee: Addressee) -> Addressee:
    """Overseer, reviewer or decider of this finding as team, office or leader, or whoever stands in for them."""
    facts = facts_of_finding(view.finding, view.rules)
    return stand_in(addressees.resolved(addressee, facts), facts.vacant)


def extension_limit_of(view: FindingView, *, now: datetime) -> ExtensionLimit:
    """How much more time may still be asked for."""
    return extension_limit(facts_of_finding(view.finding, view.rules), view.rules, now)


class Offer(NamedTuple):
    """Of the moves that somebody may make, those that the finding waits for, and those that he or she would repeat."""

    asked: Collection[Move]
    repeated: Collection[Move]


def offer_to(view: FindingView, *, actor: Actor) -> Offer:
    """What is offered to the actor; to an opinion each side above replies once, and may add to it."""
    facts = facts_of_finding(view.finding, view.rules)
    opinion = view.latest_opinion
    above = {post.organization_id for post in actor.posts if post.role in UPWARD_ROLES}
    replied = opinion is None or any(
        reply.replied_by_id == actor.id or reply.replied_by.organization_id in above for reply in opinion.replies
    )
    asked = asked_moves.asked_moves(facts, view.allowed_moves, replied=replied)
    return Offer(asked, asked_moves.repeated_moves(facts, replied=replied))


def waits_for(view: FindingView) -> Addressee | None:
    """Whose act it waits for before anybody else's."""
    return None if view.rules.silent else asked_moves.waits_for(facts_of_finding(view.finding, view.rules))
