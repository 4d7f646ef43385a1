"""A person's move: open the finding, which makes the clock's due moves, make the move, write it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, TypedDict, Unpack

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import Session, undefer

from service.errors import Conflict, DubanError, InvalidInput, NotAllowed, NotFound
from service.findings.read import recorded, what_answers_name
from service.findings.sweep import make_due_moves
from service.models import Assignment, Finding
from service.records.events import FINDINGS, EventData, LockedFinding, NewEvent, record_moves
from service.rounds.rulebooks import RulesOfRounds, around_round
from service.scope import findings_seen
from service.wording.above import particulars_of_above
from service.wording.texts import InBothLanguages
from workflows.findings.attempts import Attempt, Refusal, TransitionRefused
from workflows.findings.facts import Actor, Facts
from workflows.findings.rectification import allowed_moves, apply
from workflows.vocabulary import Move

_NAMES = tuple(column.name for column in FINDINGS.columns)
FIELDS = {
    Refusal.DEADLINE_MISSING: "deadline",
    Refusal.DEADLINE_PAST: "deadline",
    Refusal.DEADLINE_AFTER_EXAM: "deadline",
    Refusal.DEADLINE_NOT_LATER: "deadline",
    Refusal.EXTENSION_TOO_LONG: "deadline",
    Refusal.EVIDENCE_MISSING: "evidence_ids",
    Refusal.REMAINDER_MISSING: "remaining",
}  # refusals about what the caller brought along, and the field to look at


class Details(TypedDict, total=False):
    """What a move brings along; each move asks for its own."""

    deadline: datetime | None
    working_days: int | None  # a deadline counted from receipt
    evidence: int  # pieces
    names_remainder: bool  # a partial review: whether it says what is still to be done
    submission_id: str | None  # the new one, or the one that the reviewer saw
    extension_id: str
    from_level: int  # that the leader saw


@dataclass(slots=True)
class OpenFinding:
    """A finding that one actor is about to move: locked, with the clock's due moves already made."""

    session: Session
    actor: Actor
    now: datetime
    locked: LockedFinding
    finding: Finding  # its row as an object, which follows when the moves are recorded

    @property
    def id(self) -> str:
        return str(self.locked.row["id"])

    @property
    def facts(self) -> Facts:
        """The facts as they are after the moves made so far."""
        return self.locked.facts

    def move(
        self, move: Move, *, reason: str | None = None, data: EventData | None = None, **details: Unpack[Details]
    ) -> None:
        """Make one move; raises NotAllowed, InvalidInput or Conflict when refused: then nothing may be written."""
        try:
            transition = apply(self.facts, Attempt(move, self.actor, self.now, **details), self.locked.rules)
        except TransitionRefused as refused:
            raise self._error(refused) from refused
        self.locked.events.append(NewEvent(transition, self.actor, reason, data or {}))

    def write(self) -> Finding:
        """Record the moves; returns the finding as it is now."""
        return write_findings([self])[0]

    def _error(self, refused: TransitionRefused) -> DubanError:
        code = str(refused.refusal)
        if refused.refusal is Refusal.NOT_YOURS:
            return NotAllowed(code, move=refused.move)
        if refused.refusal in FIELDS:
            return InvalidInput({FIELDS[refused.refusal]: code})
        moves = [str(move) for move in allowed_moves(self.facts, self.actor, self.locked.rules)]
        return Conflict(
            code, move=refused.move, state=str(self.facts.state), allowed_moves=moves, **self._above(refused.refusal)
        )

    def _above(self, refusal: Refusal) -> dict[str, InBothLanguages]:
        """The offices above, for sentences that name them."""
        if refusal not in (Refusal.AT_LAST_LEVEL, Refusal.NOT_REPORTED):
            return {}
        return particulars_of_above(self.locked.rules.policy.offices.above)


def open_findings(session: Session, finding_ids: Sequence[str], *, actor: Actor, now: datetime) -> list[OpenFinding]:
    """Lock the findings, in the order of their ids so that two callers cannot block each other, and open each once.

    Raises `NotFound` when one does not exist or the actor does not see it, `Conflict` («round_closed») when its round
    has ended.
    """
    seen = select(Finding.id).where(Finding.id.in_(finding_ids), findings_seen(actor)).order_by(Finding.id)
    locked = set(session.scalars(seen.with_for_update(of=Finding)))
    if not locked or not locked.issuperset(finding_ids):
        raise NotFound("not_found")
    # Read when they are held: of what a statement joins, one that waits for a lock reads only the locked row again.
    found = session.execute(_findings_with_rules().where(Finding.id.in_(locked))).all()
    findings = {finding.id: finding for finding, *_ in found}
    opened, rules_of_rounds = [], RulesOfRounds(session, {one.district_id for one in findings.values()})
    rules_of_rounds.know((finding.round, around) for finding, *around in found)
    for id_ in dict.fromkeys(finding_ids):
        finding = findings[id_]
        rules = rules_of_rounds.of(finding.round_id, finding.policy_version)
        if rules.silent:
            raise Conflict("round_closed")
        row = {name: getattr(finding, name) for name in _NAMES}
        opened.append(OpenFinding(session, actor, now, make_due_moves(row, rules, now), finding))
    return opened


def open_finding(session: Session, finding_id: str, *, actor: Actor, now: datetime) -> OpenFinding:
    """Lock and open one finding; raises as `open_findings` does."""
    return open_findings(session, [finding_id], actor=actor, now=now)[0]


def write_findings(opened: Sequence[OpenFinding]) -> list[Finding]:
    """Record the moves of all of them, opened by one actor; returns the findings as they are now, in their order."""
    first = opened[0]
    record_moves(first.session, [one.locked for one in opened], now=first.now)
    return [recorded(first.session, one.finding, one.locked) for one in opened]


def move_finding(
    session: Session,
    finding_id: str,
    move: Move,
    *,
    actor: Actor,
    now: datetime,
    reason: str | None = None,
    data: EventData | None = None,
    **details: Unpack[Details],
) -> Finding:
    """Open one finding, make one move, write it; returns the finding as it is now."""
    finding = open_finding(session, finding_id, actor=actor, now=now)
    finding.move(move, reason=reason, data=data, **details)
    return finding.write()


def load(session: Session, finding_ids: Iterable[str]) -> list[Finding]:
    """The findings in the order of the ids, read again whatever the session holds of them."""
    ids = list(finding_ids)
    found = {finding.id: finding for finding in session.scalars(_whole_findings().where(Finding.id.in_(ids)))}
    return [found[id_] for id_ in ids]


@cache
def _whole_findings() -> Select[Finding]:
    """Findings with all their columns, and all that an answer names, read again whatever the session holds of them."""
    options = (*what_answers_name(), undefer(Finding.search_text))
    return select(Finding).options(*options).execution_options(populate_existing=True)


@cache
def _findings_with_rules() -> Select[*tuple[Any, ...]]:
    """The same, each with what the rules of its round need beside it."""
    labour = and_(Assignment.round_id == Finding.round_id, Assignment.district_id == Finding.district_id)
    around = around_round(Finding.district_id.expression)
    return _whole_findings().add_columns(*around).outerjoin(Assignment, labour)
