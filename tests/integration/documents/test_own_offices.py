"""An office without a committee, and one with names of its own: its mails, its papers, its ledger, its doctor."""

import io
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from service.alerts.delivery import deliver
from service.doctor.rounds import check_rounds
from service.documents.enclosures import ReportEncloser
from service.documents.orders import request_document
from service.errors import Conflict
from service.files.store import FolderStore
from service.findings.escalations import escalate
from service.findings.list import FindingFilter
from service.ledger.export import LedgerOrder, write_ledger
from service.models import Document, Finding, HandlingOpinion, Person
from service.rounds.rulebooks import keep_policy
from service.store.db import reading, sessions
from service.wording import sentence
from service.wording.names import read_names
from service.wording.texts import take_names
from tests.build.rule_files import policy_without_committee
from tests.build.workbooks import table
from tests.fakes.recording_channel import BASE_URL, RecordingChannel, email
from tests.worlds.books import FOUND_AT, Town, heard, log_finding, report_up
from workflows.vocabulary import DocumentKind, Role, Severity

LATER = FOUND_AT + timedelta(hours=1)
OWN = """
committee = "招生考试委员会"
leader = { zh = "联系领导", en = "contact leader" }
leadership = { zh = "党委会", en = "party committee" }
"""


@pytest.fixture
def without_committee(session: Session, town: Town) -> Town:
    """The town under a policy that knows of no committee, and without anybody who is one."""
    town.round.policy_version = keep_policy(session, policy_without_committee(), now=FOUND_AT)
    session.execute(update(Person).where(Person.role == Role.COMMITTEE).values(disabled_at=FOUND_AT))
    session.flush()
    return town


@pytest.fixture
def own_names(tmp_path: Path) -> Iterator[None]:
    (tmp_path / "words.toml").write_text(OWN, "utf-8")
    take_names(read_names(tmp_path))
    yield
    take_names({})


def reported(session: Session, town: Town) -> Finding:
    finding = log_finding(session, town, severity=Severity.MAJOR)
    report_up(session, town, finding)
    session.commit()
    session.expire_all()
    return finding


def at(instant: datetime) -> Callable[[Session], datetime]:
    return lambda _session: instant


def refusal(error: Conflict, language: str) -> str:
    particulars: dict[str, Any] = dict(error.particulars)
    return sentence(error.code, language, **particulars)


def mails(engine: Engine, tmp_path: Path) -> dict[str, str]:
    """What everybody got, by address; papers that are not there yet are only named."""
    channel = RecordingChannel()
    encloser = ReportEncloser(sessions(reading(engine)), FolderStore(tmp_path / "documents"))
    for minutes in (0, 10):
        clock = at(LATER + timedelta(minutes=minutes))
        deliver(sessions(engine), [channel], base_url=BASE_URL, now=clock, encloser=encloser)
    return {one.to: f"{one.subject}\n{one.body}" for one in channel.carried}


def paper(session: Session, town: Town, finding: Finding, kind: DocumentKind) -> dict[str, object]:
    opinion = session.scalars(select(HandlingOpinion).where(HandlingOpinion.finding_id == finding.id)).one()
    subject = opinion.id if kind is DocumentKind.UPWARD_REPORT else finding.id
    document: Document = request_document(session, kind, subject, actor=town.leadership, now=LATER)
    return document.data


def test_mails_name_only_the_bureau_and_go_to_it_alone(
    engine: Engine, session: Session, without_committee: Town, tmp_path: Path
) -> None:
    town = without_committee
    session.execute(update(Person).where(Person.id == town.people["leader"].id).values(language="en"))
    finding = reported(session, town)
    assert "bureau" in heard(session, finding, town)
    assert "committee" not in heard(session, finding, town)
    session.commit()
    got = mails(engine, tmp_path)
    assert "并向市教育局报告" in got[email(town.people["inspector"])]
    assert "reported it to the bureau." in got[email(town.people["leader"])]
    assert not any("市招委" in mail or "committee" in mail.partition("@")[0] for mail in got.values())


def test_paper_ledger_error_and_doctor_know_of_no_committee(session: Session, without_committee: Town) -> None:
    town = without_committee
    finding = reported(session, town)
    assert paper(session, town, finding, DocumentKind.UPWARD_REPORT)["addressees"] == "明河市教育局"
    stream = io.BytesIO()
    write_ledger(session, stream, LedgerOrder(FindingFilter(escalation_level=(2,))), actor=town.leadership, now=LATER)
    sheet = table(stream.getvalue())
    assert sheet.column("上报层级") == ["市教育局"]
    assert "市招委" not in sheet.cover
    with pytest.raises(Conflict) as refused:
        escalate(session, finding.id, actor=town.leadership, now=LATER, from_level=2, reason="再报")
    assert refusal(refused.value, "zh").startswith("该问题已上报市教育局，不能")
    assert refusal(refused.value, "en").startswith("The finding has already reached the bureau;")
    hearing = [check for check in check_rounds(session, now=LATER) if check.name == "hearing"]
    assert not any("市招委" in check.sentence("zh") for check in hearing)


def test_a_finding_keeps_the_offices_of_its_own_policy(session: Session, town: Town) -> None:
    finding = reported(session, town)
    town.round.policy_version = keep_policy(session, policy_without_committee(), now=LATER)
    session.flush()
    report = paper(session, town, finding, DocumentKind.UPWARD_REPORT)
    assert report["addressees"] == "明河市教育局、明河市招生考试委员会"


@pytest.mark.usefixtures("own_names")
def test_mails_and_papers_call_offices_by_their_own_names(
    engine: Engine, session: Session, town: Town, tmp_path: Path
) -> None:
    session.execute(update(Person).where(Person.id == town.people["leader"].id).values(language="en"))
    finding = reported(session, town)
    got = mails(engine, tmp_path)
    assert "党委会已就明河龙湖学院的" in got[email(town.people["inspector"])]
    assert "并向市教育局、招生考试委员会报告" in got[email(town.people["inspector"])]
    assert "The party committee recorded a handling opinion" in got[email(town.people["leader"])]
    assert not any("领导班子" in mail or "市招委" in mail for mail in got.values())
    inside = paper(session, town, finding, DocumentKind.LEADERSHIP_REPORT)
    assert (inside["addressee"], inside["leader_called"]) == ("党委会", "联系领导")
    assert "党委会已于" in str(inside["standing"])
