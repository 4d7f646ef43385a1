"""A person's move, step by step: open the finding, let the clock run, try the move, write it down."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from service.errors import Conflict, DubanError, InvalidInput, NotAllowed, NotFound
from service.findings.sweep import COLUMNS
from service.models import Finding
from service.records.events import LockedFinding, NewEvent, record_moves
from service.records.facts import facts_of
from service.rounds.rulebooks import RulesOfRounds
from service.scope import findings_seen
from workflows.findings.attempts import Attempt, Refusal, TransitionRefused
from workflows.findings.facts import Actor
from workflows.findings.rectification import advance, allowed_moves, apply

FIELDS = {
    Refusal.DEADLINE_MISSING: "deadline",
    Refusal.DEADLINE_PAST: "deadline",
    Refusal.DEADLINE_AFTER_EXAM: "deadline",
    Refusal.DEADLINE_NOT_LATER: "deadline",
    Refusal.EXTENSION_TOO_LONG: "deadline",
    Refusal.EVIDENCE_MISSING: "evidence_ids",
}  # refusals about what the caller brought along, and the field to look at


@dataclass(slots=True)
class OpenFindings:
    """Findings that one actor is about to move, locked, with the clock's due moves already made."""

    session: Session
    actor: Actor
    now: datetime
    moved: list[LockedFinding]

    def try_move(
        self, attempt: Attempt, *, reason: str | None = None, data: Mapping[str, object] | None = None
    ) -> None:
        """Make one move on every opened finding."""
        for one in self.moved:
            self.try_on(one, attempt, reason=reason, data=data)

    def try_on(
        self,
        one: LockedFinding,
        attempt: Attempt,
        *,
        reason: str | None = None,
        data: Mapping[str, object] | None = None,
    ) -> None:
        """Make one move on one of them; a refusal is an error, and nothing may be written."""
        try:
            transition = apply(one.facts, attempt, one.rules)
        except TransitionRefused as refused:
            raise _error(refused, one, self.actor) from refused
        one.events.append(NewEvent(transition, self.actor, reason, data or {}))

    def write(self) -> list[Finding]:
        """Record everything; returns the findings as they are now, in the order they were asked for."""
        record_moves(self.session, self.moved, now=self.now)
        return load(self.session, [one.row["id"] for one in self.moved])


def open_findings(session: Session, finding_ids: Sequence[str], *, actor: Actor, now: datetime) -> OpenFindings:
    """Lock the findings, in the order of their ids so that two callers cannot block each other.

    Raises `NotFound` for those that do not exist or that the actor does not see.
    """
    query = select(*COLUMNS).where(Finding.id.in_(finding_ids), findings_seen(actor)).order_by(Finding.id)
    rows = {row["id"]: row for row in session.execute(query.with_for_update(of=Finding)).mappings()}
    if not finding_ids or any(id_ not in rows for id_ in finding_ids):
        raise NotFound("not_found")
    moved, rules_of_rounds = [], RulesOfRounds(session)
    for id_ in dict.fromkeys(finding_ids):
        row = rows[id_]
        rules = rules_of_rounds.of(row["round_id"], row["policy_version"])
        if rules.silent:
            raise Conflict("round_closed")
        facts = facts_of(row)
        moved.append(
            LockedFinding(row, facts, rules, [NewEvent(transition) for transition in advance(facts, rules, now)])
        )
    return OpenFindings(session, actor, now, moved)


def open_finding(session: Session, finding_id: str, *, actor: Actor, now: datetime) -> OpenFindings:
    """One finding, likewise."""
    return open_findings(session, [finding_id], actor=actor, now=now)


def move_one(
    session: Session,
    finding_id: str,
    attempt: Attempt,
    *,
    reason: str | None = None,
    data: Mapping[str, object] | None = None,
) -> Finding:
    """Open one finding, make one move, write it."""
    opened = open_finding(session, finding_id, actor=attempt.actor, now=attempt.at)
    opened.try_move(attempt, reason=reason, data=data)
    return opened.write()[0]


def load(session: Session, finding_ids: Iterable[str]) -> list[Finding]:
    """Findings as they are now, whatever the session knew of them, in the order of the ids."""
    ids = list(finding_ids)
    query = (
        select(Finding)
        .where(Finding.id.in_(ids))
        .options(joinedload(Finding.organization), joinedload(Finding.district), joinedload(Finding.round))
        .execution_options(populate_existing=True)
    )
    found = {finding.id: finding for finding in session.scalars(query)}
    return [found[id_] for id_ in ids]


def _error(refused: TransitionRefused, one: LockedFinding, actor: Actor) -> DubanError:
    code = str(refused.refusal)
    if refused.refusal is Refusal.NOT_YOURS:
        return NotAllowed(code, move=refused.move)
    if refused.refusal in FIELDS:
        return InvalidInput({FIELDS[refused.refusal]: code})
    moves = [str(move) for move in allowed_moves(one.facts, actor, one.rules)]
    return Conflict(code, move=refused.move, state=str(one.facts.state), allowed_moves=moves)
