"""复查: the reviewer's word on a submission, and what came back of it to the unit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from service.evidence.evidence import attach
from service.findings.moves import open_finding
from service.models import Finding, Review, new_id
from service.scope import findings_seen
from workflows.findings.facts import Actor
from workflows.vocabulary import UNIT_ROLES, Move, Outcome, State

MOVES = {Outcome.PASS: Move.REVIEW_PASS, Outcome.PARTIAL: Move.REVIEW_PARTIAL, Outcome.FAIL: Move.REVIEW_FAIL}

TO_HAND_IN = (State.RECTIFYING, State.OVERDUE, State.ESCALATED)  # states in which a unit hands in


@dataclass(frozen=True, slots=True)
class NewReview:
    """What the reviewer saw; `submission_id` names the submission, a newer one makes the review stale."""

    outcome: Outcome
    comment: str
    submission_id: str | None = None
    remaining: str | None = None  # what is still to be done, such as 22 of 30 rooms: a partial one has to say it
    evidence_ids: Sequence[str] = ()


def review(session: Session, finding_id: str, new: NewReview, *, actor: Actor, now: datetime) -> Review:
    """Pass, partial or fail (整改不到位: notice, part 4, paragraph 3)."""
    finding = open_finding(session, finding_id, actor=actor, now=now)
    pending, review_id = finding.facts.pending_submission_id, new_id()
    finding.move(
        MOVES[new.outcome],
        reason=new.comment,
        submission_id=new.submission_id,
        names_remainder=bool(new.remaining),
        data={
            "review_id": review_id,
            "submission_id": pending,
            "remaining": new.remaining,
            "evidence_ids": list(new.evidence_ids),
        },
    )
    verdict = Review(
        id=review_id,
        finding_id=finding_id,
        submission_id=pending,
        outcome=new.outcome,
        comment=new.comment,
        remaining=new.remaining,
        reviewed_at=now,
        reviewed_by_id=actor.id,
    )
    session.add(verdict)
    attach(session, actor=actor, finding_id=finding_id, subject_id=review_id, evidence_ids=new.evidence_ids)
    finding.write()
    return verdict


def returned_to(session: Session, *, actor: Actor, limit: int) -> Sequence[Review]:
    """The last review of each finding that came back to the actor's own unit, what is due first in front."""
    units = [post.organization_id for post in actor.posts if post.role in UNIT_ROLES]
    if not units:
        return []
    came_back = or_(Finding.failures > 0, Finding.partials > 0)
    newest_first = (Review.reviewed_at.desc(), Review.id.desc())
    rank = func.row_number().over(partition_by=Review.finding_id, order_by=newest_first)
    ranked = (
        select(Review.id, rank.label("rank"))
        .join(Finding, Review.finding_id == Finding.id)
        .where(
            Finding.organization_id.in_(units),
            Finding.state.in_(TO_HAND_IN),
            Finding.pending_submission_id.is_(None),
            Finding.voided_at.is_(None),
            Finding.round.has(closed_at=None),
            came_back,
            findings_seen(actor),
        )
        .subquery()
    )
    query = (
        select(Review)
        .join(ranked, Review.id == ranked.c.id)
        .join(Finding, Review.finding_id == Finding.id)
        .where(ranked.c.rank == 1, Review.outcome != Outcome.PASS)
        .order_by(Finding.deadline, Finding.id)
        .limit(limit)
    )
    return session.scalars(query).all()
