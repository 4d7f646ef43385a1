"""Documents: asked for by whoever sees the subject, made once whoever makes them, given up visibly."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from docx import Document as WordFile
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from service.documents import queue
from service.documents.orders import DocumentFilter, file_of, list_documents, request_document, request_ledger
from service.documents.rendering import RenderTools, make_due
from service.errors import Conflict, InvalidInput, NotFound
from service.files.store import FolderStore
from service.findings.handling_opinions import opine
from service.findings.list import FindingFilter
from service.ledger.export import LedgerOrder
from service.models import Document, Finding
from service.store.db import reading, sessions
from service.wording.failures import failure_sentence
from tests.worlds.books import (
    DEADLINE,
    FOUND_AT,
    Town,
    judge,
    log_finding,
    notify_finding,
    receive_finding,
    submit_finding,
    sweep_until,
)
from workflows.vocabulary import DocumentKind, DocumentStatus, Measure, Outcome

LATER = FOUND_AT + timedelta(hours=2)
Make = Callable[..., int]
SEERS = (
    *("leader", "leadership", "inspector", "district", "university", "bureau"),
    *("other_inspector", "other_district", "other_university", "admin"),
)


@pytest.fixture
def tools(engine: Engine, tmp_path: Path) -> RenderTools:
    evidence, papers = FolderStore(tmp_path / "evidence"), FolderStore(tmp_path / "documents")
    return RenderTools(sessions(reading(engine)), evidence, papers, tmp_path / "templates")


@pytest.fixture
def make(engine: Engine, tools: RenderTools, session: Session) -> Make:
    """Commit what the test did, and do what a worker does at that moment."""

    def at(now: datetime = LATER) -> int:
        session.commit()
        tried = make_due(sessions(engine), tools, now=lambda _: now, within=60, stop=lambda: False)
        session.expire_all()
        return tried

    return at


def ask_for_notice(session: Session, town: Town, finding: Finding) -> Document:
    assert finding.notice_id
    kind = DocumentKind.RECTIFICATION_NOTICE
    return request_document(session, kind, finding.notice_id, actor=town.inspector, now=LATER)


def test_a_paper_is_queued_then_made_in_both_formats(
    session: Session, town: Town, make: Make, tools: RenderTools
) -> None:
    document = ask_for_notice(session, town, notify_finding(session, town))
    assert (document.status, document.progress) == (DocumentStatus.QUEUED, 0)
    with pytest.raises(Conflict, match="document_not_ready"):
        file_of(document, tools.papers, "pdf")
    assert make() == 1
    assert (document.status, document.progress, sorted(document.files)) == (DocumentStatus.READY, 100, ["docx", "pdf"])
    for form, begins in (("docx", b"PK"), ("pdf", b"%PDF")):
        file, size = file_of(document, tools.papers, form)
        with file:
            content = file.read()
        assert (content.startswith(begins), len(content)) == (True, size)
    with pytest.raises(InvalidInput):
        file_of(document, tools.papers, "xlsx")
    assert make() == 0


def test_who_asks_again_gets_the_paper_that_says_the_same(session: Session, town: Town, make: Make) -> None:
    finding = notify_finding(session, town)
    first = ask_for_notice(session, town, finding)
    make()
    assert ask_for_notice(session, town, finding).id == first.id
    finding.summary = "3号楼考场监控摄像头画面模糊"
    session.flush()
    assert ask_for_notice(session, town, finding).id != first.id


def test_a_killed_worker_s_paper_is_made_by_another_with_the_same_bytes(
    session: Session, town: Town, engine: Engine, make: Make
) -> None:
    document = ask_for_notice(session, town, notify_finding(session, town))
    session.commit()
    with sessions(engine).begin() as dying:
        job = queue.claim(dying, now=LATER)
    assert job
    assert make() == 0, "somebody is at it"
    assert make(LATER + queue.LEASE) == 1
    made = dict(document.files)
    session.commit()
    with sessions(engine).begin() as late:  # it was only asleep
        assert not queue.finish(late, job, {}, now=LATER + queue.LEASE)
    session.expire_all()
    assert document.files == made


def test_two_workers_never_make_the_same_paper_at_once(session: Session, town: Town) -> None:
    ask_for_notice(session, town, notify_finding(session, town))
    session.commit()
    engine = session.get_bind()
    assert isinstance(engine, Engine)
    if engine.dialect.name != "postgresql":
        return  # which lets one writer in at a time
    with sessions(engine)() as one, sessions(engine)() as other:
        assert queue.claim(one, now=LATER)
        assert queue.claim(other, now=LATER) is None


def test_a_template_that_is_broken_fails_the_paper_and_no_other(
    session: Session, town: Town, make: Make, tools: RenderTools
) -> None:
    tools.templates.mkdir()
    broken = WordFile()
    broken.add_paragraph("{{ unit")
    broken.save(str(tools.templates / "rectification_notice.docx"))
    document = ask_for_notice(session, town, notify_finding(session, town))
    ledger = request_ledger(session, LedgerOrder(FindingFilter()), actor=town.inspector, now=LATER)
    assert make() == 2
    assert (document.status, ledger.status) == (DocumentStatus.FAILED, DocumentStatus.READY)
    assert document.error
    assert "TemplateSyntaxError" in document.error
    for language, begins in (("zh", "公文模板无法填写"), ("en", "The template cannot be filled in")):
        assert (failure_sentence(document.error, language) or "").startswith(begins)


def test_what_fails_for_no_reason_of_its_own_is_tried_again_then_given_up(
    session: Session, town: Town, make: Make, tools: RenderTools
) -> None:
    tools.papers.folder.parent.joinpath("documents").write_text("a file where a folder should be")  # type: ignore[attr-defined]
    document = ask_for_notice(session, town, notify_finding(session, town))
    now = LATER
    for attempt in range(1, queue.ATTEMPTS + 1):
        assert make(now) == 1
        assert document.attempts == attempt
        now += queue.AGAIN_AFTER * attempt
    assert document.status is DocumentStatus.FAILED
    assert make(now + timedelta(days=1)) == 0


def test_a_paper_that_takes_its_workers_down_with_it_is_given_up_and_the_next_one_made(
    session: Session, town: Town, engine: Engine, make: Make
) -> None:
    deadly = ask_for_notice(session, town, notify_finding(session, town))
    session.commit()
    now = LATER
    for _ in range(queue.ATTEMPTS):
        with sessions(engine).begin() as dying:
            assert queue.claim(dying, now=now)
        now += queue.LEASE
    other = request_ledger(session, LedgerOrder(FindingFilter()), actor=town.inspector, now=now)
    assert make(now) == 1
    assert (deadly.status, other.status) == (DocumentStatus.FAILED, DocumentStatus.READY)
    assert (failure_sentence(deadly.error, "zh") or "").startswith("生成公文时进程多次中断")
    assert make(now + timedelta(days=1)) == 0


def test_what_only_word_can_show_makes_a_word_file_alone_and_says_so(
    session: Session, town: Town, make: Make, tools: RenderTools
) -> None:
    tools.templates.mkdir()
    numbered = WordFile()
    numbered.add_paragraph("{{ unit }}", style="List Number")
    numbered.save(str(tools.templates / "rectification_notice.docx"))
    document = ask_for_notice(session, town, notify_finding(session, town))
    make()
    assert (document.status, sorted(document.files)) == (DocumentStatus.READY, ["docx"])
    assert (failure_sentence(document.error, "en") or "").startswith(
        "The template has a text box or automatic numbering"
    )


@pytest.mark.parametrize("kind", [DocumentKind.LEADERSHIP_REPORT, DocumentKind.CLOSE_OUT_SLIP])
def test_nothing_is_put_on_paper_before_there_is_something_to_tell(
    session: Session, town: Town, kind: DocumentKind
) -> None:
    finding = notify_finding(session, town)
    with pytest.raises(Conflict):
        request_document(session, kind, finding.id, actor=town.leader, now=LATER)


def test_a_finding_goes_up_and_is_closed_out_on_paper(session: Session, town: Town, make: Make) -> None:
    finding = receive_finding(session, town)
    sweep_until(session, DEADLINE + timedelta(days=4))
    session.expire_all()
    at = DEADLINE + timedelta(days=4)
    up = request_document(session, DocumentKind.LEADERSHIP_REPORT, finding.id, actor=town.leader, now=at)
    opinion = opine(session, finding.id, actor=town.leadership, now=at, measure=Measure.TALK, opinion="约谈分管校长")
    report = request_document(session, DocumentKind.UPWARD_REPORT, opinion.id, actor=town.bureau, now=at)
    given = {"measure": "约谈", "text": "约谈分管校长。", "new_deadline": "", "given_on": "2026年4月28日"}
    assert report.data["opinion"] == given
    submit_finding(session, town, finding, at=at + timedelta(hours=1))
    judge(session, town, finding, Outcome.PASS, at=at + timedelta(hours=2))
    session.expire_all()
    slip = request_document(session, DocumentKind.CLOSE_OUT_SLIP, finding.id, actor=town.university, now=at)
    assert (slip.data["comment"], slip.data["reviewer"]) == ("现场复查", "周明远")
    assert make(at) == 3
    assert {one.status for one in (up, report, slip)} == {DocumentStatus.READY}
    mine = {
        who: {one.kind for one in list_documents(session, actor=actor).items}
        for who, actor in town.everybody().items()
        if who in SEERS
    }
    everything = {DocumentKind.LEADERSHIP_REPORT, DocumentKind.UPWARD_REPORT, DocumentKind.CLOSE_OUT_SLIP}
    assert mine == {
        "leader": everything,
        "leadership": everything,
        "inspector": everything,
        "district": {DocumentKind.CLOSE_OUT_SLIP},
        "university": {DocumentKind.CLOSE_OUT_SLIP},
        "bureau": {DocumentKind.UPWARD_REPORT},
        "other_inspector": set(),
        "other_district": set(),
        "other_university": set(),
        "admin": set(),
    }


def test_a_stranger_s_subject_looks_like_none(session: Session, town: Town) -> None:
    finding = notify_finding(session, town)
    assert finding.notice_id
    for actor in (town.other_inspector, town.neighbour, town.bureau, town.admin):
        with pytest.raises(NotFound):
            request_document(session, DocumentKind.RECTIFICATION_NOTICE, finding.notice_id, actor=actor, now=LATER)


def test_a_ledger_is_seen_by_whoever_asked_for_it(session: Session, town: Town, make: Make) -> None:
    log_finding(session, town)
    ledger = request_ledger(session, LedgerOrder(FindingFilter()), actor=town.inspector, now=LATER)
    make()
    assert sorted(ledger.files) == ["xlsx"]
    assert [one.id for one in list_documents(session, actor=town.inspector).items] == [ledger.id]
    assert list_documents(session, actor=town.team_head).items == []


def test_documents_are_listed_by_what_they_are_and_how_far(session: Session, town: Town, make: Make) -> None:
    notice = ask_for_notice(session, town, notify_finding(session, town))
    make()
    later = LATER + timedelta(minutes=1)
    ledger = request_ledger(session, LedgerOrder(FindingFilter()), actor=town.inspector, now=later)

    def listed(**wanted: object) -> list[str]:
        page = list_documents(session, DocumentFilter(**wanted), actor=town.inspector)  # type: ignore[arg-type]
        return [one.id for one in page.items]

    assert listed() == [ledger.id, notice.id]
    assert listed(status=DocumentStatus.READY) == listed(round_id=town.round.id) == [notice.id]
    assert listed(kind=DocumentKind.LEDGER) == [ledger.id]
    assert listed(organization_id=town.college.id, subject_id=notice.subject_id) == [notice.id]
