"""Accountability: who inspected and who did not, who urged, decided and was told, and which clocks were late."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from service.accountability.accountability import of_finding, of_unit
from service.accountability.timeline import TimelineEntry
from service.alerts.inbox import acknowledge, alerts
from service.errors import InvalidInput, NotAllowed, NotFound
from service.findings.moves import load
from service.models import Finding
from service.round_closing.closing import Verdict, close
from tests.build.inspections import closed, find, lay_checklists, opened, say, sweep_inspections
from tests.worlds.books import (
    DEADLINE,
    FOUND_AT,
    Town,
    judge,
    local,
    notify_finding,
    receive_finding,
    submit_finding,
    sweep_until,
)
from workflows.accountability import Aspect
from workflows.vocabulary import Addressee, Answer, ClosingOutcome, Light, Origin, Outcome, Severity

NOW = local(4, 30, 10)
CENTRE = {"inspector", "team_head", "leader", "leadership"}
HOUR = timedelta(hours=1)


def acts(timeline: list[TimelineEntry], aspect: Aspect | None = None) -> list[str]:
    return [f"{one.act}.{one.step}" if one.step else one.act for one in timeline if aspect in (None, one.aspect)]


def told(one: TimelineEntry, town: Town) -> set[str]:
    names = {actor.id: name for name, actor in town.everybody().items()}
    return {names[heard.person.id] for heard in one.heard}


def neglected(session: Session, town: Town) -> Finding:
    """Notified a day late, submitted in time, and reviewed two working days late."""
    finding = receive_finding(session, town)
    submit_finding(session, town, finding, at=local(4, 21, 10))
    sweep_until(session, local(4, 26, 12))
    judge(session, town, finding, Outcome.PASS, at=local(4, 27, 10))
    return load(session, [finding.id])[0]


def test_a_late_review_is_told_with_who_was_behind_it_and_by_how_much(session: Session, town: Town) -> None:
    finding = neglected(session, town)
    found = of_finding(session, finding.id, actor=town.leadership, now=NOW)
    notification, review = found.clocks
    assert (notification.clock, notification.owed.breached, notification.owed.light) == ("notification", False, None)
    assert (review.clock, review.behind) == ("review", [Addressee.TEAM])
    assert {person.id for person in review.people} == {town.inspector.id, town.team_head.id}
    assert (review.owed.due_at, review.owed.until) == (local(4, 23), local(4, 27, 10))
    assert review.owed.late_by == local(4, 27, 10) - local(4, 23)
    assert (review.owed.late_working_days, review.owed.tellings) == (2, 2)


def test_one_line_says_who_found_urged_decided_and_was_told(session: Session, town: Town) -> None:
    finding = neglected(session, town)
    timeline = list(of_finding(session, finding.id, actor=town.inspector, now=NOW).timeline)
    assert acts(timeline) == [
        *("log.general", "notify", "begin", "remind.deadline", "submit"),
        *("breach.review", "breach.review", "review_pass"),
    ]
    assert acts(timeline, Aspect.FOUND) == ["log.general"]
    assert acts(timeline, Aspect.DECIDED) == ["notify", "review_pass"]
    assert acts(timeline, Aspect.ACTED) == ["begin", "submit"]
    assert [one.at for one in timeline] == sorted(one.at for one in timeline)
    breach = next(one for one in timeline if one.act == "breach")
    assert (breach.actor, told(breach, town)) == (None, {"inspector", "team_head"})
    second = timeline[-2]
    assert told(second, town) == {"inspector", "team_head", "leader"}
    assert timeline[-1].actor
    assert timeline[-1].actor.id == town.team_head.id
    assert timeline[0].about == {"kind": "finding", "id": finding.id, "number": finding.number}


def test_an_alert_that_was_acknowledged_says_when(session: Session, town: Town) -> None:
    finding = notify_finding(session, town, severity=Severity.MAJOR)
    (alert,) = alerts(session, actor=town.leader).items
    acknowledge(session, alert.id, actor=town.leader, now=FOUND_AT + HOUR)
    timeline = of_finding(session, finding.id, actor=town.leadership, now=NOW).timeline
    heard = {one.person.id: one.acknowledged_at for one in timeline[0].heard}
    assert heard == {town.university.id: None, town.leader.id: FOUND_AT + HOUR}
    assert acts(list(timeline), Aspect.HEARD) == ["acknowledge"]


def test_who_inspected_and_who_did_not(session: Session, town: Town) -> None:
    lay_checklists(session, town)
    self_check = opened(session, town, by=town.university, at=FOUND_AT)
    say(session, self_check, 3, Answer.IN_PLACE, by=town.university)
    closed(session, town, self_check, by=town.university, at=FOUND_AT + HOUR)
    inspection = opened(session, town, at=FOUND_AT + HOUR)
    find(session, inspection, 3, by=town.inspector, at=FOUND_AT + 2 * HOUR)
    finding = session.query(Finding).one()
    centre, district, unit = of_finding(session, finding.id, actor=town.leadership, now=NOW).sides
    assert (centre.origin, centre.team and centre.team.name, centre.inspected) == (Origin.CENTRE, "第一督查组", True)
    assert {person.id for person in centre.people} == {town.inspector.id, town.team_head.id}
    assert centre.sheets[0].answer
    assert centre.sheets[0].answer.answer is Answer.NOT_IN_PLACE
    assert (district.organization.id, district.inspected) == (town.district_office.id, False)
    assert [over.answer and over.answer.answer for over in unit.sheets] == [Answer.IN_PLACE]
    timeline = list(of_finding(session, finding.id, actor=town.leadership, now=NOW).timeline)
    assert acts(timeline, Aspect.INSPECTED) == ["open", "close", "open"]


def test_feedback_that_is_late_is_a_clock_of_the_inspecting_side(session: Session, town: Town) -> None:
    lay_checklists(session, town)
    opened(session, town)
    sweep_inspections(session, local(4, 17, 9))
    found = of_unit(session, actor=town.leader, now=local(4, 17, 9), organization_id=town.college.id)
    (clock,) = found.clocks
    assert (clock.clock, clock.behind, clock.owed.light) == ("feedback", [Addressee.TEAM], Light.RED)
    assert (clock.owed.due_at, clock.owed.late_working_days, clock.owed.tellings) == (local(4, 15), 2, 2)
    assert acts(list(found.timeline.items), Aspect.URGED) == ["breach", "breach"]


def test_a_district_office_is_looked_at_by_the_team_and_itself(session: Session, town: Town) -> None:
    sides = of_unit(session, actor=town.leadership, now=NOW, organization_id=town.district_office.id).sides
    assert [(side.origin, side.inspected) for side in sides] == [(Origin.CENTRE, False), (Origin.UNIT, False)]


def test_the_closing_of_a_round_is_told_for_the_finding_alone(session: Session, town: Town) -> None:
    first, second = notify_finding(session, town), notify_finding(session, town)
    close(session, town.round.id, (), Verdict(ClosingOutcome.ENDED, "不再督办"), actor=town.leadership, now=NOW)
    found = of_finding(session, first.id, actor=town.leadership, now=NOW + HOUR)
    last = found.timeline[-1]
    assert (last.act, last.aspect, last.reason) == ("close", Aspect.DECIDED, "不再督办")
    assert last.data == {"outcome": "ended", "successor_id": None}
    assert second.id not in str(found.timeline)
    assert {clock.owed.light for clock in found.clocks} == {None}


def test_a_units_timeline_turns_pages_without_loss(session: Session, town: Town) -> None:
    lay_checklists(session, town)
    for _ in range(3):
        receive_finding(session, town)
        inspection = opened(session, town)
        say(session, inspection, 1, Answer.IN_PLACE, by=town.inspector)
        closed(session, town, inspection)
    whole = of_unit(session, actor=town.inspector, now=NOW, organization_id=town.college.id, limit=200).timeline
    assert whole.next_cursor is None
    pages: list[str] = []
    cursor = None
    while True:
        page = of_unit(
            session, actor=town.inspector, now=NOW, organization_id=town.college.id, limit=2, cursor=cursor
        ).timeline
        pages += [one.id for one in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert pages == [one.id for one in whole.items]
    assert len(pages) > 12


def test_running_clocks_have_a_light_and_kept_ones_are_counted(session: Session, town: Town) -> None:
    receive_finding(session, town)  # notified in the minute it was found
    finding = receive_finding(session, town)
    submit_finding(session, town, finding, at=local(4, 21, 10))
    found = of_unit(session, actor=town.leader, now=local(4, 22, 18), organization_id=town.college.id)
    assert [(clock.clock, clock.owed.light) for clock in found.clocks] == [("review", Light.AMBER)]
    assert found.kept == 2


def test_it_is_for_the_centre_alone(session: Session, town: Town) -> None:
    finding = notify_finding(session, town, deadline=DEADLINE)
    for name, actor in town.everybody().items():
        outsider = name.startswith("other_")
        if name in CENTRE:
            of_finding(session, finding.id, actor=actor, now=NOW)
            of_unit(session, actor=actor, now=NOW, organization_id=town.college.id)
            continue
        seen = name in ("district", "university")
        with pytest.raises(NotAllowed if seen else NotFound):
            of_finding(session, finding.id, actor=actor, now=NOW)
        refused = InvalidInput if outsider and name not in ("other_district", "other_university") else NotAllowed
        with pytest.raises(refused):
            of_unit(session, actor=actor, now=NOW, organization_id=town.college.id)


@pytest.mark.parametrize("cursor", ["", "1", "x-0-1", "1-2-3", "1-0-" + "9" * 19])
def test_a_cursor_that_was_never_given_out_is_refused(session: Session, town: Town, cursor: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        of_unit(session, actor=town.leader, now=NOW, organization_id=town.college.id, cursor=cursor or "?")
    assert caught.value.fields == {"cursor": "unknown_cursor"}
