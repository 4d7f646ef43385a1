"""向市教育局、市招委的报告: on a finding and the handling opinion about it."""

import msgspec
from sqlalchemy import ColumnElement, and_, exists, false, or_, select

from service.documents.kinds.definition import DocumentData, DocumentDefinition, DocumentReader, Subject, event_in_words
from service.documents.kinds.fields import OneFindingFields, RoundFields, StepFields, as_sentence
from service.models import Event, Finding, HandlingOpinion, Organization
from service.scope import findings_seen
from service.wording import word
from workflows.findings.facts import Actor
from workflows.vocabulary import CENTRE_ROLES, UPWARD_ROLES, Move, OrganizationKind, State

_BRIEF = (Move.NOTIFY, Move.BEGIN, Move.EXPIRE)
_ABOVE = "市教育局、市招生考试委员会"  # where the books do not name them


class OpinionFields(msgspec.Struct, frozen=True, kw_only=True):
    """The handling opinion; `new_deadline` is empty when it sets none."""

    measure: str
    text: str
    new_deadline: str


class UpwardReportFields(OneFindingFields, frozen=True, kw_only=True):
    """The fields of the template."""

    addressees: str
    steps: list[StepFields]
    opinion: OpinionFields


def gather(reader: DocumentReader, opinion_id: str) -> DocumentData:
    """The finding in brief, and the handling opinion (notice, part 4, paragraph 3)."""
    opinion = reader.session.get_one(HandlingOpinion, opinion_id)
    finding = reader.session.get_one(Finding, opinion.finding_id)
    centre = reader.centre()
    fields = UpwardReportFields(
        office=centre.name,
        issuer_id=centre.id,
        number=reader.blank_number(opinion.opined_at),
        unit=finding.organization.name,
        round=RoundFields.of(finding.round),
        finding=reader.finding(finding),
        addressees=_addressees(reader),
        steps=_steps(reader, finding),
        opinion=OpinionFields(
            measure=word(opinion.measure, "zh"),
            text=as_sentence(opinion.opinion),
            new_deadline=reader.moment(opinion.new_deadline) if opinion.new_deadline else "",
        ),
        date=reader.day(opinion.opined_at),
    )
    return DocumentData.of_finding(finding, f"关于{fields.unit}考试安全问题处理意见的报告", fields)


def _steps(reader: DocumentReader, finding: Finding) -> list[StepFields]:
    """The events that bureau and committee may know: those that the finding itself shows them, and what came after.

    Without reasons and names: what the unit wrote and who judged it stays within the house.
    """
    went_up = and_(Event.to_state == State.ESCALATED, Event.from_state != State.ESCALATED)
    shown = or_(Event.upward.is_(True), Event.move.in_(_BRIEF), went_up)
    return [
        StepFields(at=reader.moment(event.at), what=event_in_words(event), why="")
        for event in reader.news_of(finding, shown)
    ]


def _addressees(reader: DocumentReader) -> str:
    above = (OrganizationKind.BUREAU, OrganizationKind.COMMITTEE)
    query = select(Organization.kind, Organization.name).where(Organization.kind.in_(above))
    names = dict(reader.session.execute(query.order_by(Organization.name.desc())).all())
    return "、".join(names[kind] for kind in above) if len(names) == len(above) else _ABOVE


def _visible(subject: Subject, actor: Actor) -> ColumnElement[bool]:
    if actor.role not in (*CENTRE_ROLES, *UPWARD_ROLES):
        return false()
    about = and_(HandlingOpinion.finding_id == Finding.id, findings_seen(actor))
    return exists().where(HandlingOpinion.id == subject, about)


DEFINITION = DocumentDefinition(
    subject="the handling opinion", fields=UpwardReportFields, gather=gather, visible=_visible
)
