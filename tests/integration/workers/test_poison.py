"""A poisonous row of every kind at once: it is set aside and named, everything else goes out in the same tick."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, func, select, text, update
from sqlalchemy.orm import Session

import workers.jobs
from service.doctor.doctor import Check, examine
from service.files.store import FolderStore
from service.models import (
    AT_ONCE,
    Alert,
    Checkpoint,
    Finding,
    Inspection,
    JournalCheckpoint,
    JournalEntry,
    Person,
    Round,
    SetAside,
    WeeklyReport,
)
from service.records.journal import SHOWN_SUBJECTS
from service.rounds.rounds import NewRound, add_team, ask_from, assign, open_round
from service.store import clock
from service.store.sweeping import AGAIN_AFTER, TASK_AGAIN_AFTER, ClockTask, forget_settled, still_set_aside
from tests.build.checklists import add_items
from tests.build.crowd import JUST_MISSED, add_findings
from tests.build.inspections import opened
from tests.build.refusals import accept, refuse
from tests.build.statements import asked
from tests.build.weekly import entries, report_of
from tests.worlds.books import Town, heard, local, log_finding
from workers.jobs import deliver_waiting, next_swept_at, sweep_due
from workers.resources import Resources
from workflows.vocabulary import Severity

DUE = JUST_MISSED + timedelta(hours=1)
BEGINS = local(4, 1, 0)
BREACH = "breach.acknowledgement"
NONSENSE = {"no such clock": 1}


@dataclass
class Pair:
    """Of each kind one row that fails and one that does not."""

    findings: list[str]
    majors: list[Finding]
    sheets: list[Inspection]
    reports: list[WeeklyReport]
    rounds: list[Round]


class Hands:
    """The hands of the database's clock, moved by the test."""

    def __init__(self) -> None:
        self.at = DUE

    def now(self, _session: Session) -> datetime:
        return self.at


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> Hands:
    hands = Hands()
    monkeypatch.setattr(clock, "now", hands.now)
    monkeypatch.setattr(clock, "note_beginning", lambda *_: None)  # the database's own clock, which goes on
    monkeypatch.setattr(workers.jobs, "SEAL_AFTER", timedelta(0))
    return hands


@pytest.fixture
def pair(session: Session, laid_out: Town) -> Pair:
    """Everything is due at once; the first of each kind is poisonous."""
    town = laid_out
    second = another_round(session, town)
    for round_ in (second, town.round):
        add_items(session, round_, {"1-1": "4月中旬"})
        ask_from(round_, BEGINS)
    findings = add_findings(session, town, 2)
    majors = [log_finding(session, town, severity=Severity.MAJOR) for _ in range(2)]
    sheets = [opened(session, town), opened(session, town)]
    reports = [report_of(session, unit, 3) for unit in (town.college, town.neighbour_college)]
    pair = Pair(findings, majors, sheets, reports, [second, town.round])
    for poisonous in (findings[0], majors[0].id):
        session.execute(update(Finding).where(Finding.id == poisonous).values(progress=NONSENSE))
    sheets[0].progress = {"feedback": ["一次", "昨天"]}
    session.execute(update(Round).values(replan_at=AT_ONCE))
    session.commit()
    refuse(session, "journal", "subject_id", reports[0].id)
    refuse(session, "findings", "round_id", second.id)
    refuse(session, "weekly_reports", "round_id", second.id)
    refuse(session, "checkpoints", "serial", 1)
    return pair


def another_round(session: Session, town: Town) -> Round:
    """A second open round over the first district."""
    new = NewRound("2026-09", "专项督查", date(2026, 4, 1), date(2026, 6, 5), town.round.policy_version)
    round_ = open_round(session, new)
    team = add_team(session, round_, "第一督查组", [session.get_one(Person, town.inspector.id)])
    assign(session, round_, {town.district_office.id: (team, session.get_one(Person, town.leader.id))})
    return round_


def alerts_of(session: Session, subject_id: str) -> set[str]:
    query = select(Alert.kind).join(JournalEntry, Alert.entry_id == JournalEntry.id)
    return set(session.scalars(query.where(JournalEntry.subject_id == subject_id)))


def proposed(session: Session, round_: Round) -> int:
    query = select(func.count(Finding.id)).where(Finding.round_id == round_.id, Finding.proposed)
    return session.scalar(query) or 0


def reports_of(session: Session, round_: Round) -> int:
    return session.scalar(select(func.count(WeeklyReport.id)).where(WeeklyReport.round_id == round_.id)) or 0


def diagnosis(session: Session, store: FolderStore, at: datetime) -> Check:
    (check,) = (check for check in examine(session, store=store, now=at) if check.name == "set_aside")
    return check


def gone_out(session: Session, town: Town, pair: Pair, of: int) -> list[bool]:
    """Of each kind, whether the clock has spoken or done what it had to."""
    session.expire_all()
    findings = [session.get_one(Finding, pair.findings[of]), pair.majors[of]]
    kinds = ("expire", BREACH)
    return [
        *(bool(heard(session, finding, town, kind)) for finding, kind in zip(findings, kinds, strict=True)),
        {"report.late", "report.missing"}
        <= {f"report.{line.split()[0]}" for line in entries(session, pair.reports[of])},
        "report.missing" in alerts_of(session, pair.reports[of].id),
        "inspection.breach" in alerts_of(session, pair.sheets[of].id),
        proposed(session, pair.rounds[of]) > 0,
        reports_of(session, pair.rounds[of]) > 0,
        pair.rounds[of].replan_at is None,
    ]


