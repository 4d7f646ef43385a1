"""What a file of this folder has to define for its kind of document, and the reader that it is given."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from service.documents.kinds.fields import (
    NONE_YET,
    DocumentFields,
    FindingFields,
    OneFindingFields,
    PictureFields,
    as_sentence,
)
from service.models import Assignment, Attachment, Event, Finding, Organization
from service.records.past_events import events_with_actors
from service.rounds.rulebooks import calendar_in_force
from service.wording import day_in_words, moment, word
from workflows.findings.facts import Actor
from workflows.vocabulary import Move, OrganizationKind, Origin

NO_NEWS = (Move.ACKNOWLEDGE, Move.REMIND, Move.REPEAT)  # how often somebody was told is no news to those above
MOST_PICTURES = 24
Subject = ColumnElement[str | None]


@dataclass(frozen=True, slots=True)
class DocumentReader:
    """The books, the moment and the zone of the office."""

    session: Session
    now: datetime
    zone: tzinfo

    @classmethod
    def of(cls, session: Session, now: datetime) -> "DocumentReader":
        """A reader in the zone of the calendar in force."""
        return cls(session, now, calendar_in_force(session).zone)

    def moment(self, at: datetime | None) -> str:
        """«2021年4月30日17:00»."""
        return moment(at, "zh", self.zone) if at else NONE_YET

    def day(self, at: datetime) -> str:
        """«2021年4月30日»."""
        return day_in_words(at, "zh", self.zone)

    def blank_number(self, at: datetime) -> str:
        """Room for the number that the office's own register gives: «〔2021〕　　号»."""
        return f"〔{at.astimezone(self.zone).year}〕　　号"

    def centre(self) -> Organization:
        """The centre."""
        return self.session.scalars(select(Organization).where(Organization.kind == OrganizationKind.CENTRE)).one()

    def office(self, origin: Origin, district_id: str) -> Organization:
        """The office that writes: the district's for what it found itself, else the centre."""
        return self.session.get_one(Organization, district_id) if origin is Origin.DISTRICT else self.centre()

    def inspecting_side(self, origin: Origin, round_id: str, district_id: str) -> str:
        """Who inspects: the centre's team of the district, or its office."""
        if origin is not Origin.CENTRE:
            return self.session.get_one(Organization, district_id).name
        assignment = self.session.get(Assignment, (round_id, district_id))
        team = assignment.team.name if assignment else ""
        return f"我中心{team if team.endswith('督查组') or not team else f'督查{team}'}"

    def finding(self, finding: Finding) -> FindingFields:
        """A finding as it stands."""
        place = f"（{finding.location}）" if finding.location else ""
        item = finding.checklist_item
        at_once = finding.deadline is None and not finding.working_days and finding.verified_at is not None
        return FindingFields(
            number=finding.number,
            problem=as_sentence(f"{finding.summary}{place}") + as_sentence(finding.details or ""),
            severity=word(finding.severity, "zh"),
            state=word(finding.state, "zh"),
            item=f"{item.number} {item.category}" if item else NONE_YET,
            requirement=as_sentence(finding.requirement or "") or NONE_YET,
            deadline="已立行立改" if at_once else self.deadline(finding.deadline, finding.working_days),
        )

    def deadline(self, deadline: datetime | None, working_days: int | None) -> str:
        """By when something has to be done: an instant, or working days from receipt."""
        if deadline is None and working_days:
            return f"签收后{working_days}个工作日内"
        return self.moment(deadline)

    def news_of(self, finding: Finding, *conditions: ColumnElement[bool]) -> Sequence[Event]:
        """The events of a finding that are news to those above, in order."""
        events = events_with_actors(Finding.id == finding.id).where(Event.move.not_in(NO_NEWS), *conditions)
        return self.session.scalars(events.order_by(Event.position)).all()

    def pictures(self, findings: Sequence[Finding]) -> list[PictureFields]:
        """The photographs that came with the logging of findings, by number of finding.

        At most `MOST_PICTURES`; the last caption then says how many more there are.
        """
        numbers = {finding.id: finding.number for finding in findings}
        attached_when_logged = Attachment.subject_id == Attachment.finding_id
        query = select(Attachment).where(Attachment.finding_id.in_(numbers), attached_when_logged)
        rows = [row for row in self.session.scalars(query) if row.evidence.media_type.startswith("image/")]
        rows.sort(key=lambda row: (numbers[row.finding_id], row.evidence.uploaded_at, row.evidence_id))
        pictures = [
            PictureFields(row.evidence.sha256, f"{numbers[row.finding_id]}号问题：{row.evidence.filename}")
            for row in rows[:MOST_PICTURES]
        ]
        if len(rows) > MOST_PICTURES:
            pictures.append(PictureFields(None, f"另有{len(rows) - MOST_PICTURES}张照片，见佐证材料"))
        return pictures


@dataclass(frozen=True, slots=True)
class DocumentData:
    """What one document says, its title and number, and whose it is."""

    title: str
    fields: DocumentFields
    number: str | None = None
    round_id: str | None = None
    organization_id: str | None = None
    district_id: str | None = None

    @classmethod
    def of_finding(cls, finding: Finding, title: str, fields: OneFindingFields) -> "DocumentData":
        """A document of the finding's own round and unit, without a number."""
        return cls(title, fields, None, finding.round_id, finding.organization_id, finding.district_id)


@dataclass(frozen=True, slots=True)
class DocumentDefinition:
    """A kind of document; its template is `templates/KIND.docx`."""

    subject: str  # what its subject_id names, for the description of the API
    fields: type[DocumentFields]  # frozen as JSON when a document is asked for, read back when it is made
    gather: Callable[[DocumentReader, str], DocumentData]  # raises Conflict while there is nothing to say
    visible: Callable[[Subject, Actor], ColumnElement[bool]]  # whether an actor sees the subject


def event_in_words(event: Event) -> str:
    """«整改逾期（已逾期）»: the move, and the state that it led to."""
    return f"{word(event.move, 'zh')}（{word(event.to_state, 'zh')}）"
