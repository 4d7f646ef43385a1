"""Weeks in which everybody does something all the time: random acts on random findings, refused or not."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import DubanError
from service.findings.escalations import refuse, reopen, void
from service.findings.extensions import ask, decide
from service.findings.handling_opinions import opine
from service.findings.log import NewFinding, Settlement, log, settle
from service.findings.rectification_notices import Demand, begin, notify
from service.findings.reviews import NewReview, review
from service.findings.submissions import submit
from service.findings.sweep import sweep
from service.models import Extension, Finding, WeeklyReport
from service.reports.submit import submit_report
from service.reports.sweep import sweep_reports
from tests.worlds.books import Town, add_evidence
from workflows.findings.facts import Actor
from workflows.vocabulary import Measure, Outcome, Severity

NEVER_HANDED_IN = 5


@dataclass
class BusyWeeks:
    """A town at work; `now` moves on with every act."""

    session: Session
    town: Town
    items: list[str]  # ids of checklist items
    now: datetime
    dice: Random
    findings: list[str] = field(default_factory=list)

    def go_on(self, acts: int) -> None:
        """So many times somebody does something, some hours apart; the clock is swept now and then."""
        for _ in range(acts):
            self.now += timedelta(minutes=self.dice.randint(0, 12 * 60))
            if self.dice.random() < 0.3 or not self.findings:
                self._try(partial(_log, self))
            for _ in range(3 if self.findings else 0):
                finding = self.session.get_one(Finding, self.dice.choice(self.findings[-9:]), populate_existing=True)
                self._try(partial(self.dice.choice(ACTS), self, finding))
            if self.dice.random() < 0.5:
                sweep(self.session, now=self.now)
                sweep_reports(self.session, now=self.now)
            self.now += timedelta(minutes=1)  # nothing else happens in the moment in which a report is handed in
            self._try(partial(_hand_in, self))
            self.now += timedelta(minutes=1)
        self.session.commit()

    def soon(self) -> datetime:
        return self.now + timedelta(hours=self.dice.randint(1, 96))

    def evidence(self, actor: Actor) -> list[str]:
        return [add_evidence(self.session, actor, at=self.now)]

    def unit_of(self, organization_id: str) -> Actor:
        """Who acts for a unit."""
        town = self.town
        return next(
            who for who in (town.university, town.neighbour, town.district) if who.organization_id == organization_id
        )

    def above(self) -> Actor:
        """Who acts for the other side: the right one, or not."""
        return self.dice.choice([self.town.team_head, self.town.team_head, self.town.district])

    def _try(self, act: Callable[[], object]) -> None:
        try:
            with self.session.begin_nested():
                act()
        except DubanError:
            pass  # not this actor's, not in this state


def _log(weeks: BusyWeeks) -> None:
    town, dice = weeks.town, weeks.dice
    unit = dice.choice([town.college, town.college, town.neighbour_college, town.district_office])
    actor = dice.choice([weeks.above(), weeks.unit_of(unit.id)])
    settled = Settlement(weeks.evidence(actor), "当场改好") if dice.random() < 0.2 else None
    severity = dice.choice([Severity.GENERAL, Severity.GENERAL, Severity.MAJOR])
    item = dice.choice([*weeks.items, None])
    new = NewFinding(unit.id, "考场时钟停走", severity, checklist_item_id=item, settled=settled)
    weeks.findings.append(log(weeks.session, new, actor=actor, now=weeks.now).id)


def _hand_in(weeks: BusyWeeks) -> None:
    """A unit hands in what it owes, in time or late; one week is never handed in."""
    unit = weeks.dice.choice([weeks.town.university, weeks.town.neighbour, weeks.town.district])
    owed = select(WeeklyReport.id).where(
        WeeklyReport.submitted_at.is_(None),
        WeeklyReport.organization_id == unit.organization_id,
        WeeklyReport.week != NEVER_HANDED_IN,
    )
    report = weeks.dice.choice(weeks.session.scalars(owed.order_by(WeeklyReport.deadline).limit(3)).all())
    submit_report(weeks.session, report, {}, language="zh", actor=unit, now=weeks.now)


def _settle(weeks: BusyWeeks, finding: Finding) -> None:
    who = weeks.above()
    settle(weeks.session, finding.id, Settlement(weeks.evidence(who), "当场改好"), actor=who, now=weeks.now)


def _notify(weeks: BusyWeeks, finding: Finding) -> None:
    notify(weeks.session, Demand(finding.id, "更换", weeks.soon()), actor=weeks.above(), now=weeks.now)


def _begin(weeks: BusyWeeks, finding: Finding) -> None:
    unit = weeks.unit_of(finding.organization_id)
    begin(weeks.session, finding.id, actor=unit, now=weeks.now, deadline=weeks.soon())


def _submit(weeks: BusyWeeks, finding: Finding) -> None:
    unit = weeks.unit_of(finding.organization_id)
    evidence = weeks.evidence(unit)
    submit(weeks.session, finding.id, actor=unit, now=weeks.now, measures="已更换", evidence_ids=evidence)


def _review(weeks: BusyWeeks, finding: Finding) -> None:
    outcome = weeks.dice.choice([*[Outcome.PASS] * 3, Outcome.PARTIAL, Outcome.FAIL])
    new = NewReview(outcome, "现场复查", remaining="尚缺两间")
    review(weeks.session, finding.id, new, actor=weeks.above(), now=weeks.now)


def _extend(weeks: BusyWeeks, finding: Finding) -> None:
    session, now = weeks.session, weeks.now
    unit = weeks.unit_of(finding.organization_id)
    ask(session, finding.id, actor=unit, now=now, deadline=now + timedelta(days=6), reason="设备在途")
    pending = session.scalars(select(Extension.id).where(Extension.finding_id == finding.id)).all()
    decider = weeks.town.leader if finding.severity is Severity.MAJOR else weeks.above()
    decide(session, pending[-1], actor=decider, now=now, granted=True, comment="同意")


def _refuse(weeks: BusyWeeks, finding: Finding) -> None:
    refuse(weeks.session, finding.id, actor=weeks.above(), now=weeks.now, reason="拒不整改")


def _opine(weeks: BusyWeeks, finding: Finding) -> None:
    chief, anew = weeks.town.leadership, weeks.soon() if weeks.dice.random() < 0.7 else None
    opine(
        weeks.session,
        finding.id,
        measure=Measure.TALK,
        opinion="约谈",
        new_deadline=anew,
        actor=chief,
        now=weeks.now,
    )


def _reopen(weeks: BusyWeeks, finding: Finding) -> None:
    who, until = weeks.above(), weeks.soon()
    reopen(weeks.session, finding.id, actor=who, now=weeks.now, reason="回头看", deadline=until)


def _void(weeks: BusyWeeks, finding: Finding) -> None:
    who = weeks.dice.choice([weeks.above(), weeks.town.leader])
    void(weeks.session, finding.id, actor=who, now=weeks.now, reason="重复登记")


ACTS: list[Callable[[BusyWeeks, Finding], None]] = [
    *(_settle, _begin, _extend, _refuse, _reopen, _void),
    *[_notify, _submit, _review, _opine] * 2,
]
