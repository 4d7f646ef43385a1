"""向市教育局、市招委的报告: on a finding and the handling opinion about it."""

import msgspec
from sqlalchemy import ColumnElement, and_, exists, false, or_, select

from service.documents.kinds.definition import DocumentData, DocumentDefinition, DocumentReader, Subject, event_in_words
from service.documents.kinds.fields import OneFindingFields, RoundFields, StepFields, as_sentence
from service.documents.kinds.standing import standing_of
from service.models import Event, Finding, HandlingOpinion, Organization
from service.rounds.rulebooks import policy_of_version
from service.scope import findings_seen
from service.wording import word
from service.wording.names import own_name
from workflows.findings.facts import Actor
from workflows.vocabulary import CENTRE_ROLES, UPWARD_ROLES, Addressee, Move, State

_BRIEF = (Move.NOTIFY, Move.BEGIN, Move.EXPIRE)
_USUAL = {Addressee.BUREAU: "市教育局", Addressee.COMMITTEE: "市招生考试委员会"}  # where the books do not name them


class OpinionFields(msgspec.Struct, frozen=True, kw_only=True):
    """The handling opinion; `new_deadline` is empty when it sets none."""

    measure: str
    text: str
    new_deadline: str
    given_on: str = ""


class UpwardReportFields(OneFindingFields, frozen=True, kw_only=True):
    """The fields of the template."""

    addressees: str
    steps: list[StepFields]
    opinion: OpinionFields
    standing: list[str] = msgspec.field(default_factory=list)  # how it stands on the day of the report, a sentence each


def gather(reader: DocumentReader, opinion_id: str) -> DocumentData:
    """The finding in brief, and the handling opinion (notice, part 4, paragraph 3)."""
    opinion = reader.session.get_one(HandlingOpinion, opinion_id)
    finding = reader.session.get_one(Finding, opinion.finding_id)
    centre = reader.centre()
    fields = UpwardReportFields(
        office=centre.name,
        issuer_id=centre.id,
        number=reader.blank_number(finding.round, centre),
        unit=finding.organization.name,
        round=RoundFields.of(finding.round),
        finding=reader.finding(finding),
        addressees=_addressees(reader, finding),
        steps=_steps(reader, finding),
        opinion=OpinionFields(
            measure=word(opinion.measure, "zh"),
            text=as_sentence(opinion.opinion),
            new_deadline=reader.moment(opinion.new_deadline) if opinion.new_deadline else "",
            given_on=reader.day(opinion.opined_at),
        ),
        standing=list(standing_of(reader, finding, inside=False)),
        date=reader.day(reader.now),
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


def _addressees(reader: DocumentReader, finding: Finding) -> str:
    """The offices above that the policy knows of, under their own names where the books have them."""
    above = policy_of_version(reader.session, finding.policy_version).offices.above
    query = select(Organization.kind, Organization.name).where(Organization.kind.in_(map(str, above)))
    names = {str(kind): name for kind, name in reader.session.execute(query.order_by(Organization.name.desc()))}
    return "、".join(names.get(str(one)) or own_name(str(one), "zh") or _USUAL[one] for one in above)


def _visible(subject: Subject, actor: Actor) -> ColumnElement[bool]:
    if not actor.holds(*CENTRE_ROLES, *UPWARD_ROLES):
        return false()
    about = and_(HandlingOpinion.finding_id == Finding.id, findings_seen(actor))
    return exists().where(HandlingOpinion.id == subject, about)


DEFINITION = DocumentDefinition(
    subject="the handling opinion", fields=UpwardReportFields, gather=gather, visible=_visible
)
