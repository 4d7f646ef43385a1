"""What a file of this folder has to define for its kind of document, and the reader that it is given."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import Session

from service.documents.kinds.fields import (
    NONE_YET,
    DocumentFields,
    FindingFields,
    OneFindingFields,
    PictureFields,
    as_sentence,
)
from service.models import Assignment, Attachment, Event, Finding, Organization, Round
from service.records.past_events import events_with_actors
from service.rounds.rulebooks import calendar_in_force, policy_of_version
from service.wording import day_in_words, moment, word
from workflows.findings.facts import Actor
from workflows.vocabulary import Move, OrganizationKind, Origin

NO_NEWS = (Move.ACKNOWLEDGE, Move.REMIND, Move.REPEAT)  # how often somebody was told is no news to those above
MOST_PICTURES = 24
Subject = ColumnElement[str | None]


@dataclass(frozen=True, slots=True)
class DocumentReader:
    """The books, the moment and the zone of the office, and for whom they are read; none: for everybody."""

    session: Session
    now: datetime
    zone: tzinfo
    actor: Actor | None = None

    @classmethod
    def of(cls, session: Session, now: datetime, actor: Actor | None = None) -> "DocumentReader":
        """A reader in the zone of the calendar in force."""
        return cls(session, now, calendar_in_force(session).zone, actor)

    def moment(self, at: datetime | None) -> str:
        """«2021年4月30日17:00»."""
        return moment(at, "zh", self.zone) if at else NONE_YET

    def day(self, at: datetime) -> str:
        """«2021年4月30日»."""
        return day_in_words(at, "zh", self.zone)

    def blank_number(self, round_: Round, office: Organization) -> str:
        """Room for the number that the office's own register gives: «明招考督〔2021〕　　号»."""
        code = policy_of_version(self.session, round_.policy_version).papers.offices.get(office.name, "")
        return f"{code}〔{self.now.astimezone(self.zone).year}〕　　号"

    def centre(self) -> Organization:
        """The centre."""
        return self.session.scalars(select(Organization).where(Organization.kind == OrganizationKind.CENTRE)).one()

    def office(self, origin: Origin, district_id: str) -> Organization:
        """The office that writes: the district's for what it found itself, else the centre."""
        return self.session.get_one(Organization, district_id) if origin is Origin.DISTRICT else self.centre()

    def copies(self, office: Organization, unit: Organization, district_id: str) -> str:
        """To whom else a paper to a unit goes: from the centre to the district office, and the other way round."""
        other = self.session.get_one(Organization, district_id) if office.id != district_id else self.centre()
        return other.name if other.id not in (office.id, unit.id) else ""

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
        by_id = {finding.id: finding for finding in findings}
        attached_when_logged = Attachment.subject_id == Attachment.finding_id
        query = select(Attachment).where(Attachment.finding_id.in_(by_id), attached_when_logged)
        rows = [row for row in self.session.scalars(query) if row.evidence.media_type.startswith("image/")]
        rows.sort(key=lambda row: (by_id[row.finding_id].number, row.evidence.uploaded_at, row.evidence_id))
        pictures = []
        for place, row in enumerate(rows[:MOST_PICTURES], 1):
            finding = by_id[row.finding_id]
            where, when = finding.location or finding.organization.name, self.moment(finding.found_at)
            caption = f"图{place}　{finding.number}号问题，{where}，{when}（{row.evidence.filename}）"
            pictures.append(PictureFields(row.evidence.sha256, caption))
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
    in_round: Callable[[Actor], ColumnElement[bool]] = lambda _actor: true()  # and, of `Document`, its round


def event_in_words(event: Event) -> str:
    """«整改逾期（已逾期）»: the move, and the state that it led to."""
    return f"{word(event.move, 'zh')}（{word(event.to_state, 'zh')}）"
