"""An import that was prepared is written as it is; it is planned anew only when what it rests on has changed."""

import io
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from service.findings.corrections import edit
from service.findings.escalations import void
from service.ledger_import import Imported, PreparedImport, import_ledger, outcome, prepare_import, read_table
from service.ledger_import.table import TableLine
from service.models import Finding, Organization, Person, Round
from service.people.callers import caller_of
from service.store.db import reading, sessions
from tests.build.checklists import add_checklist
from tests.build.imported_tables import COLLEGE, DAY, FIRST, HEADINGS, NOW, SECOND, brought, counts, how_many
from tests.build.workbooks import workbook
from tests.worlds.books import Town, log_finding
from workflows.findings.facts import Actor

NEW = (None, COLLEGE, None, "挂钟停走", None, None, "一般问题", DAY)


class ReadLines(list[TableLine]):
    """Lines that count how often they are planned."""

    planned = 0

    def __iter__(self) -> Iterator[TableLine]:
        self.planned += 1
        return super().__iter__()


@pytest.fixture
def listed(session: Session, town: Town) -> Town:
    """The town with a checklist."""
    add_checklist(session, town.round, [("1-1", "组织领导情况"), ("1-2", "试卷安全保密")])
    session.commit()
    return town


def table(*rows: Sequence[Any]) -> ReadLines:
    return ReadLines(read_table(io.BytesIO(workbook({"整改台账": [HEADINGS, *rows]}))))


def prepared(session: Session, lines: ReadLines, actor: Actor) -> PreparedImport:
    with sessions(reading(session.get_bind()))() as reader:  # type: ignore[arg-type]  # tests have engines
        made = prepare_import(reader, lines, actor=actor, now=NOW)
    lines.planned = 0
    return made


def written(session: Session, lines: ReadLines, actor: Actor, made: PreparedImport) -> Imported:
    done = import_ledger(session, lines, actor=actor, now=NOW, prepared=made)
    session.commit()
    return done


def test_nothing_is_planned_twice_while_nothing_has_changed(session: Session, listed: Town) -> None:
    brought(session, listed.inspector, FIRST)
    session.commit()
    lines = table((*FIRST[:3], "监控画面有三处盲区", *FIRST[4:]), SECOND, NEW)
    made = prepared(session, lines, listed.inspector)
    assert counts(written(session, lines, listed.inspector, made)) == (2, 1, 0)
    assert lines.planned == 0


def test_what_others_log_elsewhere_changes_nothing(session: Session, listed: Town) -> None:
    lines = table(FIRST, NEW)
    made = prepared(session, lines, listed.inspector)
    log_finding(session, listed, summary="消防通道堆物")
    session.commit()
    assert counts(written(session, lines, listed.inspector, made)) == (2, 0, 0)
    assert lines.planned == 0
    numbers = [one.number for one in session.query(Finding).order_by(Finding.number)]
    assert numbers == [f"{listed.round.number}-{number:04d}" for number in (1, 2, 3)]


def test_a_table_that_a_colleague_brought_meanwhile_is_not_logged_again(session: Session, listed: Town) -> None:
    lines = table(FIRST, SECOND, NEW)
    made = prepared(session, lines, listed.inspector)
    brought(session, listed.team_head, FIRST, SECOND, NEW)
    session.commit()
    before = how_many(session)
    assert counts(written(session, lines, listed.inspector, made)) == (0, 0, 3)
    assert (lines.planned > 0, how_many(session)) == (True, before)


def test_the_same_table_brought_twice_at_once_is_logged_once(session: Session, listed: Town) -> None:
    lines = table(FIRST, SECOND, NEW)
    first, second = (prepared(session, lines, listed.inspector) for _ in range(2))
    assert counts(written(session, lines, listed.inspector, first)) == (3, 0, 0)
    assert counts(written(session, lines, listed.inspector, second)) == (0, 0, 3)


def test_a_finding_that_was_corrected_meanwhile_is_held_against_the_line_again(session: Session, listed: Town) -> None:
    brought(session, listed.inspector, FIRST)
    session.commit()
    lines = table((*FIRST[:3], "监控画面有三处盲区", *FIRST[4:]), NEW)
    finding = session.query(Finding).one()
    made = prepared(session, lines, listed.inspector)
    edit(
        session, finding.id, {"summary": "监控画面有三处盲区"}, version=finding.version, actor=listed.inspector, now=NOW
    )
    session.commit()
    assert counts(outcome(made)) == (1, 1, 0)
    assert counts(written(session, lines, listed.inspector, made)) == (1, 0, 1)


def test_a_finding_that_was_voided_meanwhile_is_logged_anew(session: Session, listed: Town) -> None:
    brought(session, listed.inspector, NEW)
    session.commit()
    lines = table(NEW)
    made = prepared(session, lines, listed.inspector)
    void(session, session.query(Finding).one().id, reason="重复登记", actor=listed.team_head, now=NOW)
    session.commit()
    assert counts(outcome(made)) == (0, 0, 1)
    assert counts(written(session, lines, listed.inspector, made)) == (1, 0, 0)


def test_a_unit_that_was_closed_meanwhile_is_refused(session: Session, listed: Town) -> None:
    lines = table(FIRST, SECOND)
    made = prepared(session, lines, listed.inspector)
    session.execute(update(Organization).where(Organization.name == COLLEGE).values(closed_at=NOW))
    session.commit()
    done = written(session, lines, listed.inspector, made)
    assert ([fault.code for fault in done.faults], how_many(session)) == (["unknown_organization"], (0, 0, 0))


def test_a_round_that_was_renamed_meanwhile_gives_its_new_number(session: Session, listed: Town) -> None:
    lines = table(FIRST)
    made = prepared(session, lines, listed.inspector)
    session.execute(update(Round).values(number="2026-99"))
    session.commit()
    session.expire_all()
    assert counts(written(session, lines, listed.inspector, made)) == (1, 0, 0)
    assert (lines.planned > 0, session.query(Finding).one().number) == (True, "2026-99-0001")


def test_what_was_prepared_for_one_is_not_written_for_another(session: Session, listed: Town) -> None:
    lines = table(FIRST)
    made = prepared(session, lines, listed.inspector)
    person = session.get_one(Person, listed.team_head.id)
    written(session, lines, caller_of(session, person).actor, made)
    assert (lines.planned > 0, session.query(Finding).one().created_by_id) == (True, person.id)
