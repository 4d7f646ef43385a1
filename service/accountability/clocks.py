"""The clocks on the authority's side, looked back on: what was owed on findings and sheets, and how late it came."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.models import Finding, Inspection, Person
from service.records.facts import facts_of_finding
from service.records.past_events import past_events
from service.records.recipients import Directory
from service.rounds.rulebooks import RulesOfRounds, calendar_in_force
from workflows.accountability import Owed, judged, owed, waits
from workflows.findings.addressees import resolved
from workflows.vocabulary import AUTHORITY_CLOCKS, Addressee, Origin

FEEDBACK = "feedback"
CLOCKS = (*map(str, AUTHORITY_CLOCKS), FEEDBACK)


@dataclass(frozen=True, slots=True)
class ClockView:
    """One clock of the authority: what it waited for, on what, who was behind it, and how it stands."""

    clock: str  # notification, review, decision, opinion; or feedback, of an inspection
    finding: Finding | None
    inspection: Inspection | None
    behind: Sequence[Addressee]  # the team, the district office, the responsible leader or the leadership team
    people: Sequence[Person]  # those who are that now
    owed: Owed


class _Ran(NamedTuple):
    """A clock that ran on a finding or a sheet."""

    clock: str
    of: Finding | Inspection
    behind: Sequence[Addressee]
    owed: Owed


def clocks_of(
    session: Session, findings: Sequence[Finding], sheets: Sequence[Inspection], *, now: datetime
) -> list[ClockView]:
    """Every clock that ever ran on the authority's side of these findings and sheets, by its beginning."""
    ran = [*_of_findings(session, findings, now), *_of_sheets(session, sheets, now)]
    people = _people(session, ran)
    return [
        ClockView(
            clock=one.clock,
            finding=one.of if isinstance(one.of, Finding) else None,
            inspection=one.of if isinstance(one.of, Inspection) else None,
            behind=one.behind,
            people=people[number],
            owed=one.owed,
        )
        for number, one in sorted(enumerate(ran), key=lambda numbered: (numbered[1].owed.since, numbered[1].of.number))
    ]


def _of_findings(session: Session, findings: Sequence[Finding], now: datetime) -> list[_Ran]:
    events, rules_of_rounds = past_events(session, [finding.id for finding in findings]), RulesOfRounds(session)
    ran = []
    for finding in findings:
        rules, facts = rules_of_rounds.of(finding.round_id, finding.policy_version), facts_of_finding(finding)
        for wait in waits(events[finding.id]):
            then = replace(facts, escalation_level=wait.level)
            behind = [resolved(hearer, then) for hearer in rules.policy.behind[wait.clock]]  # type: ignore[index]
            stands = owed(wait, rules, now=now, silent_since=finding.round.closed_at)
            ran.append(_Ran(str(wait.clock), finding, behind, stands))
    return ran


def _of_sheets(session: Session, sheets: Sequence[Inspection], now: datetime) -> list[_Ran]:
    """A self-check feeds nothing back."""
    calendar = calendar_in_force(session)
    return [
        _Ran(
            FEEDBACK,
            sheet,
            [Addressee.TEAM if sheet.origin is Origin.CENTRE else Addressee.DISTRICT],
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


def _people(session: Session, ran: Sequence[_Ran]) -> list[list[Person]]:
    columns = ("id", "round_id", "district_id", "organization_id")
    places = [{name: getattr(one.of, name) for name in columns} for one in ran]
    directory = Directory(session, places)
    recipients = [
        [recipient.id for recipient in directory.hear(place, one.behind)]
        for place, one in zip(places, ran, strict=True)
    ]
    query = select(Person).where(Person.id.in_({id_ for ids in recipients for id_ in ids}))
    by_id = {person.id: person for person in session.scalars(query)}
    return [[by_id[id_] for id_ in ids] for ids in recipients]
