"""复查: the reviewer's word on a submission."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from service.evidence.evidence import attach
from service.findings.moves import open_finding
from service.models import Review, new_id
from workflows.findings.facts import Actor
from workflows.vocabulary import Move, Outcome

MOVES = {Outcome.PASS: Move.REVIEW_PASS, Outcome.PARTIAL: Move.REVIEW_PARTIAL, Outcome.FAIL: Move.REVIEW_FAIL}


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
