"""Reports by mail: made for those they are addressed to, waited for a while, and never in anybody's way."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from psycopg import errors
from sqlalchemy import Engine, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from service.alerts.channels.transport import OutgoingMessage
from service.alerts.delivery import DeliveryReport, deliver
from service.alerts.enclosures import MOST, Paper, WantedPaper
from service.documents.enclosures import LARGEST, WAITED_FOR, ReportEncloser
from service.documents.rendering import RenderTools, make_due
from service.files.store import FolderStore
from service.findings.escalations import refuse
from service.findings.handling_opinions import opine
from service.models import Document, Organization, Person
from service.store.db import reading, sessions
from tests.fakes.recording_channel import BASE_URL, RecordingChannel, email
from tests.worlds.books import FOUND_AT, Town, notify_finding
from workflows.vocabulary import DocumentKind, DocumentStatus, Measure, OrganizationKind

AT = FOUND_AT + timedelta(minutes=1)
Send = Callable[..., DeliveryReport]
Make = Callable[[], int]


@pytest.fixture
def channel() -> RecordingChannel:
    return RecordingChannel()


@pytest.fixture
def papers(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "documents")


@pytest.fixture
def send(engine: Engine, session: Session, channel: RecordingChannel, papers: FolderStore) -> Send:
    """Commit what the test did, and send what waits at that moment."""

    def at(now: datetime = AT, largest: int = LARGEST) -> DeliveryReport:
        session.commit()
        encloser = ReportEncloser(sessions(reading(engine)), papers, largest)
        return deliver(sessions(engine), [channel], base_url=BASE_URL, now=lambda _: now, encloser=encloser)

    return at


@pytest.fixture
def make(engine: Engine, session: Session, papers: FolderStore, tmp_path: Path) -> Make:
    """Do what the worker does that makes documents."""
    tools = RenderTools(sessions(reading(engine)), FolderStore(tmp_path / "evidence"), papers, tmp_path / "templates")

    def make() -> int:
        session.commit()
        return make_due(sessions(engine), tools, now=lambda _: AT + timedelta(hours=2), within=60, stop=lambda: False)

    return make


def refuse_rectification(session: Session, town: Town) -> None:
    finding = notify_finding(session, town)
    refuse(session, finding.id, actor=town.inspector, now=finding.created_at, reason="拒不整改")


def letter_to(channel: RecordingChannel, town: Town, who: str) -> OutgoingMessage:
    (letter,) = [one for one in channel.carried if one.to == email(town.people[who])]
    return letter


def documents(session: Session) -> list[Document]:
    found = session.scalars(select(Document), execution_options={"populate_existing": True}).all()
    session.commit()
    return list(found)


def test_bureau_and_committee_get_the_report_with_the_opinion_as_a_pdf(
    session: Session, town: Town, channel: RecordingChannel, send: Send, make: Make
) -> None:
    refuse_rectification(session, town)
    send()
    make()
    send(AT + timedelta(seconds=5))
    channel.carried.clear()
    (report,) = documents(session)
    at, opinion = AT + timedelta(hours=1), "约谈分管负责人"
    opine(session, report.subject_id or "", actor=town.leadership, now=at, measure=Measure.TALK, opinion=opinion)
    first = send(at)
    assert (first.awaiting, first.failed) == (2, 0), "bureau and committee wait for their paper, and nobody else"
    (upward,) = [document for document in documents(session) if document.kind is DocumentKind.UPWARD_REPORT]
    assert upward.requested_by_id is None
    assert make() == 1, "one for both"
    assert send(at + timedelta(seconds=5)).sent == 2
    for who in ("bureau", "committee"):
        letter = letter_to(channel, town, who)
        (attachment,) = letter.attachments
        assert attachment.content.startswith(b"%PDF")
        assert attachment.name == "关于明河龙湖学院考试安全问题处理意见的报告.pdf"
        assert attachment.ascii_name.startswith("upward-report-")
        assert "随信附：《关于明河龙湖学院考试安全问题处理意见的报告》（PDF）" in letter.body
    others = ("leader", "district", "inspector")
    assert not any(letter_to(channel, town, who).attachments for who in others)


def test_the_leadership_team_gets_the_report_that_it_is_to_decide_on(
    session: Session, town: Town, channel: RecordingChannel, send: Send, make: Make
) -> None:
    town.round.number = "2026-督05"
    refuse_rectification(session, town)
    assert send().awaiting == 1
    assert send(AT + timedelta(seconds=1)) == DeliveryReport(), "it is looked at again a moment later"
    make()
    send(AT + timedelta(seconds=5))
    (attachment,) = letter_to(channel, town, "leadership").attachments
    assert attachment.ascii_name == "leadership-report-2026-05-0001.pdf", "what is no ASCII in a number is left out"
    assert not any(letter_to(channel, town, who).attachments for who in ("leader", "university", "district"))


def test_what_cannot_be_made_in_time_is_named_with_its_link(
    session: Session, town: Town, channel: RecordingChannel, send: Send
) -> None:
    refuse_rectification(session, town)
    send()
    assert send(AT + WAITED_FOR - timedelta(seconds=1)).awaiting == 1
    assert send(AT + WAITED_FOR + timedelta(seconds=5)).sent == 1
    letter = letter_to(channel, town, "leadership")
    (document,) = documents(session)
    assert letter.attachments == ()
    assert f"未能随信附上，请在系统中查看：{BASE_URL}/documents/{document.id}\n" in letter.body


def test_what_cannot_even_be_ordered_keeps_no_message_back(
    session: Session, town: Town, channel: RecordingChannel, send: Send
) -> None:
    refuse_rectification(session, town)
    centre = update(Organization).where(Organization.kind == OrganizationKind.CENTRE)
    session.execute(centre.values(kind=OrganizationKind.BUREAU))  # nobody to write the report
    assert (report := send()).awaiting == 0
    assert report.failed == 0
    assert "向领导班子的报告未能随信附上" in letter_to(channel, town, "leadership").body
    assert documents(session) == []


@pytest.mark.parametrize("status", [DocumentStatus.FAILED, DocumentStatus.READY])
def test_what_was_given_up_or_has_no_pdf_is_named_at_once(
    session: Session, town: Town, channel: RecordingChannel, send: Send, status: DocumentStatus
) -> None:
    refuse_rectification(session, town)
    send()
    session.execute(update(Document).values(status=status, files={}, next_attempt_at=None))
    send(AT + timedelta(seconds=5))
    assert "未能随信附上" in letter_to(channel, town, "leadership").body


def test_a_paper_that_is_too_long_for_mail_is_named(
    session: Session, town: Town, channel: RecordingChannel, send: Send, make: Make
) -> None:
    refuse_rectification(session, town)
    send()
    make()
    send(AT + timedelta(seconds=5), largest=1000)
    assert "未能随信附上" in letter_to(channel, town, "leadership").body


def test_of_very_many_reports_some_are_enclosed_and_the_others_counted(
    session: Session, town: Town, channel: RecordingChannel, send: Send, make: Make
) -> None:
    for _ in range(MOST + 2):
        refuse_rectification(session, town)
    send()
    assert make() == MOST
    send(AT + timedelta(seconds=5))
    letter = letter_to(channel, town, "leadership")
    assert len(letter.attachments) == MOST
    assert f"另有2份报告，未随信附上，请在系统中查看：{BASE_URL}/documents" in letter.body


@pytest.mark.parametrize(
    "error", [OSError(5, "Input/output error"), OperationalError("SELECT", {}, errors.AdminShutdown("gone"))]
)
def test_a_paper_that_cannot_be_read_at_present_makes_its_message_late_and_not_lost(
    engine: Engine,
    session: Session,
    town: Town,
    channel: RecordingChannel,
    papers: FolderStore,
    send: Send,
    make: Make,
    error: Exception,
) -> None:
    class Unreadable(ReportEncloser):
        def papers(self, reader: Person, wanted: Sequence[WantedPaper]) -> list[Paper]:
            raise error

    refuse_rectification(session, town)
    send()
    make()
    session.commit()
    at, unreadable = AT + timedelta(seconds=5), Unreadable(sessions(reading(engine)), papers)
    deliver(sessions(engine), [channel], base_url=BASE_URL, now=lambda _: at, encloser=unreadable)
    assert send(AT + timedelta(minutes=1)).sent == 1
    assert letter_to(channel, town, "leadership").attachments
