"""整改反馈: the unit marks a finding as put right, with evidence."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from service.errors import InvalidInput
from service.evidence.evidence import attach
from service.findings.moves import open_finding
from service.models import Submission, new_id
from workflows.findings.facts import Actor
from workflows.vocabulary import Move


def submit(
    session: Session,
    finding_id: str,
    *,
    actor: Actor,
    now: datetime,
    measures: str,
    evidence_ids: Sequence[str],
    completed_on: date | None = None,
) -> Submission:
    """Say what was done, with the evidence that the policy asks for (notice, part 4, paragraph 1)."""
    finding = open_finding(session, finding_id, actor=actor, now=now)
    submission_id = new_id()
    finding.move(
        Move.SUBMIT,
        evidence=len(evidence_ids),
        submission_id=submission_id,
        data={"submission_id": submission_id, "measures": measures, "evidence_ids": list(evidence_ids)},
    )
    if completed_on and completed_on > finding.locked.rules.calendar.local_date(now):
        raise InvalidInput({"completed_on": "in_future"})
    submission = Submission(
        id=submission_id,
        finding_id=finding_id,
        measures=measures,
        completed_on=completed_on,
        late=finding.facts.submitted_late,
        submitted_at=now,
        submitted_by_id=actor.id,
    )
    session.add(submission)
    attach(session, actor=actor, finding_id=finding_id, subject_id=submission_id, evidence_ids=evidence_ids)
    finding.write()
    return submission
