"""Findings as callers see them: with team and leader, pending requests, light and allowed moves."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from service.findings.read import evidence_of, moves_allowed, opinions_with_replies
from service.models import (
    Assignment,
    ClosingDecision,
    Evidence,
    Extension,
    Finding,
    HandlingOpinion,
    Person,
    Submission,
    Team,
    with_names,
)
from service.rounds.rulebooks import RulesOfRounds
from service.scope import is_unit, sees_acts, sees_opinions
from workflows.findings.facts import Actor
from workflows.findings.light import light
from workflows.vocabulary import ClosingOutcome, Light, Move

Request = TypeVar("Request", Submission, Extension)


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


def view_findings(session: Session, findings: Sequence[Finding], *, actor: Actor, now: datetime) -> list[FindingView]:
    """Findings as the actor sees them; the number of queries does not depend on the number of findings."""
    ids = [finding.id for finding in findings]
    assignments = _assignments(session, findings)
    acts = findings if sees_acts(actor) else ()
    submissions = _pending(session, Submission, Submission.submitted_by, [one.pending_submission_id for one in acts])
    extensions = _pending(session, Extension, Extension.asked_by, [one.pending_extension_id for one in acts])
    opinions = _newest_opinions(session, ids, actor)
    evidence = evidence_of(session, ids, actor=actor)
    closings = _closings(session, findings, actor)
    rules = RulesOfRounds(session)

    def view(finding: Finding) -> FindingView:
        assignment = assignments.get((finding.round_id, finding.district_id))
        return FindingView(
            finding=finding,
            light=light_of(finding, now),
            allowed_moves=moves_allowed(rules, finding, actor=actor),
            team=assignment.team if assignment else None,
            responsible_leader=assignment.leader if assignment else None,
            pending_submission=submissions.get(finding.pending_submission_id),
            pending_extension=extensions.get(finding.pending_extension_id),
            latest_opinion=opinions.get(finding.id) if sees_opinions(actor, finding) else None,
            evidence=evidence.get(finding.id, ()),
            closing=closings.get(finding.id),
        )

    return [view(finding) for finding in findings]


def light_of(finding: Finding, now: datetime) -> Light:
    """The light of a finding's row."""
    voided = finding.voided_at is not None
    return light(state=finding.state, voided=voided, at_risk_at=finding.at_risk_at, now=now)


def _assignments(session: Session, findings: Sequence[Finding]) -> dict[tuple[str, str], Assignment]:
    query = (
        select(Assignment)
        .where(
            Assignment.round_id.in_({finding.round_id for finding in findings}),
            Assignment.district_id.in_({finding.district_id for finding in findings}),
        )
        .options(joinedload(Assignment.team), *with_names(Assignment.leader))
    )
    return {(assignment.round_id, assignment.district_id): assignment for assignment in session.scalars(query)}


def _pending(
    session: Session, model: type[Request], made_by: Any, ids: Iterable[str | None]
) -> dict[str | None, Request]:
    """Submissions or extensions by id, with the names of those who made them."""
    present = set(ids) - {None}
    query = select(model).where(model.id.in_(present)).options(*with_names(made_by))
    return {row.id: row for row in (session.scalars(query) if present else ())}


def _newest_opinions(session: Session, finding_ids: Sequence[str], actor: Actor) -> dict[str, HandlingOpinion]:
    query = opinions_with_replies(actor).where(HandlingOpinion.finding_id.in_(finding_ids))
    rows = session.scalars(query.order_by(HandlingOpinion.opined_at, HandlingOpinion.id))
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
