"""Policies: another one put in force for rounds that run, with or without the findings that are under way."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import Conflict, InvalidInput, existing, refuse_stale
from service.findings.sweep import lock_findings_of_round
from service.models import Round
from service.records.events import LockedFinding, record_moves
from service.records.facts import facts_of
from service.rounds.rounds import go_by_policy
from service.rounds.rulebooks import RulesOfRounds, keep_policy, keep_shipped, policy_of_version, text_of_policy
from service.setup.rulebooks.rulebook_records import hold_rulebooks, last_in_force, record_in_force
from service.wording.texts import InBothLanguages
from workflows.findings.effects import forget_stopped_clocks
from workflows.findings.facts import Actor
from workflows.journal import SubjectKind
from workflows.policy import Policy, load_policy, shipped_policy_text
from workflows.policy_check import policy_mistakes, require_policy


@dataclass(frozen=True, slots=True)
class PolicyInForce:
    """A policy that was put in force: its version, for which rounds, and how many findings went over to it."""

    version: str
    rounds: Sequence[str]  # their numbers
    moved: int


def checked_policy(text: str) -> Policy:
    """The policy of a file; raises `InvalidInput` with every mistake."""
    if mistakes := policy_mistakes(text):
        raise InvalidInput({"text": "rulebook_wrong"}, mistakes=InBothLanguages.lines_of(mistakes))
    return require_policy(text)


def put_policy_in_force(
    session: Session,
    text: str,
    *,
    actor: Actor,
    now: datetime,
    round_id: str | None = None,
    move_open: bool = False,
    reason: str | None = None,
    seen: str | None = None,
) -> PolicyInForce:
    """Keep a policy, by which new findings of the round go from now on; without a round, those of all rounds to come.

    Findings under way keep theirs; with `move_open` they go over, on record, and their timers are reckoned anew.
    Raises `InvalidInput` with every mistake of the file, `NotAllowed` for all but administrators, `Conflict` when the
    round is closed, or another version than was `seen` is in force («stale_version»).
    """
    hold_rulebooks(session, actor)
    checked_policy(text)
    if seen is not None and text != policy_text_in_force(session, round_id):
        refuse_stale({"version": policy_version(session, round_id)}, {"version": None}, {"version": seen})
    rounds = rounds_concerned(session, round_id, lock=True)
    version, moved = keep_policy(session, text, now=now), 0
    for round_ in rounds:
        before = round_.policy_version
        go_by_policy(session, round_, version, now=now)
        ids = _move_findings(session, round_, version, now) if move_open else []
        moved += len(ids)
        data = {"number": round_.number, "changed": {"version": {"from": before, "to": version}}, "findings": ids}
        record_in_force(session, SubjectKind.POLICY, data, actor=actor, now=now, reason=reason, round_id=round_.id)
    if round_id is None:
        last = last_in_force(session, SubjectKind.POLICY)
        data = {"changed": {"version": {"from": last["changed"]["version"]["to"] if last else None, "to": version}}}
        record_in_force(session, SubjectKind.POLICY, data, actor=actor, now=now, reason=reason)
    return PolicyInForce(version, [round_.number for round_ in rounds], moved)


def policy_for_new_rounds(session: Session, *, now: datetime) -> str:
    """The version of the policy that was last put in force for the office, or of the shipped one."""
    last = last_in_force(session, SubjectKind.POLICY)
    return str(last["changed"]["version"]["to"]) if last else keep_shipped(session, now=now)


def policy_in_force(session: Session, round_id: str | None = None) -> Policy:
    """The policy that new findings of the round go by; without a round, that of rounds to come."""
    if round_id is not None:
        round_ = session.get(Round, round_id)
        if round_ is None:
            raise InvalidInput({"round_id": "unknown_reference"})
        return policy_of_version(session, round_.policy_version)
    last = last_in_force(session, SubjectKind.POLICY)
    return policy_of_version(session, last["changed"]["version"]["to"]) if last else load_policy(shipped_policy_text())


def policy_version(session: Session, round_id: str | None = None) -> str:
    """The version, as it is kept, of the policy that `policy_in_force` finds; of the shipped one none, ''."""
    if round_id is not None:
        return existing(session.get(Round, round_id)).policy_version
    last = last_in_force(session, SubjectKind.POLICY)
    return str(last["changed"]["version"]["to"]) if last else ""


def policy_text_in_force(session: Session, round_id: str | None = None) -> str:
    """The file of the policy in force, as `policy_in_force` finds it."""
    if round_id is not None:
        return text_of_policy(session, existing(session.get(Round, round_id)).policy_version)
    last = last_in_force(session, SubjectKind.POLICY)
    return text_of_policy(session, last["changed"]["version"]["to"] if last else None)


def round_of_number(session: Session, number: str) -> Round:
    """The round of that number; raises `NotFound`."""
    return existing(session.scalars(select(Round).where(Round.number == number)).first())


def rounds_concerned(session: Session, round_id: str | None, *, lock: bool = False) -> list[Round]:
    """The round of that id, or all that are open; `lock` holds them against whoever closes or opens something there."""
    query = select(Round).order_by(Round.starts_on, Round.id).execution_options(populate_existing=True)
    if lock:
        query = query.with_for_update(key_share=True, of=Round)
    if round_id is None:
        return list(session.scalars(query.where(Round.closed_at.is_(None))))
    round_ = session.scalars(query.where(Round.id == round_id)).first()
    if round_ is None:
        raise InvalidInput({"round_id": "unknown_reference"})
    if round_.closed_at is not None:
        raise Conflict("round_closed")
    return [round_]


def _move_findings(session: Session, round_: Round, version: str, now: datetime) -> list[str]:
    """Let every open finding of the round go by the policy, after the clock has done what was due under its own.

    Returns the ids of those that went by another before.
    """
    session.flush()
    rows = lock_findings_of_round(session, round_.id, now=now)
    rules = RulesOfRounds(session).of(round_.id, version)
    moved = []
    for row in rows:
        if row["policy_version"] != version:
            facts = facts_of(row, rules)
            forget_stopped_clocks(facts, rules)
            moved.append(LockedFinding(row, facts, rules, policy_version=version))
    record_moves(session, moved, now=now)
    return [str(one.row["id"]) for one in moved]
