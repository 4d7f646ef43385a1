"""Random histories of acts and sweeps: what the books keep equals the law replayed in memory, step by step."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.rows import row_faults
from service.errors import DubanError
from service.findings.escalations import escalate, refuse, reopen, void
from service.findings.extensions import ask, decide
from service.findings.handling_opinions import opine
from service.findings.log import Settlement, settle
from service.findings.rectification_notices import Demand, begin, notify
from service.findings.reviews import MOVES, NewReview, review
from service.findings.submissions import submit
from service.findings.sweep import COLUMNS, sweep
from service.models import Event, Finding, new_id
from service.records.facts import facts_of
from service.rounds.rulebooks import rules_of
from service.statistics.tallies import TALLIES, counts, counts_anew
from tests.worlds.books import FOUND_AT, Town, add_evidence, log_finding
from workflows.findings.attempts import Attempt, TransitionRefused
from workflows.findings.clocks import at_risk_at, next_timer
from workflows.findings.facts import Actor, Facts
from workflows.findings.rectification import advance, apply
from workflows.rules import Rules
from workflows.vocabulary import Measure, Move, Outcome, Severity

Verb = Callable[["History", datetime], None]  # what somebody does, with a deadline that he or she might name
VERBS: dict[str, Verb] = {}


@dataclass
class History:
    """One finding in the books, and the same finding in memory."""

    session: Session
    town: Town
    finding: str
    facts: Facts
    rules: Rules
    now: datetime
    happened: list[str] = field(default_factory=list)

    @property
    def head(self) -> Actor:
        return self.town.team_head

    @property
    def unit(self) -> Actor:
        return self.town.university

    def evidence(self, actor: Actor) -> list[str]:
        return [add_evidence(self.session, actor, at=self.now)]

    def act(self, move: Move, actor: Actor, **particulars: Any) -> Callable[[str], Attempt]:
        """An act that needs nothing that the books make up."""
        return lambda _new_id: Attempt(move, actor, self.now, **particulars)

    def both(self, use_case: Callable[[], Any], *tries: Callable[[str], Attempt]) -> None:
        """Act in the books and in memory: both do it, or both refuse; the books give new ids."""
        try:
            made = str(use_case().id)
        except DubanError:
            self.session.rollback()
            assert not self.replay(*(act(new_id()) for act in tries)), "the books refuse what the law allows"
        else:
            self.session.commit()
            assert self.replay(*(act(made) for act in tries)), "the books allow what the law refuses"

    def replay(self, *acts: Attempt) -> bool:
        """The same in memory; a refusal changes nothing, not even what the clock had done."""
        facts = deepcopy(self.facts)
        kinds = [transition.kind for transition in advance(self.facts, self.rules, self.now)]
        try:
            kinds += [apply(self.facts, act, self.rules).kind for act in acts]
        except TransitionRefused:
            self.facts = facts
            return False
        self.happened += kinds
        return True

    def check(self) -> None:
        query = select(*COLUMNS, Finding.at_risk_at).where(Finding.id == self.finding)
        row = self.session.execute(query).mappings().one()
        timer = next_timer(self.facts, self.rules)
        assert facts_of(row, self.rules) == self.facts
        assert row["next_action_at"] == (timer.due_at if timer else None)
        assert row["at_risk_at"] == at_risk_at(self.facts, self.rules)
        moves = select(Event.move, Event.step).where(Event.finding_id == self.finding).order_by(Event.position)
        told = [f"{move}.{step}" if step else str(move) for move, step in self.session.execute(moves)]
        assert told == self.happened
        for tally in TALLIES:
            assert counts(self.session, tally) == counts_anew(self.session, tally)


def verb(does: Verb) -> Verb:
    VERBS[does.__name__] = does
    return does


@verb
def sweeps(h: History, _until: datetime) -> None:
    sweep(h.session, now=h.now)
    h.session.commit()
    assert h.replay()


@verb
def settles(h: History, _until: datetime) -> None:
    def settled() -> object:
        return settle(h.session, h.finding, Settlement(h.evidence(h.head), "当场改好"), actor=h.head, now=h.now)

    h.both(settled, h.act(Move.SETTLE, h.head, evidence=1))


@verb
def notifies(h: History, until: datetime) -> None:
    demand = Demand(h.finding, "更换摄像头", until)
    h.both(lambda: notify(h.session, demand, actor=h.head, now=h.now), h.act(Move.NOTIFY, h.head, deadline=until))


@verb
def notifies_for_working_days(h: History, until: datetime) -> None:
    days = (until - h.now).days
    demand = Demand(h.finding, "更换摄像头", None, days)
    h.both(lambda: notify(h.session, demand, actor=h.head, now=h.now), h.act(Move.NOTIFY, h.head, working_days=days))


@verb
def receives(h: History, _until: datetime) -> None:
    h.both(lambda: begin(h.session, h.finding, actor=h.unit, now=h.now), h.act(Move.BEGIN, h.unit))


@verb
def submits(h: History, _until: datetime) -> None:
    def submitted() -> object:
        ids = h.evidence(h.unit)
        return submit(h.session, h.finding, actor=h.unit, now=h.now, measures="已更换", evidence_ids=ids)

    h.both(submitted, lambda new_id: Attempt(Move.SUBMIT, h.unit, h.now, evidence=1, submission_id=new_id))


def reviews(h: History, outcome: Outcome) -> None:
    new = NewReview(outcome, "现场复查", remaining="尚缺两间" if outcome is Outcome.PARTIAL else None)
    tried = h.act(MOVES[outcome], h.head, names_remainder=outcome is Outcome.PARTIAL)
    h.both(lambda: review(h.session, h.finding, new, actor=h.head, now=h.now), tried)


@verb
def passes(h: History, _until: datetime) -> None:
    reviews(h, Outcome.PASS)


@verb
def finds_it_partly_done(h: History, _until: datetime) -> None:
    reviews(h, Outcome.PARTIAL)


@verb
def fails(h: History, _until: datetime) -> None:
    reviews(h, Outcome.FAIL)


@verb
def asks(h: History, until: datetime) -> None:
    h.both(
        lambda: ask(h.session, h.finding, actor=h.unit, now=h.now, deadline=until, reason="设备在途"),
        lambda new_id: Attempt(Move.ASK_EXTENSION, h.unit, h.now, deadline=until, extension_id=new_id),
    )


def decides(h: History, move: Move, until: datetime | None) -> None:
    pending, comment = h.facts.pending_extension_id or new_id(), "研究决定"
    decider = h.town.leader if h.facts.severity is Severity.MAJOR else h.head

    def decided() -> object:
        given = {"granted": until is not None, "comment": comment, "deadline": until}
        return decide(h.session, pending, actor=decider, now=h.now, **given)  # type: ignore[arg-type]  # one by one

    h.both(decided, h.act(move, decider, deadline=until))


@verb
def grants(h: History, until: datetime) -> None:
    decides(h, Move.GRANT_EXTENSION, until)


@verb
def denies(h: History, _until: datetime) -> None:
    decides(h, Move.DENY_EXTENSION, None)


@verb
def refuses(h: History, _until: datetime) -> None:
    refused = h.act(Move.REFUSE, h.head)
    h.both(lambda: refuse(h.session, h.finding, actor=h.head, now=h.now, reason="拒不整改"), refused)


@verb
def escalates(h: History, _until: datetime) -> None:
    chief, level = h.town.leadership, h.facts.escalation_level
    h.both(
        lambda: escalate(h.session, h.finding, actor=chief, now=h.now, from_level=level, reason="临近考试"),
        h.act(Move.ESCALATE, chief, from_level=level),
    )


def opines_with(h: History, until: datetime | None) -> None:
    chief, anew = h.town.leadership, {"new_deadline": until} if until else {}
    acts = [h.act(Move.OPINE, chief), *([h.act(Move.SET_ANEW, chief, deadline=until)] if until else [])]
    h.both(
        lambda: opine(h.session, h.finding, actor=chief, now=h.now, measure=Measure.TALK, opinion="约谈", **anew), *acts
    )


@verb
def opines(h: History, _until: datetime) -> None:
    opines_with(h, None)


@verb
def sets_anew(h: History, until: datetime) -> None:
    opines_with(h, until)


@verb
def reopens(h: History, until: datetime) -> None:
    reopened = h.act(Move.REOPEN, h.head, deadline=until)
    h.both(lambda: reopen(h.session, h.finding, actor=h.head, now=h.now, reason="回头看", deadline=until), reopened)


@verb
def voids(h: History, _until: datetime) -> None:
    h.both(lambda: void(h.session, h.finding, actor=h.head, now=h.now, reason="重复"), h.act(Move.VOID, h.head))


BEGINNINGS = (
    (),
    (notifies, receives),
    (notifies, submits),
    (notifies_for_working_days, receives, asks),
    (notifies, receives, refuses),
    (notifies, receives, refuses, sets_anew, submits),
    (notifies, submits, passes),
)
STEP = st.tuples(st.sampled_from(list(VERBS.values())), st.integers(0, 50), st.integers(1, 9))


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    severity=st.sampled_from(Severity),
    beginning=st.sampled_from(BEGINNINGS),
    steps=st.lists(STEP, min_size=3, max_size=10),
)
def test_the_books_keep_what_the_law_says(
    session: Session, town: Town, severity: Severity, beginning: tuple[Verb, ...], steps: list[tuple[Verb, int, int]]
) -> None:
    finding = log_finding(session, town, severity=severity)
    session.commit()
    row = session.execute(select(*COLUMNS).where(Finding.id == finding.id)).mappings().one()
    rules = rules_of(session, town.round, finding.policy_version)
    history = History(session, town, finding.id, facts_of(row, rules), rules, FOUND_AT, [f"log.{severity}"])
    history.check()
    for does, hours, days in [*((does, 1, 5) for does in beginning), *steps]:
        history.now += timedelta(hours=hours)
        does(history, history.now + timedelta(days=days))
        history.check()
    assert list(row_faults(session, ())) == []
