"""Next year's plan: put in force while the office runs, or brought along by a newer program, always on record."""

from datetime import date

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from service.audit.verify import verify
from service.errors import InvalidInput, NotAllowed
from service.models import Event, JournalEntry, Rulebook
from service.rounds.rulebooks import calendar_in_force, keep_calendar
from service.setup.rulebooks.calendars import (
    adopt_shipped_calendar,
    calendar_change,
    has_own_calendar,
    offered_calendar,
    put_calendar_in_force,
)
from tests.build.rule_files import calendar_with, calendar_without
from tests.worlds.books import Town, heard, kinds, local, receive_finding, sweep_until
from workflows.calendar import shipped_calendar_text
from workflows.journal import JournalAct, SubjectKind
from workflows.vocabulary import Role

PLAN_2027 = calendar_with(2027, "2027-01-01, 2027-01-02, 2027-01-03")


def entries(session: Session) -> list[JournalEntry]:
    query = select(JournalEntry).where(JournalEntry.subject_kind == SubjectKind.CALENDAR)
    return list(session.scalars(query.order_by(JournalEntry.position)))


def shipped_before(session: Session) -> None:
    """The office as an older program had set it up, which knew nothing of 2026."""
    session.execute(delete(Rulebook).where(Rulebook.kind == "calendar"))
    keep_calendar(session, calendar_without(2026), now=local(4, 1, 9))


def test_an_administrator_puts_next_year_s_plan_in_force_and_it_is_on_record(session: Session, town: Town) -> None:
    assert calendar_in_force(session).is_working_day(date(2027, 1, 1))
    change = put_calendar_in_force(session, PLAN_2027, actor=town.admin, now=local(12, 1, 9), reason="国办通知已公布")
    assert (change.new_years, change.off) == ((2027,), (date(2027, 1, 1),))  # the 2nd and 3rd are a weekend
    assert not calendar_in_force(session).is_working_day(date(2027, 1, 1))
    (entry,) = entries(session)
    assert (entry.act, entry.actor_id, entry.reason) == (JournalAct.PUT_IN_FORCE, town.admin.id, "国办通知已公布")
    assert entry.data["changed"]["version"]["from"] == "china-2026.1"
    assert entry.data["changed"]["version"]["to"].startswith("with-plan@")
    assert verify(session) == []


def test_nobody_but_administrators_changes_the_calendar(session: Session, town: Town) -> None:
    for name, actor in town.everybody().items():
        if not actor.holds(Role.ADMIN):
            with pytest.raises(NotAllowed):
                put_calendar_in_force(session, PLAN_2027, actor=actor, now=local(12, 1, 9))
            assert entries(session) == [], name


def test_a_wrong_calendar_changes_nothing_and_every_mistake_is_named(session: Session, town: Town) -> None:
    wrong = PLAN_2027.replace("2027-01-03]", "2026-01-03, 2027-01-01]")
    with pytest.raises(InvalidInput) as refused:
        put_calendar_in_force(session, wrong, actor=town.admin, now=local(12, 1, 9))
    mistakes = refused.value.particulars["mistakes"]
    assert "belongs under years.2026" in mistakes.en  # type: ignore[attr-defined]  # a text in both languages
    assert "2027-01-01 重复" in mistakes.zh  # type: ignore[attr-defined]
    assert calendar_in_force(session).version == "china-2026.1"


def test_a_look_ahead_names_the_days_that_change(session: Session, town: Town) -> None:
    change = calendar_change(session, calendar_with(2027, "2027-01-01", "2027-01-09"))
    assert (change.off, change.worked) == ((date(2027, 1, 1),), (date(2027, 1, 9),))
    assert calendar_change(session, calendar_without(2026)).lost_years == (2026,)
    assert calendar_change(session, shipped_calendar_text()).is_empty
    assert calendar_in_force(session).version == "china-2026.1"


def test_deadlines_counted_before_the_plan_was_known_are_recounted_and_the_unit_hears(
    session: Session, town: Town
) -> None:
    shipped_before(session)
    finding = receive_finding(session, town, at=local(4, 30, 10), deadline=None, working_days=3)
    assert (finding.deadline, finding.provisional_days) == (local(5, 5), 3)
    now = local(4, 30, 12)
    put_calendar_in_force(session, shipped_calendar_text(), actor=town.admin, now=now)
    sweep_until(session, now)
    session.refresh(finding)
    assert finding.deadline == finding.original_deadline == local(5, 8)
    assert finding.provisional_from is None
    assert kinds(session, finding)[-1] == "recount"
    assert heard(session, finding, town, "recount") == ["inspector", "team_head", "university"]
    event = session.scalars(select(Event).where(Event.move == "recount")).one()
    assert (event.actor_role, event.data["deadline_before"]) == (Role.SYSTEM, local(5, 5).isoformat())
    session.commit()
    assert verify(session) == []


def test_a_calendar_that_was_in_force_before_can_be_put_in_force_again(session: Session, town: Town) -> None:
    put_calendar_in_force(session, PLAN_2027, actor=town.admin, now=local(12, 1, 9))
    put_calendar_in_force(session, shipped_calendar_text(), actor=town.admin, now=local(12, 1, 10))
    assert calendar_in_force(session).version == "china-2026.1"
    assert len(entries(session)) == 2


def test_a_newer_program_brings_its_calendar_along_unless_the_office_has_its_own(session: Session, town: Town) -> None:
    assert adopt_shipped_calendar(session, now=local(12, 1, 9)) is None
    shipped_before(session)
    change = adopt_shipped_calendar(session, now=local(12, 1, 9))
    assert change is not None
    assert change.new_years == (2026,)
    assert calendar_in_force(session).is_complete(date(2026, 1, 1))
    assert not has_own_calendar(session)
    assert [entry.actor_role for entry in entries(session)] == [Role.SYSTEM]


def test_an_office_s_own_calendar_stays_and_a_newer_one_is_offered(session: Session, town: Town) -> None:
    put_calendar_in_force(session, calendar_without(2026, "own"), actor=town.admin, now=local(12, 1, 8))
    assert has_own_calendar(session)
    assert adopt_shipped_calendar(session, now=local(12, 1, 9)) is None
    offered = offered_calendar(session)
    assert offered is not None
    assert (offered.after, offered.new_years) == ("china-2026.1", (2026,))


def test_a_shipped_calendar_that_knows_less_is_not_offered(session: Session, town: Town) -> None:
    put_calendar_in_force(session, PLAN_2027, actor=town.admin, now=local(12, 1, 9))
    assert offered_calendar(session) is None
