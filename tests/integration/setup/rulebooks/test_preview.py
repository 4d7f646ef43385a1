"""A look at what another policy would change: which findings, what, when; and nothing is written."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.models import Event, JournalEntry, Rulebook
from service.setup.rulebooks.preview import preview_policy
from tests.build.rule_files import policy_text
from tests.worlds.books import DEADLINE, Town, local, receive_finding, sweep_until
from workflows.deadlines import MICROSECOND
from workflows.vocabulary import Move, State

STRICT = policy_text(("general = 1 }\n# Our choice: no opinion", "general = 0 }\n# Our choice: no opinion"))
NOW = local(4, 24, 18)


def test_a_finding_that_would_go_up_sooner_is_named_with_both_instants(session: Session, town: Town) -> None:
    finding = receive_finding(session, town)
    sweep_until(session, NOW)
    preview = preview_policy(session, STRICT, now=NOW, round_id=town.round.id)
    (changed,) = preview.changed
    assert (preview.open_findings, changed.number, changed.state) == (1, finding.number, State.OVERDUE)
    assert changed.before.next_step is not None
    assert changed.after.next_step is not None
    assert (changed.before.next_step.move, changed.before.escalated_at) == (Move.ESCALATE, local(4, 27))
    assert (changed.after.next_step.due_at, changed.after.escalated_at) == (DEADLINE + MICROSECOND, NOW)
    assert changed.after.reported_at is not None
    assert changed.before.reported_at is not None
    assert changed.after.reported_at < changed.before.reported_at


def test_a_policy_that_changes_no_clock_changes_no_finding(session: Session, town: Town) -> None:
    receive_finding(session, town)
    assert preview_policy(session, policy_text(), now=local(4, 14, 9)).changed == []


def test_a_look_ahead_writes_nothing(session: Session, town: Town) -> None:
    receive_finding(session, town)
    tables = (Event, JournalEntry, Rulebook)
    before = [session.scalar(select(func.count()).select_from(table)) for table in tables]
    preview_policy(session, STRICT, now=NOW)
    assert [session.scalar(select(func.count()).select_from(table)) for table in tables] == before
    assert not session.dirty
    assert not session.new
