"""Two sessions that make the same move at once: one wins, the other is told that things have changed."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from service.errors import Conflict, DubanError
from service.findings.escalations import escalate, refuse, reopen, void
from service.findings.extensions import ask, decide
from service.findings.handling_opinions import opine
from service.findings.log import NewFinding, log
from service.findings.rectification_notices import Demand, begin, notify
from service.findings.reviews import NewReview, review
from service.findings.submissions import submit
from service.findings.sweep import SweepResult, sweep
from service.models import Alert, Event, Extension, Finding, new_id
from service.people.organizations import rename_or_move
from service.store.db import connect, sessions
from tests.build.crowd import JUST_MISSED, add_findings
from tests.build.racing import WAITING, run_together
from tests.worlds.books import (
    DEADLINE,
    SUBMITTED_AT,
    Town,
    add_evidence,
    build_town,
    judge,
    kinds,
    local,
    log_finding,
    notify_finding,
    receive_finding,
    submit_finding,
)
from workflows.findings.facts import OPERATOR
from workflows.findings.table import TABLE
from workflows.vocabulary import Measure, Move, Outcome, Severity, State

NOW = local(4, 21, 11)
Act = Callable[[Session, Town, str], object]


def race(engine: Engine, *acts: Callable[[Session], object]) -> list[BaseException]:
    """Each act in a session of its own, committed as a door does."""

    def in_own_session(act: Callable[[Session], object]) -> Callable[[], None]:
        def run() -> None:
            with sessions(engine).begin() as session:
                act(session)

        return run

    return run_together(*map(in_own_session, acts))


def acts_of_people(session: Session, finding: Finding) -> int:
    query = select(func.count(Event.id)).where(Event.finding_id == finding.id, Event.actor_id.is_not(None))
    return session.scalar(query) or 0


def found(session: Session, town: Town) -> Finding:
    return log_finding(session, town)


def submitted(session: Session, town: Town) -> Finding:
    finding = receive_finding(session, town)
    submit_finding(session, town, finding)
    return finding


def asked(session: Session, town: Town) -> Finding:
    finding = receive_finding(session, town)
    ask(session, finding.id, actor=town.university, now=SUBMITTED_AT, deadline=local(4, 28), reason="设备在途")
    return finding


def escalated(session: Session, town: Town) -> Finding:
    finding = receive_finding(session, town)
    refuse(session, finding.id, actor=town.inspector, now=SUBMITTED_AT, reason="拒不整改")
    return finding


def verified(session: Session, town: Town) -> Finding:
    finding = submitted(session, town)
    judge(session, town, finding, Outcome.PASS, at=SUBMITTED_AT + timedelta(minutes=9))
    return finding


def notifies(session: Session, town: Town, id_: str) -> object:
    return notify(session, Demand(id_, "整改", DEADLINE), actor=town.inspector, now=NOW)


def passes(session: Session, town: Town, id_: str) -> object:
    return review(session, id_, NewReview(Outcome.PASS, "已改好"), actor=town.team_head, now=NOW)


def fails(session: Session, town: Town, id_: str) -> object:
    return review(session, id_, NewReview(Outcome.FAIL, "未改好"), actor=town.inspector, now=NOW)


def grants(session: Session, town: Town, id_: str) -> object:
    asked_for = session.scalar(select(Extension.id).where(Extension.finding_id == id_)) or new_id()
    return decide(session, asked_for, actor=town.team_head, now=NOW, granted=True, comment="同意")


def receives(session: Session, town: Town, id_: str) -> object:
    return begin(session, id_, actor=town.university, now=NOW)


def asks(session: Session, town: Town, id_: str) -> object:
    return ask(session, id_, actor=town.university, now=NOW, deadline=local(4, 29), reason="设备在途")


def sets_anew(session: Session, town: Town, id_: str) -> object:
    words = {"measure": Measure.SUPERVISED, "opinion": "挂牌督办", "new_deadline": local(4, 30)}
    return opine(session, id_, actor=town.leadership, now=NOW, **words)  # type: ignore[arg-type]  # one by one


def refuses(session: Session, town: Town, id_: str) -> object:
    return refuse(session, id_, actor=town.team_head, now=NOW, reason="拒不整改")


def escalates(session: Session, town: Town, id_: str) -> object:
    return escalate(session, id_, actor=town.leadership, now=NOW, from_level=1, reason="临近考试")


def reopens(session: Session, town: Town, id_: str) -> object:
    return reopen(session, id_, actor=town.team_head, now=NOW, reason="回头看", deadline=local(4, 30))


def voids(session: Session, town: Town, id_: str) -> object:
    return void(session, id_, actor=town.team_head, now=NOW, reason="重复")


@pytest.mark.parametrize(
    ("come_to", "act"),
    [
        (found, notifies),
        (found, voids),
        (notify_finding, receives),
        (receive_finding, asks),
        (receive_finding, refuses),
        (submitted, passes),
        (asked, grants),
        (escalated, sets_anew),
        (escalated, escalates),
        (verified, reopens),
    ],
    ids=lambda function: function.__name__,
)
def test_of_two_that_do_the_same_one_wins(
    engine: Engine, session: Session, town: Town, come_to: Callable[[Session, Town], Finding], act: Act
) -> None:
    finding = come_to(session, town)
    before = acts_of_people(session, finding)
    session.commit()
    failures = race(engine, *[lambda own: act(own, town, finding.id)] * 2)
    assert [type(failure) for failure in failures] == [Conflict]
    assert acts_of_people(session, finding) == before + (2 if act is sets_anew else 1)


def test_of_a_pass_and_a_failure_at_once_one_wins(engine: Engine, session: Session, town: Town) -> None:
    finding = submitted(session, town)
    session.commit()
    failures = race(engine, lambda own: passes(own, town, finding.id), lambda own: fails(own, town, finding.id))
    assert [failure.args for failure in failures] in ([("wrong_state",)], [("nothing_pending",)])


def test_two_submissions_at_once_follow_each_other_and_the_newer_counts(
    engine: Engine, session: Session, town: Town
) -> None:
    finding = receive_finding(session, town)
    evidence = add_evidence(session, town.university)
    session.commit()

    def submits(own: Session) -> object:
        ids = [evidence]
        return submit(own, finding.id, actor=town.university, now=SUBMITTED_AT, measures="已改", evidence_ids=ids)

    assert race(engine, submits, submits) == []
    query = select(Event.data).where(Event.move == Move.SUBMIT).order_by(Event.position)
    newest = [data["submission_id"] for data in session.scalars(query)][-1]
    session.refresh(finding)
    assert finding.pending_submission_id == newest


def test_a_repeat_that_comes_at_the_same_moment_logs_one_finding(engine: Engine, session: Session, town: Town) -> None:
    new = NewFinding(town.college.id, "备用电源未测试", Severity.GENERAL, client_id="平板-17")
    answers: list[str] = []
    logs = lambda own: answers.append(log(own, new, actor=town.inspector, now=NOW).id)  # noqa: E731
    assert race(engine, *[logs] * 4) == []
    assert (len(answers), len(set(answers)), session.scalar(select(func.count(Finding.id)))) == (4, 1, 1)
    after = log_finding(session, town)
    assert after.number.endswith("-0002")  # the repeats gave their numbers back


def test_conflicting_acts_of_twenty_leave_a_legal_history(engine: Engine, session: Session, town: Town) -> None:
    finding = submitted(session, town)
    session.commit()
    acts: list[Act] = [passes, fails, asks, grants, refuses, escalates, sets_anew, reopens, voids, receives] * 2
    failures = race(engine, *[lambda own, act=act: act(own, town, finding.id) for act in acts])
    assert all(isinstance(failure, DubanError) for failure in failures), failures
    assert len(failures) < len(acts)
    events = session.scalars(select(Event).where(Event.finding_id == finding.id).order_by(Event.position)).all()
    state: State | None = None
    for event in events:
        assert event.from_state is state
        here = event.to_state if event.to_state is not state else None
        rows = [row for row in TABLE if row.move is event.move and state in row.sources and row.to in (here, state)]
        assert rows or event.move is Move.LOG, f"{event.move} from {state} to {event.to_state}"
        state = event.to_state
    session.refresh(finding)
    assert (finding.state, finding.chain_length, finding.chain_head) == (state, len(events), events[-1].hash)


@pytest.mark.parametrize("server", ["postgresql_url"])
def test_eight_sweepers_at_once_move_each_finding_once(request: pytest.FixtureRequest, server: str) -> None:
    engine = connect(request.getfixturevalue(server))
    with sessions(engine)() as session:
        add_findings(session, build_town(session), 2000)
    done: list[SweepResult] = []

    def sweeps() -> None:
        while True:
            with sessions(engine).begin() as own:
                swept = sweep(own, now=JUST_MISSED, limit=100)
            done.append(swept)
            if not swept.findings:
                return

    assert run_together(*[sweeps] * 8) == []
    with sessions(engine)() as session:
        assert sum(swept.events for swept in done) == 2000
        assert session.scalar(select(func.count(Event.id.distinct()))) == 2000
        assert session.scalar(select(func.count(Event.finding_id.distinct()))) == 2000
        assert session.scalar(select(func.count(Alert.id))) == 8000
        assert session.scalars(select(Finding.version).distinct()).all() == [2]
    engine.dispose()


def test_an_act_and_a_sweep_at_once_leave_one_history(engine: Engine, session: Session, town: Town) -> None:
    """At the deadline's end the reviewer and the clock both want the finding."""
    finding = submitted(session, town)
    session.commit()
    race(
        engine,
        lambda own: passes(own, town, finding.id),
        *[lambda own: sweep(own, now=NOW)] * 3,
    )
    session.refresh(finding)
    assert finding.state is State.VERIFIED
    assert kinds(session, finding)[-1] == "review_pass"


