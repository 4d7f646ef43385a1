"""A round's title, period and exam days: when they change, reminders, reports and lights follow at once."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import RowMapping
from sqlalchemy.orm import Session

from service.errors import InvalidInput, refuse_stale
from service.findings.sweep import lock_findings_of_round
from service.models import AT_ONCE, Round
from service.records.facts import facts_of
from service.records.journal import NewEntry, record_entries
from service.round_changes.locking import locked_round, record_change_of_round
from service.rounds.rounds import check_period, recount_timers
from service.rounds.rulebooks import RulesOfRounds, calendar_in_force
from workflows.findings.clocks import overtaken_by_exam_at
from workflows.findings.facts import Actor
from workflows.findings.sides import overseer_of
from workflows.journal import JournalAct, SubjectKind
from workflows.vocabulary import Addressee

MOST_NAMED = 20  # findings whose numbers stand in a sentence


@dataclass(frozen=True, slots=True)
class RoundChange:
    """What is to change of a round; None leaves it as it is."""

    title: str | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    exam_days: Sequence[date] | None = None


def change_round(
    session: Session,
    round_id: str,
    change: RoundChange,
    *,
    actor: Actor,
    now: datetime,
    reason: str | None = None,
    seen: Mapping[str, Any] | None = None,
) -> Round:
    """Change a round under way, on record; raises `InvalidInput` for days that have passed, `Conflict` once closed.

    `Conflict` («stale_version») also when what is to change is no longer as it was `seen`.
    With other exam days the timers of every open finding are reckoned anew, and those whose deadline now lies beyond
    the exam are told to unit and overseer. With another period the weekly reports are laid out anew.
    """
    round_ = locked_round(session, round_id, actor=actor)
    before, after = _as_it_is(round_), {**_as_it_is(round_), **_wanted(change)}
    refuse_stale(before, _wanted(change), seen)
    _check(round_, after, calendar_in_force(session).local_date(now))
    if not record_change_of_round(session, round_, before, after, actor=actor, now=now, reason=reason):
        return round_
    round_.title = after["title"]
    round_.starts_on, round_.ends_on = (date.fromisoformat(after[name]) for name in ("starts_on", "ends_on"))
    if (before["starts_on"], before["ends_on"]) != (after["starts_on"], after["ends_on"]):
        round_.replan_at = AT_ONCE
    if before["starts_on"] != after["starts_on"]:  # it has not begun
        round_.next_action_at = datetime.combine(round_.starts_on, time.min, now.tzinfo)
    if before["exam_days"] != after["exam_days"]:
        _move_exam(session, round_, after["exam_days"], actor, now)
    session.flush()
    return round_


def _as_it_is(round_: Round) -> dict[str, Any]:
    days = {"starts_on": round_.starts_on.isoformat(), "ends_on": round_.ends_on.isoformat()}
    return {"title": round_.title, **days, "exam_days": list(round_.exam_days)}


def _wanted(change: RoundChange) -> dict[str, Any]:
    days = None if change.exam_days is None else sorted({day.isoformat() for day in change.exam_days})
    period = {name: day.isoformat() for name in ("starts_on", "ends_on") if (day := getattr(change, name))}
    return {
        **({"title": change.title} if change.title else {}),
        **period,
        **({} if days is None else {"exam_days": days}),
    }


def _check(round_: Round, after: dict[str, Any], today: date) -> None:
    """What has passed stays as it was: exam days, the beginning of a round that has begun, an end."""
    starts_on, ends_on = date.fromisoformat(after["starts_on"]), date.fromisoformat(after["ends_on"])
    wrong = {}
    if any(day < today.isoformat() for day in set(after["exam_days"]) ^ set(round_.exam_days)):
        wrong["exam_days"] = "day_has_passed"
    if starts_on != round_.starts_on and round_.starts_on <= today:
        wrong["starts_on"] = "round_has_begun"
    elif starts_on != round_.starts_on and starts_on < today:
        wrong["starts_on"] = "day_has_passed"
    if ends_on != round_.ends_on and ends_on < today:
        wrong["ends_on"] = "day_has_passed"
    if wrong:
        raise InvalidInput(wrong)
    check_period(starts_on, ends_on)


def _move_exam(session: Session, round_: Round, days: list[str], actor: Actor, now: datetime) -> None:
    round_.exam_days, round_.exam_set_at = days, now
    begins_at = datetime.combine(round_.starts_on, time.min, now.tzinfo)
    if round_.next_action_at is None or round_.next_action_at > now:  # some items have to be in place before the exam
        round_.next_action_at = max(now, begins_at)
    recount_timers(session, round_, now=now)
    open_ones = lock_findings_of_round(session, round_.id, now=now)  # the lights turn in this very transaction
    record_entries(session, list(_overtaken(session, round_, open_ones, actor)), now=now)


def _overtaken(session: Session, round_: Round, open_ones: Sequence[RowMapping], actor: Actor) -> Iterator[NewEntry]:
    """An entry for each unit, and each overseer in a district, about deadlines that the exam has overtaken."""
    rules_of_rounds = RulesOfRounds(session)
    numbers: dict[tuple[str, str, Addressee], list[str]] = defaultdict(list)
    for row in open_ones:
        rules = rules_of_rounds.of(row["round_id"], row["policy_version"])
        facts = facts_of(row, rules)
        if overtaken_by_exam_at(facts, rules):
            numbers[row["district_id"], row["organization_id"], Addressee.UNIT].append(row["number"])
            numbers[row["district_id"], row["district_id"], overseer_of(facts)].append(row["number"])
    for (district_id, organization_id, hearer), of_findings in sorted(numbers.items()):
        named = "、".join(of_findings[:MOST_NAMED]) + ("……" if len(of_findings) > MOST_NAMED else "")
        yield NewEntry(
            subject_kind=SubjectKind.ROUND,
            subject_id=round_.id,
            act=JournalAct.CHANGE,
            round_id=round_.id,
            organization_id=organization_id,
            district_id=district_id,
            actor=actor,
            data={
                "number": round_.number,
                "exam_on": round_.exam_days[0],
                "count": len(of_findings),
                "findings": named,
            },
            addressees=(hearer,),
            step="exam" if hearer is Addressee.UNIT else "exam_overseen",
        )