def test_poison_of_every_kind_is_set_aside_and_everything_else_goes_out(
    resources: Resources, session: Session, laid_out: Town, pair: Pair, hands: Hands, tmp_path: Path
) -> None:
    sweep_due(resources)
    assert gone_out(session, laid_out, pair, 1) == [True] * 8
    assert not any(gone_out(session, laid_out, pair, 0))
    assert len(session.scalars(select(JournalCheckpoint)).all()) == 1
    assert session.scalars(select(Checkpoint)).all() == []
    aside = {(note.task, note.name) for note in still_set_aside(session)}
    assert aside == {
        (ClockTask.REPORTS, f"{laid_out.college.name} 3"),
        (ClockTask.FEEDBACK, pair.sheets[0].number),
        (ClockTask.PROPOSALS, "2026-09"),
        (ClockTask.PLANS, "2026-09"),
        (ClockTask.EVENT_SEALS, ""),
    }
    check = diagnosis(session, FolderStore(tmp_path), DUE)
    assert check.particulars["count"] == 7
    assert "等" in check.sentence("zh")
    assert min(next_swept_at(session)) > DUE, "nobody spins on what is set aside"
    session.commit()
    deliver_waiting(resources)
    assert list((tmp_path / "outbox").glob("*.eml"))

    for table in ("journal", "findings", "weekly_reports", "checkpoints"):
        accept(session, table)
    for poisonous in (pair.findings[0], pair.majors[0].id):
        session.execute(update(Finding).where(Finding.id == poisonous).values(progress={}))
    session.execute(update(Inspection).where(Inspection.id == pair.sheets[0].id).values(progress={}))
    session.commit()
    hands.at = DUE + AGAIN_AFTER
    sweep_due(resources)
    assert gone_out(session, laid_out, pair, 0) == [True] * 8
    assert session.scalars(select(SetAside)).all() == []
    assert session.scalars(select(Finding.id).where(Finding.set_aside_at.is_not(None))).all() == []
    assert diagnosis(session, FolderStore(tmp_path), hands.at).particulars == {}
    assert len(session.scalars(select(Checkpoint)).all()) == 1


@pytest.mark.parametrize("task", [*(sweep.task for sweep in (*workers.jobs.SWEPT, *workers.jobs.UNHEARD))])
def test_a_task_that_fails_as_a_whole_rests_and_stops_no_other(
    resources: Resources,
    session: Session,
    laid_out: Town,
    hands: Hands,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    task: ClockTask,
) -> None:
    def fail(_session: Session) -> datetime | None:
        raise ZeroDivisionError(task)

    whole = {name: getattr(workers.jobs, name) for name in ("SWEPT", "UNHEARD")}
    for name, sweeps in whole.items():
        broken = tuple(one._replace(next_at=fail) if one.task is task else one for one in sweeps)
        monkeypatch.setattr(workers.jobs, name, broken)
    add_findings(session, laid_out, 1)
    assert min(next_swept_at(session)) <= DUE, "that it cannot be asked is no reason to wait"
    session.commit()
    sweep_due(resources)
    due = select(func.count(Finding.id)).where(Finding.next_action_at <= DUE)
    assert session.scalar(due) == (task is ClockTask.FINDINGS)
    assert (
        session.scalar(select(func.count(JournalEntry.id)).where(JournalEntry.subject_kind.in_(SHOWN_SUBJECTS))) == 0
    ) == (task is ClockTask.REPORTS)
    sentence = diagnosis(session, FolderStore(tmp_path), DUE).sentence("en")
    assert "ZeroDivisionError" in sentence
    for name, sweeps in whole.items():
        monkeypatch.setattr(workers.jobs, name, sweeps)
    assert min(next_swept_at(session)) > DUE
    session.commit()
    hands.at = DUE + TASK_AGAIN_AFTER
    sweep_due(resources)
    assert still_set_aside(session) == []
    assert session.scalar(due) == 0


def test_what_was_settled_otherwise_is_no_longer_shown_and_is_forgotten(session: Session, laid_out: Town) -> None:
    add_items(session, laid_out.round, {"1-1": "4月中旬"})
    report, sheet = report_of(session, laid_out.college, 3), opened(session, laid_out)
    for task, row in ((ClockTask.REPORTS, report), (ClockTask.FEEDBACK, sheet)):
        session.add(SetAside(task=task, row_id=row.id, name="一项", since=DUE, at=DUE, error="KeyError()"))
    session.flush()
    assert len(still_set_aside(session)) == 2
    report.next_action_at = None
    session.flush()
    assert [note.task for note in still_set_aside(session)] == [ClockTask.FEEDBACK]
    forget_settled(session)
    assert session.scalars(select(SetAside.task)).all() == [ClockTask.FEEDBACK]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_statement_that_takes_too_long_is_its_task_s_failure_and_no_lost_database(
    resources: Resources, session: Session, laid_out: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(session: Session, *, now: datetime, limit: int) -> int:
        session.execute(text("SET LOCAL statement_timeout = '20ms'"))
        session.execute(text("SELECT pg_sleep(5)"))
        return limit

    first, *others = workers.jobs.SWEPT
    monkeypatch.setattr(workers.jobs, "SWEPT", (first._replace(batch=slow), *others))
    add_findings(session, laid_out, 1)
    session.commit()
    sweep_due(resources)
    assert [note.task for note in still_set_aside(session)] == [ClockTask.FINDINGS]
    assert session.scalars(select(JournalEntry.id).where(JournalEntry.subject_kind.in_(SHOWN_SUBJECTS))).all()


def test_an_idle_sweep_asks_once_what_rests_and_in_two_looks_what_is_due(resources: Resources) -> None:
    begun: list[object] = []
    event.listen(resources.engine, "begin", begun.append)
    with asked(resources.engine) as statements:
        sweep_due(resources)
    assert len([statement for statement, _ in statements if "FROM set_aside" in statement]) == 1
    assert len(begun) == 2
