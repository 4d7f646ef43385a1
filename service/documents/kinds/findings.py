"""Papers about one finding: reports to those above, and the slip that closes it out."""

from typing import Any

from sqlalchemy import and_, or_, select

from service.documents.kinds.gathered import NONE_YET, Desk, Gathered, finding_of, issued_by, round_of, said
from service.errors import Conflict
from service.models import (
    Assignment,
    Attachment,
    Event,
    Finding,
    HandlingOpinion,
    Organization,
    Review,
    Submission,
)
from service.wording import word
from workflows.vocabulary import Move, OrganizationKind, State

_OF_BRIEF = (Move.NOTIFY, Move.BEGIN, Move.EXPIRE)
_UNTOLD = (Move.ACKNOWLEDGE, Move.REMIND, Move.REPEAT)  # how often somebody was told is no news to those above
_ABOVE = "市教育局、市招生考试委员会"  # where the books do not name them


def leadership_report(desk: Desk, finding_id: str) -> Gathered:
    """To the leadership team, of a finding that was escalated to it (notice, part 4, paragraph 3)."""
    finding = desk.session.get_one(Finding, finding_id)
    if finding.escalation_level == 0:
        raise Conflict("not_escalated")
    assignment = desk.session.get(Assignment, (finding.round_id, finding.district_id))
    data = {
        **_head(desk, finding, desk.centre()),
        "leader": assignment.leader.name if assignment else NONE_YET,
        "steps": _steps(desk, finding),
        "why": _why(finding),
    }
    title = f"关于{finding.organization.name}{finding.number}号问题整改情况的报告"
    return _of(finding, title, data)


def upward_report(desk: Desk, opinion_id: str) -> Gathered:
    """To the education bureau and the committee, with the handling opinion (notice, part 4, paragraph 3)."""
    opinion = desk.session.get_one(HandlingOpinion, opinion_id)
    finding = desk.session.get_one(Finding, opinion.finding_id)
    data = {
        **_head(desk, finding, desk.centre()),
        "addressees": _addressees(desk),
        "steps": _brief(desk, finding),
        "opinion": {
            "measure": word(opinion.measure, "zh"),
            "text": said(opinion.opinion),
            "new_deadline": desk.moment(opinion.new_deadline) if opinion.new_deadline else "",
        },
        "number": desk.blank_number(opinion.opined_at),
        "date": desk.day(opinion.opined_at),
    }
    return _of(finding, f"关于{finding.organization.name}考试安全问题处理意见的报告", data)


def close_out_slip(desk: Desk, finding_id: str) -> Gathered:
    """销号单 of a finding that was seen to be put right."""
    finding = desk.session.get_one(Finding, finding_id)
    if finding.state is not State.VERIFIED or finding.verified_at is None:
        raise Conflict("not_verified")
    review = desk.session.scalars(_newest(Review, finding).order_by(Review.reviewed_at.desc())).first()
    submission = desk.session.scalars(_newest(Submission, finding).order_by(Submission.submitted_at.desc())).first()
    settled = desk.session.scalars(_events(finding).where(Event.move == Move.SETTLE)).first()
    attached = select(Attachment).where(Attachment.finding_id == finding_id)
    names = sorted({row.evidence.filename for row in desk.session.scalars(attached)})
    reviewer = review.reviewed_by.name if review else settled.actor.name if settled and settled.actor else NONE_YET
    data = {
        **_head(desk, finding, desk.office(finding.origin, finding.district_id)),
        "number": "",
        "measures": submission.measures if submission else "立行立改",
        "evidence": "、".join(names) or NONE_YET,
        "comment": (review.comment if review else settled.reason if settled else None) or NONE_YET,
        "reviewer": reviewer,
        "verified_at": desk.moment(finding.verified_at),
        "date": desk.day(finding.verified_at),
    }
    return _of(finding, f"问题整改销号单（{finding.number}）", data)


def _head(desk: Desk, finding: Finding, office: Organization) -> dict[str, Any]:
    return {
        **issued_by(office),
        "number": desk.blank_number(desk.now),
        "unit": finding.organization.name,
        "round": round_of(finding.round),
        "finding": finding_of(desk, finding),
        "date": desk.day(desk.now),
    }


def _of(finding: Finding, title: str, data: dict[str, Any]) -> Gathered:
    return Gathered(title, data, None, finding.round_id, finding.organization_id, finding.district_id)


def _steps(desk: Desk, finding: Finding) -> list[dict[str, str]]:
    """Everything that happened, with reasons and names: for the house alone."""
    return [
        {
            **_step(desk, event),
            "why": _reason(event),
            "who": event.actor.name if event.actor else "督办系统",
        }
        for event in desk.session.scalars(_events(finding).where(Event.move.not_in(_UNTOLD)).order_by(Event.position))
    ]


def _brief(desk: Desk, finding: Finding) -> list[dict[str, str]]:
    """What bureau and committee may know: the instants that the finding itself shows them, and what came after.

    Nobody's words and names: what the unit said and who judged it is the house's own affair.
    """
    went_up = and_(Event.to_state == State.ESCALATED, Event.from_state != State.ESCALATED)
    shown = or_(Event.upward.is_(True), Event.move.in_(_OF_BRIEF), went_up)
    query = _events(finding).where(shown, Event.move.not_in(_UNTOLD)).order_by(Event.position)
    return [{**_step(desk, event), "why": ""} for event in desk.session.scalars(query)]


def _step(desk: Desk, event: Event) -> dict[str, str]:
    return {"at": desk.moment(event.at), "what": f"{word(event.move, 'zh')}（{word(event.to_state, 'zh')}）"}


def _reason(event: Event) -> str:
    return said(event.reason or event.data.get("measures") or "")


def _addressees(desk: Desk) -> str:
    above = (OrganizationKind.BUREAU, OrganizationKind.COMMITTEE)
    query = select(Organization.kind, Organization.name).where(Organization.kind.in_(above))
    named = {row[0]: row[1] for row in desk.session.execute(query.order_by(Organization.name.desc()))}
    return "、".join(named[kind] for kind in above) if len(named) == len(above) else _ABOVE


def _why(finding: Finding) -> str:
    if finding.failures:
        return f"该问题经复查仍整改不到位（{finding.failures}次）。"
    if finding.overdue_at:
        return "该问题逾期未整改到位。"
    return "该问题未按要求整改。"


def _events(finding: Finding) -> Any:
    return select(Event).where(Event.finding_id == finding.id)


def _newest(model: type[Review] | type[Submission], finding: Finding) -> Any:
    return select(model).where(model.finding_id == finding.id)
