"""Two rounds of one district side by side: a team sees the one that is its own, offices and units see both."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.accountability.accountability import of_unit
from service.alerts.inbox import alerts
from service.calendar_feed import calendar_of, new_address, open_feed
from service.campaigns.list import CampaignFilter, list_actions, seen_action
from service.campaigns.record import NewAction, record_action
from service.documents.orders import list_documents, request_document, seen_document
from service.errors import InvalidInput, NotAllowed, NotFound
from service.findings.feed import list_events
from service.findings.list import FindingFilter, list_findings
from service.inspections.list import InspectionFilter, list_inspections, view_inspection
from service.inspections.opening import NewInspection, open_inspection
from service.ledger.rows import ledger_rows
from service.models import CampaignAction, Document, Inspection, Person, Round, WeeklyReport
from service.people.callers import caller_of
from service.readiness.coverage import coverage_of_round
from service.readiness.readiness import readiness_of_round
from service.reports.list import ReportFilter, list_reports, seen_report
from service.reports.plan import plan_due
from service.rounds.rounds import add_team, assign
from service.statistics.statistics import statistics
from tests.build.checklists import add_checklist
from tests.build.strict_calendar import events
from tests.worlds.books import DEADLINE, FOUND_AT, Town, notify_finding, sweep_until
from tests.worlds.rows import make_round
from workflows.findings.facts import Actor
from workflows.vocabulary import CampaignCode, DocumentKind, Role

FIRST, SECOND = "2026-08", "2026-自考"
NOW = FOUND_AT + timedelta(hours=2)
CAMPAIGN = next(iter(CampaignCode))
OWN = {
    **{who: {FIRST} for who in ("inspector", "team_head", "leader")},
    **{who: {SECOND} for who in ("other_inspector", "other_team_head", "other_leader")},
}
EVERYBODY = {**OWN, "district": {FIRST, SECOND}, "leadership": {FIRST, SECOND}, "university": {FIRST, SECOND}}


@dataclass(frozen=True, slots=True)
class SideBySide:
    """The town with a second round of its first district, which is that of the other district's people."""

    session: Session
    town: Town
    second: Round

    def actor(self, who: str) -> Actor:
        """Somebody with what is assigned to him or her by now."""
        return caller_of(self.session, self.session.get_one(Person, self.town.people[who].id)).actor

    def seen(self, look: Callable[[Actor], Iterable[str]]) -> dict[str, set[str]]:
        """The numbers of the rounds that each sees, by who."""
        return {who: set(look(self.actor(who))) for who in EVERYBODY}

    def opened(self, rows: Iterable[Sequence[str]], open_: Callable[[str, Actor], object]) -> dict[str, set[str]]:
        """The same, for rows (round, id) of which one asks for each by its id."""
        found = list(rows)

        def opens(actor: Actor) -> Iterable[str]:
            for number, id_ in found:
                try:
                    open_(id_, actor)
                except NotFound:
                    continue
                yield number

        return self.seen(opens)


@pytest.fixture
def world(session: Session, town: Town) -> SideBySide:
    """In either round a finding, a sheet, an action of a campaign, the weekly reports and a document."""
    second = make_round(session, SECOND, ends_on=date(2026, 6, 5), exam_days=[])
    people = [town.people["other_inspector"], town.people["other_team_head"]]
    team = add_team(session, second, "自考督查组", people)
    assign(session, second, {town.district_office.id: (team, town.people["other_leader"])})
    world = SideBySide(session, town, second)
    for round_, inspector in ((town.round, "inspector"), (second, "other_inspector")):
        by = world.actor(inspector)
        add_checklist(session, round_, [("1-1", "组织领导情况"), ("2-1", "组织领导情况")])
        finding = notify_finding(session, town, by=by, round_id=round_.id)
        open_inspection(session, NewInspection(town.college.id, round_id=round_.id), actor=by, now=FOUND_AT)
        action = NewAction(CAMPAIGN, date(2026, 4, 13), "公安局", "清查", round_id=round_.id)
        record_action(session, action, actor=world.actor("district"), now=FOUND_AT)
        request_document(session, DocumentKind.CAMPAIGN_SUMMARY, town.district_office.id, actor=by, now=NOW)
        notice = finding.notice_id or ""
        request_document(session, DocumentKind.RECTIFICATION_NOTICE, notice, actor=by, now=NOW)
    plan_due(session, now=FOUND_AT)
    session.commit()
    return world


def about(world: SideBySide) -> str:
    return world.town.district_office.id


def both(world: SideBySide) -> tuple[Round, Round]:
    return world.town.round, world.second


def test_findings_events_and_ledgers(session: Session, world: SideBySide) -> None:
    own = FindingFilter(district_id=about(world))
    of_actor = {
        "list": lambda actor: [one.round.number for one in list_findings(session, own, actor=actor, now=NOW).items],
        "ledger": lambda actor: [row.round for row in ledger_rows(session, own, actor=actor, now=NOW)],
        "events": lambda actor: [
            finding.round.number
            for _, finding in list_events(session, actor=actor, after=None, limit=100).items
            if finding.district_id == about(world)
        ],
    }
    for name, look in of_actor.items():
        assert world.seen(look) == EVERYBODY, name


