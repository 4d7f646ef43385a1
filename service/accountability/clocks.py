"""The clocks on the authority's side, looked back on: what was owed on findings and sheets, and how late it came."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time

from sqlalchemy.orm import Session

from service.accountability.sides import people_addressed
from service.models import Finding, Inspection, Person
from service.records.facts import facts_of_finding
from service.records.past_events import past_events
from service.rounds.rulebooks import RulesOfRounds, calendar_in_force
from workflows.accountability import Owed, judged, owed, waits
from workflows.findings.addressees import resolved
from workflows.findings.sides import overseer
from workflows.vocabulary import AUTHORITY_CLOCKS, Addressee

FEEDBACK = "feedback"
CLOCKS = (*map(str, AUTHORITY_CLOCKS), FEEDBACK)


@dataclass(frozen=True, slots=True)
class ClockView:
    """One clock of the authority: what it waited for, on what, who was behind it, and how it stands."""

    clock: str  # notification, review, decision, opinion; or feedback, of an inspection
    of: Finding | Inspection
    behind: Sequence[Addressee]  # the team, the district office, the responsible leader or the leadership team
    owed: Owed
    people: Sequence[Person] = ()  # those who are behind it now

    @property
    def finding(self) -> Finding | None:
        return self.of if isinstance(self.of, Finding) else None

    @property
    def inspection(self) -> Inspection | None:
        return self.of if isinstance(self.of, Inspection) else None


def clocks_of(
    session: Session, findings: Sequence[Finding], sheets: Sequence[Inspection], *, now: datetime
) -> list[ClockView]:
    """Every clock that ever ran on the authority's side of these findings and sheets, by its beginning."""
    clocks = [*_of_findings(session, findings, now), *_of_sheets(session, sheets, now)]
    clocks.sort(key=lambda clock: (clock.owed.since, clock.of.number))
    people = people_addressed(session, [(_place(clock.of), clock.behind) for clock in clocks])
    return [replace(clock, people=behind) for clock, behind in zip(clocks, people, strict=True)]


def _of_findings(session: Session, findings: Sequence[Finding], now: datetime) -> list[ClockView]:
    events, rules_of_rounds = past_events(session, [finding.id for finding in findings]), RulesOfRounds(session)
    clocks = []
    for finding in findings:
        rules = rules_of_rounds.of(finding.round_id, finding.policy_version)
        facts = facts_of_finding(finding, rules)
        for wait in waits(events[finding.id]):
            then = replace(facts, escalation_level=wait.level)
            behind = [resolved(hearer, then) for hearer in rules.policy.behind[wait.clock]]  # type: ignore[index]
            stands = owed(wait, rules, now=now, silent_since=finding.round.closed_at)
            clocks.append(ClockView(str(wait.clock), finding, behind, stands))
    return clocks


def _of_sheets(session: Session, sheets: Sequence[Inspection], now: datetime) -> list[ClockView]:
    """A self-check feeds nothing back."""
    calendar = calendar_in_force(session)
    return [
        ClockView(
            FEEDBACK,
            sheet,
            [overseer(sheet.origin, unit_is_district=sheet.organization_id == sheet.district_id)],
            judged(
                calendar.instant(sheet.inspected_on, time.min),
                sheet.feedback_due_at,
                sheet.closed_at,
                calendar,
                now=now,
                silent_since=sheet.round.closed_at,
                tellings=(sheet.progress.get(FEEDBACK) or [0])[0],
            ),
        )
        for sheet in sheets
        if sheet.feedback_due_at
    ]


def _place(of: Finding | Inspection) -> Mapping[str, str]:
    return {name: getattr(of, name) for name in ("id", "round_id", "district_id", "organization_id")}
