"""The sweep: every due move once, in order, however often and late it runs; one bad row never stops the rest."""

import json
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from service.errors import Conflict
from service.findings.rectification_notices import begin
from service.findings.sweep import SweepResult, foresee_moves, next_due_at, sweep
from service.models import Alert, Event, Finding
from service.round_changes.period import RoundChange, change_round
from service.rounds.rounds import close_round
from service.rounds.rulebooks import keep_calendar
from service.store.db import connect, sessions
from service.store.sweeping import AGAIN_AFTER
from tests.build.crowd import JUST_MISSED, add_findings
from tests.build.refusals import refuse
from tests.worlds.books import (
    DEADLINE,
    FOUND_AT,
    Town,
    build_town,
    heard,
    kinds,
    local,
    notify_finding,
    receive_finding,
    sweep_until,
)
from workflows.calendar import shipped_calendar_text
from workflows.findings.effects import EFFECTS
from workflows.vocabulary import Move, State


def counts(session: Session) -> tuple[int, int]:
    return session.scalar(select(func.count(Event.id))) or 0, session.scalar(select(func.count(Alert.id))) or 0


def test_a_finding_goes_overdue_once(session: Session, town: Town) -> None:
    finding = receive_finding(session, town)
    sweep_until(session, DEADLINE)
    assert sweep(session, now=JUST_MISSED) == SweepResult(findings=1, events=1)
    session.commit()
    before = counts(session)
    assert sweep(session, now=JUST_MISSED) == SweepResult()
    assert sweep(session, now=JUST_MISSED + timedelta(hours=1)) == SweepResult()
    assert (counts(session), kinds(session, finding)[-1]) == (before, "expire")
    assert heard(session, finding, town, "expire") == ["district", "inspector", "team_head", "university"]


def test_nothing_happens_before_its_moment(session: Session, town: Town) -> None:
    receive_finding(session, town)
    sweep_until(session, DEADLINE)
    assert next_due_at(session) == JUST_MISSED
    assert sweep(session, now=DEADLINE) == SweepResult()


def test_an_alert_of_the_clock_is_written_once_even_when_the_step_is_swept_again(session: Session, town: Town) -> None:
    """As after a restored backup of findings alone: the step's event comes again, its alerts do not."""
    (finding_id,) = add_findings(session, town, 1)
    before = dict(session.execute(select(Finding.__table__).where(Finding.id == finding_id)).mappings().one())
    sweep(session, now=JUST_MISSED)
    heard_once = counts(session)[1]
    back = {name: before[name] for name in ("state", "overdue_at", "next_action_at", "progress")}
    session.execute(update(Finding).where(Finding.id == finding_id).values(back))
    assert sweep(session, now=JUST_MISSED) == SweepResult(findings=1, events=1)
    assert counts(session) == (2, heard_once)


def test_after_an_outage_missed_steps_run_in_order_and_missed_reminders_are_dropped(
    session: Session, town: Town
) -> None:
    finding = notify_finding(session, town)
    assert sweep(session, now=local(5, 11, 9)) == SweepResult(findings=1, events=3)
    assert kinds(session, finding) == ["log.general", "notify", "deem_received", "expire", "escalate.1"]
    query = select(Event.data).where(Event.finding_id == finding.id, Event.position > 2).order_by(Event.position)
    due = [data["due_at"] for data in session.scalars(query)]
    assert due == [local(4, 14).isoformat(), JUST_MISSED.isoformat(), local(4, 27).isoformat()]
    session.refresh(finding)
    assert finding.opinion_awaited_since == local(5, 11, 9)  # the authority's time counts from the recording
    assert finding.next_action_at == local(5, 13)  # the leadership's warning


def test_a_batch_leaves_what_is_beyond_it_for_the_next(session: Session, town: Town) -> None:
    add_findings(session, town, 25)
    done = [sweep(session, now=JUST_MISSED, limit=10) for _ in range(4)]
    assert [swept.findings for swept in done] == [10, 10, 5, 0]
    assert counts(session) == (25, 100)


def test_the_most_overdue_come_first(session: Session, town: Town) -> None:
    add_findings(session, town, 5, due_at=JUST_MISSED)
    session.execute(update(Finding).where(Finding.number.endswith("3")).values(next_action_at=FOUND_AT))
    sweep(session, now=JUST_MISSED, limit=1)
    assert session.scalars(select(Finding.number).where(Finding.state == State.OVERDUE)).all() == ["2026-08-00003"]


@pytest.mark.parametrize("progress", ['{"reminder": [1]}', '{"no such clock": [1, "2026-04-13T00:00:00+00:00"]}', "[]"])
def test_a_row_that_makes_no_sense_is_set_aside_and_the_others_go_through(
    session: Session, town: Town, progress: str
) -> None:
    ids = add_findings(session, town, 30)
    session.execute(update(Finding).where(Finding.id == ids[7]).values(progress=json.loads(progress)))
    session.commit()
    assert sweep(session, now=JUST_MISSED) == SweepResult(findings=29, events=29, set_aside=1)
    session.commit()
    bad = session.get_one(Finding, ids[7], populate_existing=True)
    assert (bad.state, bad.set_aside_at, bad.next_action_at) == (
        State.RECTIFYING,
        JUST_MISSED,
        JUST_MISSED + AGAIN_AFTER,
    )
    assert bad.set_aside_error
    assert sweep(session, now=JUST_MISSED) == SweepResult()
    session.execute(update(Finding).where(Finding.id == ids[7]).values(progress={}))
    assert sweep(session, now=JUST_MISSED + AGAIN_AFTER) == SweepResult(findings=1, events=1)
    columns = (Finding.state, Finding.set_aside_at, Finding.set_aside_error)
    assert session.execute(select(*columns).where(Finding.id == ids[7])).one() == (State.OVERDUE, None, None)