def test_sheets(session: Session, world: SideBySide) -> None:
    wanted = InspectionFilter(district_id=about(world))

    def listed(actor: Actor) -> list[str]:
        page = list_inspections(session, wanted, actor=actor, now=NOW)
        return [one.inspection.round.number for one in page.items]

    unclosed = {**EVERYBODY, "university": set()}  # others write about it, and have not closed the sheet
    assert world.seen(listed) == unclosed
    rows = session.execute(select(Round.number, Inspection.id).join(Inspection.round))
    assert world.opened(rows, lambda id_, actor: view_inspection(session, id_, actor=actor, now=NOW)) == unclosed


def test_weekly_reports(session: Session, world: SideBySide) -> None:
    wanted = ReportFilter(organization_id=world.town.college.id)

    def listed(actor: Actor) -> list[str]:
        page = list_reports(session, wanted, actor=actor, now=NOW, limit=100)
        return [one.report.round.number for one in page.items]

    assert world.seen(listed) == EVERYBODY
    rows = select(Round.number, WeeklyReport.id).join(WeeklyReport.round)
    of_college = session.execute(rows.where(WeeklyReport.organization_id == world.town.college.id))
    assert world.opened(of_college, lambda id_, actor: seen_report(session, id_, actor=actor)) == EVERYBODY


def test_campaigns(session: Session, world: SideBySide) -> None:
    def listed(actor: Actor) -> list[str]:
        page = list_actions(session, CAMPAIGN, CampaignFilter(), actor=actor)
        return [one.action.round.number for one in page.items]

    of_districts = {**EVERYBODY, "university": set()}
    assert world.seen(listed) == of_districts
    rows = session.execute(select(Round.number, CampaignAction.id).join(CampaignAction.round))
    assert world.opened(rows, lambda id_, actor: seen_action(session, id_, actor=actor)) == of_districts


@pytest.mark.parametrize(
    ("kind", "seers"),
    [
        (DocumentKind.RECTIFICATION_NOTICE, EVERYBODY),
        (DocumentKind.CAMPAIGN_SUMMARY, {**EVERYBODY, "university": set()}),
    ],
)
def test_documents(session: Session, world: SideBySide, kind: DocumentKind, seers: dict[str, set[str]]) -> None:
    of_kind = select(Round.number, Document.id).join(Round, Round.id == Document.round_id).where(Document.kind == kind)
    rows = session.execute(of_kind).all()
    numbers = {id_: number for number, id_ in rows}
    assert sorted(numbers.values()) == [FIRST, SECOND]

    def listed(actor: Actor) -> list[str]:
        page = list_documents(session, actor=actor, limit=100)
        return [numbers[one.id] for one in page.items if one.id in numbers]

    assert world.seen(listed) == seers
    assert world.opened(rows, lambda id_, actor: seen_document(session, id_, actor=actor)) == seers


def test_figures(session: Session, world: SideBySide) -> None:
    def counted(actor: Actor) -> list[str]:
        asked: dict[str, Any] = {"actor": actor, "now": NOW, "district_id": about(world)}
        return [one.number for one in both(world) if statistics(session, round_id=one.id, **asked).total.findings]

    def readable(actor: Actor) -> list[str]:
        asked: dict[str, Any] = {"actor": actor, "now": NOW, "district_id": about(world)}
        return [one.number for one in both(world) if readiness_of_round(session, round_id=one.id, **asked).units]

    def covered(actor: Actor) -> list[str]:
        asked: dict[str, Any] = {"actor": actor, "now": NOW, "district_id": about(world)}
        tables = {one.number: coverage_of_round(session, round_id=one.id, **asked) for one in both(world)}
        return [number for number, table in tables.items() if any(by.units for by in table.inspectors)]

    assert world.seen(counted) == EVERYBODY
    assert world.seen(readable) == EVERYBODY
    assert world.seen(lambda actor: covered(actor) if not actor.holds(Role.UNIVERSITY) else []) == {
        **EVERYBODY,
        "university": set(),
    }


def test_calendars(session: Session, world: SideBySide) -> None:
    def entered(actor: Actor) -> list[str]:
        address = new_address("k" * 32, actor.id or "", None)
        open_feed(session, address, actor=actor, now=NOW)
        entries = events(calendar_of(session, address, base_url="https://duban.example", now=NOW))
        deadlines = [entry["SUMMARY"] for entry in entries if entry["UID"].startswith("finding-")]
        return [one.number for one in both(world) if any(f"{one.number}-" in title for title in deadlines)]

    near = {**EVERYBODY, "leadership": set()}  # it has what is before it alone
    assert world.seen(entered) == near


def test_alerts(session: Session, world: SideBySide) -> None:
    """Of all that a deadline missed in either round brings about."""
    sweep_until(session, DEADLINE + timedelta(days=3))

    def told(actor: Actor) -> set[str]:
        found = [one.finding for one in alerts(session, actor=actor, limit=200).items]
        return {one.round.number for one in found if one and one.district_id == about(world)}

    assert world.seen(told) == EVERYBODY


def test_who_did_what_about_a_unit_is_told_to_the_team_of_the_round(world: SideBySide) -> None:
    def told(actor: Actor) -> Iterable[str]:
        for number, round_id in ((FIRST, world.town.round.id), (SECOND, world.second.id)):
            try:
                of_unit(world.session, actor=actor, now=NOW, organization_id=world.town.college.id, round_id=round_id)
            except (InvalidInput, NotAllowed):
                continue
            yield number

    assert world.seen(told) == {**EVERYBODY, "district": set(), "university": set()}
