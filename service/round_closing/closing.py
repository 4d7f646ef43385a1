"""Closing a round: each finding that is still open gets a decision, and the round's clocks fall silent."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, select
from sqlalchemy.orm import Session

from service.errors import Conflict, InvalidInput, NotAllowed, existing
from service.findings.sweep import lock_findings_of_round
from service.models import ClosingDecision, Round
from service.records.journal import record_entries
from service.round_closing.entries import CountedFinding, entries_of_round
from service.rounds.rounds import close_round
from service.store.bulk import insert_rows
from workflows.findings.audience import unit_knows
from workflows.findings.facts import Actor
from workflows.journal import JournalAct
from workflows.vocabulary import ClosingOutcome, Role

DECISIONS = ClosingDecision.metadata.tables["closing_decisions"]
MOST_NAMED = 20  # findings whose numbers stand in the sentence of an error


@dataclass(frozen=True, slots=True)
class Verdict:
    """Carried over into the next round, or ended; and why."""

    outcome: ClosingOutcome
    reason: str


@dataclass(frozen=True, slots=True)
class Decision:
    """The verdict on one finding."""

    finding_id: str
    verdict: Verdict


def close(
    session: Session,
    round_id: str,
    decisions: Sequence[Decision] = (),
    rest: Verdict | None = None,
    *,
    actor: Actor,
    now: datetime,
) -> Round:
    """Close a round by the leadership team; `rest` is the verdict on every open finding that `decisions` do not name.

    The clock's due moves are made first, so that each finding stays as it stands at this instant. Raises
    `InvalidInput` naming the findings that nobody has decided on, and those that are not open in the round;
    `Conflict` («round_closed») when it is closed already.
    """
    round_ = locked_open_round(session, round_id, actor=actor)
    open_ones = lock_findings_of_round(session, round_id, now=now)
    verdicts = _verdicts(decisions, rest, {row["id"]: row["number"] for row in open_ones})
    decided = {"round_id": round_id, "decided_at": now, "decided_by_id": actor.id}
    rows = [{"finding_id": id_, **asdict(verdict), **decided} for id_, verdict in verdicts.items()]
    insert_rows(session, DECISIONS, rows)
    close_round(session, round_, now=now)
    counted = [_counted(row, verdicts[row["id"]]) for row in open_ones]
    entries = entries_of_round(
        session,
        round_,
        JournalAct.CLOSE,
        counted,
        actor=actor,
        data={"number": round_.number, **dict.fromkeys(map(str, ClosingOutcome), 0)},
        details={"decisions": _decided(verdicts)},
    )
    record_entries(session, entries, now=now)
    return round_


def locked_open_round(session: Session, round_id: str, *, actor: Actor) -> Round:
    """An open round, locked by the leadership team: it alone decides about findings that were left open.

    Whoever logs a finding or fills a sheet holds the round for reading, and waits or is waited for. Not a plain lock
    for update: rows that refer to the round are still written by those who have locked findings before.
    """
    if not actor.holds(Role.LEADERSHIP):
        raise NotAllowed("not_yours")
    query = select(Round).where(Round.id == round_id).with_for_update(key_share=True, of=Round)
    round_ = existing(session.scalars(query.execution_options(populate_existing=True)).first())
    if round_.closed_at is not None:
        raise Conflict("round_closed")
    return round_


def _verdicts(
    decisions: Sequence[Decision], rest: Verdict | None, open_ones: Mapping[str, str]
) -> Mapping[str, Verdict]:
    """The verdict on every open finding, by id; `open_ones` are their numbers."""
    wrong = {}
    verdicts: dict[str, Verdict] = {}
    for position, decision in enumerate(decisions):
        if decision.finding_id not in open_ones:
            wrong[f"decisions.{position}.finding_id"] = "not_open_in_round"
        elif decision.finding_id in verdicts:
            wrong[f"decisions.{position}.finding_id"] = "duplicate"
        verdicts[decision.finding_id] = decision.verdict
    if wrong:
        raise InvalidInput(wrong)
    undecided = [id_ for id_ in open_ones if id_ not in verdicts]
    if undecided and rest is None:
        numbers = sorted(open_ones[id_] for id_ in undecided)
        named = "、".join(numbers[:MOST_NAMED]) + ("……" if len(numbers) > MOST_NAMED else "")
        raise InvalidInput({"decisions": "undecided_findings"}, count=len(numbers), numbers=named, undecided=undecided)
    return {**verdicts, **{id_: rest for id_ in undecided if rest}}


def _counted(row: RowMapping, verdict: Verdict) -> CountedFinding:
    known = unit_knows(state=row["state"], origin=row["origin"], severity=row["severity"])
    return CountedFinding(row["organization_id"], row["district_id"], str(verdict.outcome), known)


def _decided(verdicts: Mapping[str, Verdict]) -> list[dict[str, Any]]:
    """Every decision for the journal, so that none can be changed unseen."""
    decided: dict[Verdict, list[str]] = defaultdict(list)
    for finding_id, verdict in verdicts.items():
        decided[verdict].append(finding_id)
    return [
        {"outcome": str(verdict.outcome), "reason": verdict.reason, "finding_ids": sorted(ids)}
        for verdict, ids in decided.items()
    ]