def test_a_finding_whose_clock_never_ends_is_set_aside_and_the_others_go_through(
    session: Session, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted: receipt is deemed and not noted, so that it is due again at once."""
    endless, sound = notify_finding(session, town), receive_finding(session, town)
    session.commit()
    monkeypatch.setitem(EFFECTS, Move.DEEM_RECEIVED, lambda *_: None)
    found = sweep(session, now=JUST_MISSED)
    assert (found.findings, found.set_aside) == (1, 1)
    session.refresh(endless)
    assert "ClockNeverEnds" in (endless.set_aside_error or "")
    assert kinds(session, sound)[-1] == "expire"


def test_a_row_that_the_database_refuses_is_set_aside_and_the_other_999_go_through(
    session: Session, town: Town
) -> None:
    ids = add_findings(session, town, 1000)
    refuse(session, "events", "finding_id", ids[613])
    assert sweep(session, now=JUST_MISSED) == SweepResult(findings=999, events=999, set_aside=1)
    session.commit()
    bad = session.get_one(Finding, ids[613], populate_existing=True)
    assert (bad.state, bad.chain_length, bad.set_aside_at) == (State.RECTIFYING, 0, JUST_MISSED)
    assert bad.set_aside_error
    assert counts(session) == (999, 999 * 4)


def test_foreseeing_tells_what_a_sweep_will_do_and_writes_nothing(session: Session, town: Town) -> None:
    finding = notify_finding(session, town)
    ids = add_findings(session, town, 3)
    session.execute(update(Finding).where(Finding.id == ids[0]).values(progress={"reminder": []}))
    session.commit()
    rows = session.execute(select(Finding.__table__).order_by(Finding.id)).all()
    foreseen = dict(foresee_moves(session, at=JUST_MISSED))
    assert [transition.kind for transition in foreseen[finding.number]] == ["deem_received", "expire"]
    assert len(foreseen) == 3  # the row that makes no sense is left out
    session.commit()
    assert session.execute(select(Finding.__table__).order_by(Finding.id)).all() == rows
    assert counts(session) == (2, 1)


def test_a_closed_round_is_silent(session: Session, town: Town) -> None:
    finding = receive_finding(session, town)
    close_round(session, town.round, now=local(4, 20, 9))
    session.commit()
    assert sweep(session, now=local(4, 20, 9)) == SweepResult(findings=1, events=0)
    assert (next_due_at(session), sweep(session, now=local(6, 1))) == (None, SweepResult())
    with pytest.raises(Conflict, match="round_closed"):
        begin(session, finding.id, actor=town.university, now=local(4, 21, 9))
    session.refresh(finding)
    assert (finding.at_risk_at, kinds(session, finding)) == (None, ["log.general", "notify", "begin"])


def test_exam_days_bring_the_ladder_forward(session: Session, town: Town) -> None:
    deadline = local(6, 5)
    finding = receive_finding(session, town, deadline=deadline, at=local(5, 27, 10))
    sweep_until(session, deadline + timedelta(minutes=1))
    assert next_due_at(session) == local(6, 8)
    change_round(
        session, town.round.id, RoundChange(exam_days=[date(2026, 6, 6)]), actor=town.admin, now=local(6, 5, 18)
    )
    session.commit()
    sweep_until(session, local(6, 5, 18))
    assert kinds(session, finding)[6:8] == ["expire", "escalate.1"]


def test_a_new_calendar_moves_the_timers_of_open_findings(session: Session, town: Town) -> None:
    finding = notify_finding(session, town, at=local(5, 25, 10), deadline=local(6, 5))
    assert finding.next_action_at == local(5, 26)
    text = shipped_calendar_text().replace('version = "china', 'version = "more-off', 1)
    keep_calendar(session, text.replace("  2026-01-01,", "  2026-05-26, 2026-01-01,", 1), now=local(5, 25, 12))
    sweep_until(session, local(5, 25, 12))
    session.refresh(finding)
    assert (finding.next_action_at, kinds(session, finding)) == (local(5, 27), ["log.general", "notify"])


def test_a_full_disk_moves_no_finding_and_sets_none_aside(sqlite_url: str) -> None:
    engine = connect(sqlite_url)
    maker = sessions(engine)
    with maker() as session:
        add_findings(session, build_town(session), 30)
    session = maker()
    session.execute(text(f"PRAGMA max_page_count = {session.scalar(text('PRAGMA page_count'))}"))
    with pytest.raises(OperationalError, match="full"):
        sweep(session, now=JUST_MISSED)
    session.rollback()
    engine.dispose()
    assert session.scalar(select(func.count(Finding.set_aside_at))) == 0
    assert sweep(session, now=JUST_MISSED).findings == 30
    session.close()
    engine.dispose()
