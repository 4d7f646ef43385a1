"""Several people at one inspection at the same moment: nothing is lost, nothing is doubled, and the late hear it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from service.audit.verify import verify
from service.errors import Conflict, InvalidInput
from service.findings.log import NewFinding
from service.inspections.answer_list import answers_of
from service.inspections.answers import FindingWords, NewAnswer, answer
from service.inspections.closing import close
from service.inspections.feedback import sweep_feedback
from service.inspections.findings import log_on_inspection
from service.inspections.opening import NewInspection, correct_head, open_inspection
from service.models import Finding, Inspection, JournalEntry, RectificationNotice
from service.rounds.rounds import close_round
from service.store.db import connect, sessions
from tests.build.inspections import BY_DEADLINE, items_of, journal_of, lay_checklists, opened
from tests.integration.findings.test_races import race
from tests.worlds.books import FOUND_AT, Town, build_town, local
from workflows.journal import JournalAct
from workflows.vocabulary import Answer, Severity, State

HOUR = timedelta(hours=1)


@pytest.fixture
def engine(postgresql_url: str) -> Iterator[Engine]:
    """PostgreSQL alone: on SQLite writers queue, and nothing ever happens at the same moment."""
    engine = connect(postgresql_url)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with sessions(engine)() as session:
        yield session


@pytest.fixture
def town(session: Session) -> Town:
    return build_town(session)


@pytest.fixture
def inspection(session: Session, town: Town) -> Inspection:
    lay_checklists(session, town)
    made = opened(session, town)
    session.commit()
    return made


def count(session: Session, model: type[Finding | Inspection | RectificationNotice]) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def test_different_items_by_different_people_at_the_same_time_never_conflict(
    engine: Engine, session: Session, town: Town, inspection: Inspection
) -> None:
    items = items_of(session, inspection)[:24]
    people = [town.inspector, town.team_head]

    def answers(number: int, own: Session) -> object:
        what = Answer.NOT_IN_PLACE if number % 6 == 0 else Answer.IN_PLACE
        new = NewAnswer(items[number].id, what, 0, note=f"第{number}项")
        return answer(own, inspection.id, [new], actor=people[number % 2], now=FOUND_AT)

    acts = [lambda own, number=number: answers(number, own) for number in range(len(items))]
    for at in range(0, len(acts), 8):
        assert race(engine, *acts[at : at + 8]) == []
    rows = [one.row for one in answers_of(session, inspection.id, actor=town.inspector)[: len(items)]]
    assert [row and row.note for row in rows] == [f"第{number}项" for number in range(len(items))]
    assert count(session, Finding) == 4
    entries = [entry.position for entry in journal_of(session, inspection)]
    assert entries == list(range(1, len(items) + 2))
    session.commit()
    assert verify(session) == []


def test_of_several_who_answer_one_item_at_the_same_moment_one_is_heard_and_one_finding_opened(
    engine: Engine, session: Session, town: Town, inspection: Inspection
) -> None:
    item = items_of(session, inspection)[11]

    def answers(own: Session) -> object:
        new = NewAnswer(item.id, Answer.NOT_IN_PLACE, 0, finding=FindingWords("摄像头黑屏"))
        return answer(own, inspection.id, [new], actor=town.inspector, now=FOUND_AT)

    failures = race(engine, *[answers] * 5)
    assert [failure.args for failure in failures] == [("stale_answer",)] * 4
    assert count(session, Finding) == 1


def test_two_batches_in_opposite_order_do_not_block_each_other(
    engine: Engine, session: Session, town: Town, inspection: Inspection
) -> None:
    items = items_of(session, inspection)

    def answers(rows: list[int], own: Session) -> object:
        news = [NewAnswer(items[row].id, Answer.NOT_IN_PLACE, 0) for row in rows]
        return answer(own, inspection.id, news, actor=town.inspector, now=FOUND_AT)

    failures = race(engine, lambda own: answers([0, 1, 2], own), lambda own: answers([5, 4, 3], own))
    assert failures == []
    assert count(session, Finding) == 6


def test_an_inspection_closes_once_and_with_everything_that_was_found(
    engine: Engine, session: Session, town: Town, inspection: Inspection
) -> None:
    item = items_of(session, inspection)[11]
    answer(session, inspection.id, [NewAnswer(item.id, Answer.NOT_IN_PLACE, 0)], actor=town.inspector, now=FOUND_AT)
    session.commit()
    new = NewFinding(
        town.college.id, "备用电源未测试", Severity.GENERAL, inspection_id=inspection.id, checklist_item_id=item.id
    )
    failures = race(
        engine,
        *[lambda own: close(own, inspection.id, BY_DEADLINE, actor=town.inspector, now=FOUND_AT + HOUR)] * 3,
        *[lambda own: log_on_inspection(own, new, actor=town.team_head, now=FOUND_AT + HOUR)] * 3,
    )
    assert sum(isinstance(failure, Conflict) for failure in failures) == 2
    assert all(isinstance(failure, (Conflict, InvalidInput)) for failure in failures)
    found = session.scalars(select(Finding).where(Finding.inspection_id == inspection.id)).all()
    assert {one.state for one in found} == {State.NOTIFIED}, "what came in before the end is in the notice"
    assert {one.notice_id for one in found} == {session.scalars(select(RectificationNotice.id)).one()}


def test_of_two_who_correct_the_head_one_is_told_to_look_again(
    engine: Engine, session: Session, town: Town, inspection: Inspection
) -> None:
    def corrects(note: str, own: Session) -> object:
        return correct_head(own, inspection.id, {"note": note}, version=1, actor=town.inspector, now=FOUND_AT)

    failures = race(engine, lambda own: corrects("晴", own), lambda own: corrects("雨", own))
    assert [failure.args for failure in failures] == [("stale_version",)]


def test_a_repeat_that_comes_at_the_same_moment_opens_one_inspection(
    engine: Engine, session: Session, town: Town, inspection: Inspection
) -> None:
    new = NewInspection(town.neighbour_college.id, client_id="平板-9")
    ids: list[str] = []
    opens = lambda own: ids.append(open_inspection(own, new, actor=town.inspector, now=FOUND_AT).id)  # noqa: E731
    assert race(engine, *[opens] * 4) == []
    assert (len(ids), len(set(ids)), count(session, Inspection)) == (4, 1, 2)
    assert opened(session, town).number.endswith("督0003")


def test_sweepers_and_a_closing_at_once_tell_each_thing_once(
    engine: Engine, session: Session, town: Town, inspection: Inspection
) -> None:
    now = local(4, 15, 17, 1)
    answer(
        session,
        inspection.id,
        [NewAnswer(items_of(session, inspection)[0].id, Answer.IN_PLACE, 0)],
        actor=town.inspector,
        now=now,
    )
    session.commit()
    failures = race(
        engine,
        *[lambda own: sweep_feedback(own, now=now)] * 3,
        lambda own: close(own, inspection.id, BY_DEADLINE, actor=town.inspector, now=now),
    )
    assert failures == []
    acts = session.scalars(select(JournalEntry.act).where(JournalEntry.subject_id == inspection.id)).all()
    assert sorted(acts) == sorted(
        [JournalAct.OPEN, JournalAct.ANSWER, JournalAct.BREACH, JournalAct.CLOSE, JournalAct.FEEDBACK]
    )


def test_nobody_writes_on_an_inspection_whose_round_is_being_closed(
    engine: Engine, session: Session, town: Town, inspection: Inspection
) -> None:
    items = items_of(session, inspection)

    def closes(own: Session) -> None:
        own.add(round_ := own.merge(town.round))
        close_round(own, round_, now=FOUND_AT)

    def answers(row: int, own: Session) -> object:
        new = NewAnswer(items[row].id, Answer.NOT_IN_PLACE, 0)
        return answer(own, inspection.id, [new], actor=town.inspector, now=FOUND_AT)

    failures = race(engine, closes, *[lambda own, row=row: answers(row, own) for row in range(4)])
    assert all(isinstance(failure, Conflict) for failure in failures), failures
    assert count(session, Finding) == 4 - len(failures)
