"""向领导班子的报告: on a finding that was escalated to the leadership team."""

import msgspec
from sqlalchemy import ColumnElement, exists, false

from service.documents.kinds.definition import DocumentData, DocumentDefinition, DocumentReader, Subject, event_in_words
from service.documents.kinds.fields import NONE_YET, OneFindingFields, RoundFields, StepFields, as_sentence
from service.documents.kinds.standing import standing_of
from service.errors import Conflict
from service.models import Assignment, Finding
from service.scope import findings_seen
from service.wording import word
from workflows.findings.facts import Actor
from workflows.vocabulary import CENTRE_ROLES, Role, State

ASK_FOR_OPINION = "按照通知要求，现予报告，请研究提出处理意见。"


class NamedStepFields(StepFields, frozen=True, kw_only=True):
    """One event in the course of a finding, and who acted."""

    who: str


class LeadershipReportFields(OneFindingFields, frozen=True, kw_only=True):
    """The fields of the template."""

    leader: str
    steps: list[NamedStepFields]
    why: str
    standing: list[str] = msgspec.field(default_factory=list)  # how it stands on the day of the report, a sentence each
    closing: str = ASK_FOR_OPINION
    addressee: str = "领导班子"  # what papers asked for before it could be called otherwise were addressed to
    leader_called: str = "包干责任领导"


def gather(reader: DocumentReader, finding_id: str) -> DocumentData:
    """The finding and its whole course (notice, part 4, paragraph 3)."""
    finding = reader.session.get_one(Finding, finding_id)
    if finding.escalation_level == 0:
        raise Conflict("not_escalated")
    centre = reader.centre()
    assignment = reader.session.get(Assignment, (finding.round_id, finding.district_id))
    fields = LeadershipReportFields(
        office=centre.name,
        issuer_id=centre.id,
        number=reader.blank_number(finding.round, centre),
        unit=finding.organization.name,
        round=RoundFields.of(finding.round),
        finding=reader.finding(finding),
        leader=assignment.leader.name if assignment and assignment.leader else NONE_YET,
        steps=_steps(reader, finding),
        why=_why(finding),
        standing=list(standing_of(reader, finding)),
        closing=_closing(finding),
        addressee=word(Role.LEADERSHIP, "zh"),
        leader_called=word(Role.LEADER, "zh"),
        date=reader.day(reader.now),
    )
    return DocumentData.of_finding(finding, f"关于{fields.unit}{finding.number}号问题整改情况的报告", fields)


def _steps(reader: DocumentReader, finding: Finding) -> list[NamedStepFields]:
    """Everything that happened, with reasons and names: for the house alone."""
    return [
        NamedStepFields(
            at=reader.moment(event.at),
            what=event_in_words(event),
            why=as_sentence(event.reason or event.data.get("measures") or ""),
            who=event.actor.name if event.actor else "督办系统",
        )
        for event in reader.news_of(finding)
    ]


def _closing(finding: Finding) -> str:
    """What the report is for: an opinion is asked for while none has been given that still holds."""
    if finding.state is State.ESCALATED and finding.opinion_awaited_since:
        return ASK_FOR_OPINION
    return "特此报告。"


def _why(finding: Finding) -> str:
    if finding.state in (State.VERIFIED, State.RECTIFYING):
        return ""  # put right, or to be put right by a new deadline: how it stands says so
    if finding.failures_in_all:
        return f"该问题经复查仍整改不到位（{finding.failures_in_all}次）。"
    if finding.ever_overdue:
        return "该问题逾期未整改到位。"
    return "该问题未按要求整改。"


def _visible(subject: Subject, actor: Actor) -> ColumnElement[bool]:
    return exists().where(Finding.id == subject, findings_seen(actor)) if actor.holds(*CENTRE_ROLES) else false()


DEFINITION = DocumentDefinition(subject="the finding", fields=LeadershipReportFields, gather=gather, visible=_visible)
