"""How a finding stands on the day of a report, in whole sentences: a report asked for late says what is true then."""

from collections.abc import Iterator

from sqlalchemy import select

from service.documents.kinds.definition import DocumentReader
from service.documents.kinds.fields import as_sentence
from service.models import Finding, HandlingOpinion, Review, Submission
from service.wording import word
from workflows.vocabulary import LAST_LEVEL, Role, State


def standing_of(reader: DocumentReader, finding: Finding, *, inside: bool = True) -> Iterator[str]:
    """State, level, what was submitted, reviewed and decided by now; those above hear nobody's judgement or request."""
    yield f"截至{reader.day(reader.now)}，{_state(reader, finding)}"
    if finding.voided_at or finding.state is State.VERIFIED:
        return
    yield from _deadline(reader, finding)
    yield from _feedback(reader, finding, inside=inside)
    if inside:
        yield from _decisions(reader, finding)


def _state(reader: DocumentReader, finding: Finding) -> str:
    if finding.voided_at:
        return f"该问题已于{reader.moment(finding.voided_at)}作废。"
    if finding.state is State.VERIFIED:
        return f"该问题已整改到位，于{reader.moment(finding.verified_at)}予以销号。"
    level = {1: word(Role.LEADERSHIP, "zh"), LAST_LEVEL: "上级主管部门"}.get(finding.escalation_level)
    reported = f"，已报告{level}" if level else ""
    return f"该问题处于“{word(finding.state, 'zh')}”状态{reported}，尚未销号。"


def _deadline(reader: DocumentReader, finding: Finding) -> Iterator[str]:
    if finding.deadline is None:
        return
    first = finding.original_deadline
    moved = f"（原定{reader.moment(first)}）" if first and first != finding.deadline else ""
    if finding.deadline < reader.now:
        yield f"整改期限为{reader.moment(finding.deadline)}{moved}，已经届满。"
    else:
        yield f"整改期限为{reader.moment(finding.deadline)}{moved}。"


def _feedback(reader: DocumentReader, finding: Finding, *, inside: bool) -> Iterator[str]:
    """The newest submission, and inside the house what its review said."""
    query = select(Submission).where(Submission.finding_id == finding.id).order_by(Submission.submitted_at.desc())
    newest = reader.session.scalars(query.limit(1)).first()
    if newest is None:
        yield "整改单位尚未提交整改反馈。"
        return
    said = f"整改单位最近一次于{reader.moment(newest.submitted_at)}提交整改反馈"
    if finding.awaiting_review:
        yield f"{said}，正待复查。"
        return
    reviews = select(Review).where(Review.submission_id == newest.id).order_by(Review.reviewed_at.desc())
    review = reader.session.scalars(reviews.limit(1)).first()
    if review and inside:
        yield f"{said}，{reader.moment(review.reviewed_at)}复查结论为“{word(review.outcome, 'zh')}”。"
    else:
        yield f"{said}。"


def _decisions(reader: DocumentReader, finding: Finding) -> Iterator[str]:
    if finding.pending_extension_id:
        yield "整改单位已申请延期，尚未作出决定。"
    query = select(HandlingOpinion).where(HandlingOpinion.finding_id == finding.id)
    opinion = reader.session.scalars(query.order_by(HandlingOpinion.opined_at.desc()).limit(1)).first()
    if opinion:
        measure = word(opinion.measure, "zh")
        who, at = word(Role.LEADERSHIP, "zh"), reader.moment(opinion.opined_at)
        yield as_sentence(f"{who}已于{at}提出处理意见（{measure}）：{opinion.opinion}")
