"""Another policy: new findings go by it, those under way keep theirs unless they are moved on record."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.verify import verify
from service.errors import Conflict, InvalidInput, NotAllowed
from service.models import JournalEntry
from service.rounds.rounds import close_round
from service.setup.rulebooks.policies import policy_for_new_rounds, policy_in_force, put_policy_in_force
from tests.build.rule_files import policy_text
from tests.worlds.books import DEADLINE, FOUND_AT, Town, kinds, local, log_finding, receive_finding, sweep_until
from tests.worlds.rows import make_round
from workflows.findings.facts import OPERATOR
from workflows.journal import JournalAct, SubjectKind
from workflows.vocabulary import Role

STRICT = policy_text(("general = 1 }\n# Our choice: no opinion", "general = 0 }\n# Our choice: no opinion"))
NOW = local(4, 14, 9)


def entries(session: Session) -> list[JournalEntry]:
    query = select(JournalEntry).where(JournalEntry.subject_kind == SubjectKind.POLICY)
    return list(session.scalars(query.order_by(JournalEntry.position)))


def test_findings_logged_from_then_on_go_by_it_and_those_under_way_keep_theirs(session: Session, town: Town) -> None:
    before = receive_finding(session, town)
    was = before.policy_version
    done = put_policy_in_force(session, STRICT, actor=town.admin, now=NOW, round_id=town.round.id, reason="市里要求")
    after = log_finding(session, town, at=local(4, 14, 10))
    session.refresh(before)
    assert (before.policy_version, after.policy_version) == (was, done.version)
    assert (done.rounds, done.moved) == ([town.round.number], 0)
    (entry,) = entries(session)
    assert (entry.act, entry.actor_id, entry.reason) == (JournalAct.PUT_IN_FORCE, town.admin.id, "市里要求")
    assert entry.data["changed"] == {"version": {"from": was, "to": done.version}}
    assert entry.round_id == town.round.id
    assert verify(session) == []


def test_findings_under_way_go_over_when_they_are_moved_and_the_record_names_them(session: Session, town: Town) -> None:
    finding = receive_finding(session, town)
    done = put_policy_in_force(session, STRICT, actor=town.admin, now=NOW, round_id=town.round.id, move_open=True)
    session.refresh(finding)
    assert (finding.policy_version, done.moved) == (done.version, 1)
    assert entries(session)[0].data["findings"] == [finding.id]
    sweep_until(session, local(4, 25))
    assert kinds(session, finding)[-2:] == ["expire", "escalate.1"]  # at once, not after a working day
    session.commit()
    assert verify(session) == []


def test_what_was_due_before_is_done_under_the_old_policy(session: Session, town: Town) -> None:
    finding = receive_finding(session, town)
    sweep_until(session, DEADLINE)
    late = local(4, 24, 18)
    put_policy_in_force(session, STRICT, actor=town.admin, now=late, round_id=town.round.id, move_open=True)
    assert kinds(session, finding)[-1] == "expire"
    sweep_until(session, late)
    assert kinds(session, finding)[-1] == "escalate.1"


def test_without_a_round_it_holds_for_all_that_are_open_and_for_rounds_to_come(session: Session, town: Town) -> None:
    shipped = policy_for_new_rounds(session, now=NOW)
    other = make_round(session, number="2026-09", policy_version=town.round.policy_version)
    done = put_policy_in_force(session, STRICT, actor=OPERATOR, now=NOW)
    session.refresh(other)
    assert {town.round.policy_version, other.policy_version} == {done.version}
    assert policy_for_new_rounds(session, now=NOW) == done.version != shipped
    assert policy_in_force(session).version == policy_in_force(session, other.id).version == "minghe/1"
    assert [entry.actor_role for entry in entries(session)] == [Role.ADMIN] * 3
    again = put_policy_in_force(session, policy_text(name="minghe/2"), actor=OPERATOR, now=local(4, 15, 9))
    assert entries(session)[-1].data["changed"]["version"] == {"from": done.version, "to": again.version}


def test_a_closed_round_keeps_its_policy(session: Session, town: Town) -> None:
    close_round(session, town.round, now=FOUND_AT)
    with pytest.raises(Conflict, match="round_closed"):
        put_policy_in_force(session, STRICT, actor=town.admin, now=NOW, round_id=town.round.id)


def test_a_policy_that_cannot_be_followed_changes_nothing(session: Session, town: Town) -> None:
    was = town.round.policy_version
    with pytest.raises(InvalidInput) as refused:
        put_policy_in_force(session, policy_text(("review = 2 ", "review = 0 ")), actor=town.admin, now=NOW)
    assert refused.value.fields == {"text": "rulebook_wrong"}
    assert (town.round.policy_version, entries(session)) == (was, [])


def test_nobody_but_administrators_puts_a_policy_in_force(session: Session, town: Town) -> None:
    for actor in town.everybody().values():
        if not actor.holds(Role.ADMIN):
            with pytest.raises(NotAllowed):
                put_policy_in_force(session, STRICT, actor=actor, now=NOW)
    assert entries(session) == []
