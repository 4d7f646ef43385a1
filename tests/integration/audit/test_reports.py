"""Weekly reports are proven: what was handed in cannot be changed, added or taken away unnoticed."""

import pytest
from msgspec.structs import replace
from sqlalchemy import delete, text
from sqlalchemy.orm import Session

from service.audit.faults import Fault, FaultKind
from service.audit.verify import verify
from service.models import ReportVersion, new_id
from tests.build.weekly import OPENED_AT, WORDS, hand_in, report_of
from tests.worlds.books import Town, local, log_finding

WEDNESDAY, FRIDAY = local(4, 15, 10), local(4, 17, 10)


@pytest.fixture
def made(session: Session, laid_out: Town) -> ReportVersion:
    """The second version of a report with figures."""
    log_finding(session, laid_out, by=laid_out.university, at=OPENED_AT)
    hand_in(session, laid_out.college, 3, by=laid_out.university, at=WEDNESDAY, difficulties=[{"text": "缺少经费"}])
    second = hand_in(session, laid_out.college, 3, by=laid_out.university, at=FRIDAY)
    session.commit()
    session.expire_all()
    assert verify(session) == []
    return second


def fault(made: ReportVersion, version: int) -> Fault:
    return Fault(FaultKind.REPORT, subject_id=made.report_id, position=version)


def test_a_figure_that_was_made_better_is_found(session: Session, made: ReportVersion) -> None:
    made.figures = replace(made.figures, total=replace(made.figures.total, open=0))
    session.flush()
    assert verify(session) == [fault(made, 2)]


def test_words_that_were_changed_or_are_none_are_found(session: Session, made: ReportVersion) -> None:
    made.words = {**WORDS, "plan": "后来添的"}
    session.flush()
    assert verify(session) == [fault(made, 2)]
    session.execute(text("UPDATE report_versions SET words = '[]' WHERE version = 1"))
    reports = [one for one in verify(session) if one.kind is FaultKind.REPORT]
    assert reports == [fault(made, 1), fault(made, 2)]


def test_a_version_that_nobody_handed_in_and_one_that_is_gone_are_found(session: Session, made: ReportVersion) -> None:
    columns = {"figures": made.figures, "words": made.words, "language": "zh", "submitted_by_id": made.submitted_by_id}
    session.add(ReportVersion(id=new_id(), report_id=made.report_id, version=3, submitted_at=FRIDAY, **columns))
    session.flush()
    assert verify(session) == [fault(made, 3)]
    session.execute(delete(ReportVersion).where(ReportVersion.version == 1))
    assert verify(session) == [fault(made, 3), fault(made, 1)]


def test_every_report_that_was_handed_in_is_proven(session: Session, laid_out: Town, made: ReportVersion) -> None:
    assert report_of(session, laid_out.college, 3).versions[1].id == made.id
    hand_in(session, laid_out.neighbour_college, 3, by=laid_out.neighbour, at=FRIDAY)
    assert verify(session) == []
