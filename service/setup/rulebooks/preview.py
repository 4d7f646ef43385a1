"""What another policy would change for the findings that are open: looked at, nothing written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from service.findings.sweep import COLUMNS
from service.models import Finding, Organization, Round
from service.records.facts import facts_of
from service.rounds.rulebooks import RulesOfRounds
from service.setup.rulebooks.policies import checked_policy, rounds_concerned
from workflows.findings.foresight import Outlook, outlook
from workflows.vocabulary import State


@dataclass(frozen=True, slots=True)
class ForeseenFinding:
    """An open finding for which the clock would do something else, or at another time."""

    id: str
    number: str
    unit: str
    state: State
    before: Outlook  # under the policy that it goes by
    after: Outlook


@dataclass(frozen=True, slots=True)
class PolicyPreview:
    """What would change: in these rounds, of so many open findings these, if they go over to the policy."""

    version: str
    rounds: Sequence[str]
    open_findings: int
    changed: Sequence[ForeseenFinding]


def preview_policy(session: Session, text: str, *, now: datetime, round_id: str | None = None) -> PolicyPreview:
    """Look what the policy would mean for the open findings of the round, or of all open rounds.

    Raises `InvalidInput` with every mistake of the file, `Conflict` when the round is closed.
    """
    policy = checked_policy(text)
    rounds = rounds_concerned(session, round_id)
    rules_now = RulesOfRounds(session)
    found, changed = 0, []
    for row in session.execute(_open_findings(rounds)).mappings():
        found += 1
        rules = rules_now.of(row["round_id"], row["policy_version"])
        before, after = (outlook(facts_of(row, rules), one, now) for one in (rules, rules.under(policy)))
        if before != after:
            changed.append(ForeseenFinding(row["id"], row["number"], row["unit"], row["state"], before, after))
    return PolicyPreview(policy.version, [round_.number for round_ in rounds], found, changed)


def _open_findings(rounds: Sequence[Round]) -> Select[tuple[Any, ...]]:
    of_rounds = Finding.round_id.in_([round_.id for round_ in rounds])
    return (
        select(*COLUMNS, Organization.name.label("unit"))
        .join(Organization, Finding.organization_id == Organization.id)
        .where(of_rounds, Finding.voided_at.is_(None), Finding.state != State.VERIFIED)
        .order_by(Finding.number, Finding.id)
    )
