"""签阅: leaders acknowledge what they are told; when they do not, the next above hears once."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service.alerts.inbox import acknowledge, alerts
from service.errors import NotFound
from service.findings.acknowledgements import next_unacknowledged_at, sweep_acknowledgements
from service.findings.escalations import void
from service.models import Alert, Finding
from service.rounds.rounds import close_round
from service.store.sweeping import AGAIN_AFTER
from tests.worlds.books import FOUND_AT, Town, heard, kinds, local, log_finding
from workflows.findings.facts import Actor
from workflows.vocabulary import Severity

DUE_AT = local(4, 14)  # one working day after Monday
MISSING = "breach.acknowledgement"


def major(session: Session, town: Town) -> Finding:
    return log_finding(session, town, severity=Severity.MAJOR)


def alert_of(session: Session, actor: Actor) -> Alert:
    return session.scalars(select(Alert).where(Alert.person_id == actor.id).order_by(Alert.created_at)).one()


def sweep_due(session: Session) -> int:
    looked_at = 0
    while (due_at := next_unacknowledged_at(session)) and due_at <= DUE_AT:
        looked_at += sweep_acknowledgements(session, now=DUE_AT, limit=2)
    return looked_at


def test_the_next_above_hears_once(session: Session, town: Town) -> None:
    finding = major(session, town)
    assert next_unacknowledged_at(session) == DUE_AT
    assert (sweep_due(session), sweep_due(session)) == (1, 0)
    assert (heard(session, finding, town, MISSING), kinds(session, finding)[-1]) == (["leadership"], MISSING)
    session.refresh(finding)
    assert finding.next_action_at == local(4, 14)  # the finding's own clock is not touched


def test_what_was_acknowledged_in_time_goes_no_further(session: Session, town: Town) -> None:
    finding = major(session, town)
    made = acknowledge(session, alert_of(session, town.leader).id, actor=town.leader, now=FOUND_AT + timedelta(hours=1))
    assert (made.acknowledged_at, made.acknowledge_by) == (FOUND_AT + timedelta(hours=1), None)
    assert (sweep_due(session), kinds(session, finding)[-1]) == (0, "acknowledge")
    again = acknowledge(session, made.id, actor=town.leader, now=DUE_AT)
    assert (again.acknowledged_at, kinds(session, finding).count("acknowledge")) == (FOUND_AT + timedelta(hours=1), 1)


def test_nobody_acknowledges_for_another(session: Session, town: Town) -> None:
    major(session, town)
    for actor in (town.leadership, town.university, town.admin):
        with pytest.raises(NotFound):
            acknowledge(session, alert_of(session, town.leader).id, actor=actor, now=FOUND_AT)


def test_an_alert_of_a_withdrawn_finding_is_acknowledged_without_a_word_in_its_history(
    session: Session, town: Town
) -> None:
    finding = major(session, town)
    void(session, finding.id, actor=town.team_head, now=FOUND_AT + timedelta(minutes=1), reason="重复")
    made = acknowledge(session, alert_of(session, town.leader).id, actor=town.leader, now=FOUND_AT + timedelta(hours=1))
    assert made.acknowledged_at is not None
    assert "acknowledge" not in kinds(session, finding)


def test_nobody_hears_of_alerts_of_closed_findings_or_rounds(session: Session, town: Town) -> None:
    finding = major(session, town)
    void(session, finding.id, actor=town.team_head, now=FOUND_AT + timedelta(minutes=1), reason="重复")
    assert sweep_due(session) == 1
    other = major(session, town)
    close_round(session, town.round, now=FOUND_AT + timedelta(hours=2))
    assert sweep_due(session) == 1
    assert heard(session, finding, town, MISSING) + heard(session, other, town, MISSING) == []


def test_a_finding_that_makes_no_sense_does_not_stop_the_others(session: Session, town: Town) -> None:
    findings = [major(session, town) for _ in range(3)]
    session.execute(update(Finding).where(Finding.id == findings[0].id).values(progress={"nonsense": 1}))
    assert sweep_acknowledgements(session, now=DUE_AT) == 3
    assert [heard(session, finding, town, MISSING) for finding in findings] == [[], ["leadership"], ["leadership"]]
    assert next_unacknowledged_at(session) == DUE_AT + AGAIN_AFTER
    bad = session.get_one(Finding, findings[0].id, populate_existing=True)
    assert bad.set_aside_at == DUE_AT
    session.execute(update(Finding).where(Finding.id == bad.id).values(progress={}))
    sweep_acknowledgements(session, now=DUE_AT + AGAIN_AFTER)
    assert heard(session, findings[0], town, MISSING) == ["leadership"]


def test_the_inbox_is_ones_own_and_can_be_narrowed_to_what_waits(session: Session, town: Town) -> None:
    first, second = major(session, town), major(session, town)
    mine = alerts(session, actor=town.leader)
    assert {alert.finding_id for alert in mine.items} == {first.id, second.id}
    acknowledge(session, mine.items[0].id, actor=town.leader, now=FOUND_AT + timedelta(hours=1))
    waiting = alerts(session, actor=town.leader, unacknowledged=True)
    assert [alert.id for alert in waiting.items] == [mine.items[1].id]
    assert alerts(session, actor=town.leadership).items == []
