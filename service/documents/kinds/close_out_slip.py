"""销号单: of a finding that was seen to be put right."""

from sqlalchemy import ColumnElement, exists, false, select

from service.documents.kinds.definition import DocumentData, DocumentDefinition, DocumentReader, Subject
from service.documents.kinds.fields import NONE_YET, OneFindingFields, RoundFields
from service.errors import Conflict
from service.models import Attachment, Event, Finding, Review, Submission
from service.scope import findings_seen, sees_acts
from workflows.findings.facts import Actor
from workflows.vocabulary import Move, State


class CloseOutFields(OneFindingFields, frozen=True, kw_only=True):
    """The fields of the template."""

    measures: str
    evidence: str
    comment: str
    reviewer: str
    verified_at: str


def gather(reader: DocumentReader, finding_id: str) -> DocumentData:
    """What was done about the finding, and who saw that it was done."""
    session = reader.session
    finding = session.get_one(Finding, finding_id)
    if finding.state is not State.VERIFIED or finding.verified_at is None:
        raise Conflict("not_verified")
    submissions = select(Submission).where(Submission.finding_id == finding_id)
    submission = session.scalars(submissions.order_by(Submission.submitted_at.desc())).first()
    attached = session.scalars(select(Attachment).where(Attachment.finding_id == finding_id))
    filenames = sorted({row.evidence.filename for row in attached})
    comment, reviewer = _judgement(reader, finding)
    office = reader.office(finding.origin, finding.district_id)
    fields = CloseOutFields(
        office=office.name,
        issuer_id=office.id,
        number="",
        unit=finding.organization.name,
        round=RoundFields.of(finding.round),
        finding=reader.finding(finding),
        measures=submission.measures if submission else "立行立改",
        evidence="、".join(filenames) or NONE_YET,
        comment=comment or NONE_YET,
        reviewer=reviewer or NONE_YET,
        verified_at=reader.moment(finding.verified_at),
        date=reader.day(finding.verified_at),
    )
    return DocumentData.of_finding(finding, f"问题整改销号单（{finding.number}）", fields)


def _judgement(reader: DocumentReader, finding: Finding) -> tuple[str | None, str | None]:
    """Comment and name of who reviewed it last, or of who settled it on the spot."""
    reviews = select(Review).where(Review.finding_id == finding.id)
    review = reader.session.scalars(reviews.order_by(Review.reviewed_at.desc())).first()
    if review:
        return review.comment, review.reviewed_by.name
    settled = next(iter(reader.news_of(finding, Event.move == Move.SETTLE)), None)
    if settled is None:
        return None, None
    return settled.reason, settled.actor.name if settled.actor else None


def _visible(subject: Subject, actor: Actor) -> ColumnElement[bool]:
    return exists().where(Finding.id == subject, findings_seen(actor)) if sees_acts(actor) else false()


DEFINITION = DocumentDefinition(subject="the finding", fields=CloseOutFields, gather=gather, visible=_visible)
