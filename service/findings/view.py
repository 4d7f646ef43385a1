"""Findings as callers see them: with team and leader, pending requests, light and allowed moves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.findings.read import MoveContext, evidence_of, moves_under, opinions_with_replies, take_move_context
from service.models import (
    ClosingDecision,
    Evidence,
    Extension,
    Finding,
    HandlingOpinion,
    Person,
    Submission,
    Team,
)
from service.rounds.rulebooks import RulesOfRounds
from service.scope import is_unit, sees_acts, sees_opinions
from workflows.findings.facts import Actor
from workflows.findings.light import light
from workflows.rules import Rules
from workflows.vocabulary import ClosingOutcome, Light, Move


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
    ids = [finding.id for finding in findings]
    acts = sees_acts(actor)
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
        )

    return [view(finding) for finding in findings]


def light_of(finding: Finding, now: datetime) -> Light:
    """The light of a finding's row."""
    voided = finding.voided_at is not None
    return light(state=finding.state, voided=voided, at_risk_at=finding.at_risk_at, now=now)


def _newest_opinions(session: Session, finding_ids: Sequence[str], actor: Actor) -> dict[str, HandlingOpinion]:
    query = opinions_with_replies(actor).where(HandlingOpinion.finding_id.in_(finding_ids))
    rows = (
        session.scalars(query.order_by(HandlingOpinion.opined_at, HandlingOpinion.id)).unique() if finding_ids else ()
    )
    return {row.finding_id: row for row in rows}


def _closings(session: Session, findings: Sequence[Finding], actor: Actor) -> dict[str, Closing]:
    """The decisions on findings of closed rounds, by the finding's id."""
    closed = {finding.id: finding for finding in findings if finding.round.closed_at is not None}
    query = select(ClosingDecision).where(ClosingDecision.finding_id.in_(closed))
    return {
        row.finding_id: Closing(
            row.outcome,
            None if is_unit(actor, closed[row.finding_id]) else row.reason,
            row.decided_at,
            row.successor_id,
        )
        for row in (session.scalars(query) if closed else ())
    }