@pytest.mark.parametrize("server", ["postgresql_url"])
def test_who_waited_for_a_unit_that_moves_finds_it_where_it_is(request: pytest.FixtureRequest, server: str) -> None:
    """A finding is notified, and one is logged, while its university goes from one district to another."""
    engine = connect(request.getfixturevalue(server))
    with sessions(engine)() as session:
        town = build_town(session)
        finding = log_finding(session, town)
        id_, unit_id, elsewhere = finding.id, finding.organization_id, town.other_office.id
        session.commit()
        both = replace(town.inspector, assigned=town.inspector.assigned | town.other_inspector.assigned)
    new = NewFinding(organization_id=unit_id, summary="消防通道堵塞", severity=Severity.GENERAL)
    with sessions(engine)() as mover, ThreadPoolExecutor(2) as others:
        rename_or_move(mover, unit_id, parent_id=elsewhere, actor=OPERATOR, now=NOW)

        def write(act: Callable[[Session], Finding]) -> tuple[str, str, object]:
            with sessions(engine).begin() as own:
                found = act(own)
                return found.district_id, found.district.id, found.assignment and found.assignment.district_id

        demand = Demand(id_, "整改", DEADLINE)
        acts = (
            lambda own: notify(own, demand, actor=both, now=NOW),
            lambda own: log(own, new, actor=both, now=NOW),
        )
        waiting = [others.submit(write, act) for act in acts]
        while mover.scalar(text(WAITING)) < len(waiting):
            assert not any(one.done() for one in waiting), [one.result() for one in waiting if one.done()]
        mover.commit()
        assert [one.result() for one in waiting] == [(elsewhere, elsewhere, elsewhere)] * 2
    engine.dispose()
