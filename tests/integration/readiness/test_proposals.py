"""Proposals: what nobody confirmed in time becomes a finding, once, for the overseer alone to look into."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.alerts.grouping import group
from service.audit.verify import verify
from service.errors import NotFound
from service.findings.escalations import void
from service.findings.log import Settlement, settle
from service.findings.read import seen_finding
from service.findings.rectification_notices import Demand, notify
from service.models import ChecklistItem, Event, Finding, Message, Organization
from service.people.mergers import merge_organizations
from service.readiness.proposals import foresee_proposals, next_proposal_at, sweep_proposals
from service.round_changes.period import RoundChange, change_round
from service.rounds.rounds import ask_from, close_round
from service.rounds.rulebooks import keep_policy
from service.store.sweeping import AGAIN_AFTER
from tests.build.answers import add_answer
from tests.build.checklists import add_items
from tests.build.refusals import accept, refuse
from tests.build.statements import asked, engine_of
from tests.worlds.books import Town, add_evidence, heard, kinds, local, log_finding, sweep_until
from workflows.policy import shipped_policy_text
from workflows.vocabulary import Answer, OrganizationKind, Origin, Severity, State

BEGINS = local(4, 1, 0)
DUE = local(4, 20)  # 4月中旬: a Monday
PAST = DUE + timedelta(microseconds=1)
IN_TIME = local(4, 14, 10)


@pytest.fixture
def items(session: Session, town: Town) -> dict[str, ChecklistItem]:
    """Items of both annexes, looked at from the round's first day."""
    rows = {
        "1-1": "4月中旬",
        "1-2": "5月底",
        "1-3": "即日起至考试结束",
        "1-4": "6月初",
        "2-1": "4月中旬",
    }
    added = add_items(session, town.round, rows)
    ask_from(town.round, BEGINS)
    session.commit()
    return added


def proposals(session: Session) -> Sequence[Finding]:
    return session.scalars(select(Finding).where(Finding.proposed).order_by(Finding.number)).all()


def proposed_at(session: Session, item: ChecklistItem) -> set[str]:
    """The names of the units at which the item is proposed."""
    query = select(Organization.name).join(Finding, Finding.organization_id == Organization.id)
    return set(session.scalars(query.where(Finding.proposed, Finding.checklist_item_id == item.id)))


def run(session: Session, now: datetime, limit: int = 1000) -> int:
    done = sweep_proposals(session, now=now, limit=limit)
    session.commit()
    return done


def test_what_nobody_confirmed_is_proposed_once_its_time_has_passed(
    session: Session, town: Town, items: dict[str, ChecklistItem]
) -> None:
    assert run(session, BEGINS) == 0
    assert next_proposal_at(session) == PAST
    assert run(session, DUE) == 0, "by 17:00 is inclusive"
    assert run(session, PAST) == 5
    everybody = {"明河龙湖学院", "明河云台学院", "明河桃源学院"}
    assert proposed_at(session, items["1-1"]) == everybody
    assert proposed_at(session, items["2-1"]) == {"青石区招生考试办公室", "白塔区招生考试办公室"}
    assert run(session, PAST + timedelta(days=1)) == 0
    assert len(proposals(session)) == 5
    assert [finding.number for finding in proposals(session)] == [f"2026-08-{n:04d}" for n in range(1, 6)]


@pytest.mark.usefixtures("items")
def test_a_proposal_is_a_finding_of_the_clock_filled_in_from_its_item(session: Session, town: Town) -> None:
    run(session, PAST)
    (finding,) = (one for one in proposals(session) if one.organization_id == town.college.id)
    assert (finding.state, finding.severity, finding.origin) == (State.FOUND, Severity.GENERAL, Origin.DISTRICT)
    assert (finding.created_by_id, finding.created_at, finding.district_id) == (None, PAST, town.district_office.id)
    assert finding.summary == "到期未确认：已落实第1项要求"
    assert "4月中旬" in (finding.details or "")
    assert kinds(session, finding) == ["log.proposed"]
    (event,) = session.scalars(select(Event).where(Event.finding_id == finding.id))
    assert (event.actor_id, event.actor_role, event.from_state) == (None, "system", None)
    assert event.data["due_at"] == PAST.isoformat()
    assert verify(session) == []


@pytest.mark.usefixtures("items")
def test_only_the_overseer_hears_and_the_unit_sees_nothing(session: Session, town: Town) -> None:
    run(session, PAST)
    by_unit = {finding.organization_id: finding for finding in proposals(session)}
    college, office = by_unit[town.college.id], by_unit[town.district_office.id]
    assert heard(session, college, town) == ["district"]
    assert heard(session, office, town) == ["inspector", "team_head"]
    sees = {college.id: {"district", "inspector", "leadership"}, office.id: {"inspector", "leadership"}}
    for finding_id, insiders in sees.items():
        for name in ("district", "inspector", "leadership", "university", "neighbour", "other_district", "bureau"):
            if name in insiders:
                assert seen_finding(session, finding_id, actor=getattr(town, name)).proposed
            else:
                with pytest.raises(NotFound):
                    seen_finding(session, finding_id, actor=getattr(town, name))


@pytest.mark.parametrize("answer", [Answer.IN_PLACE, Answer.NOT_APPLICABLE])
def test_what_any_sheet_confirms_is_not_proposed(
    session: Session, town: Town, items: dict[str, ChecklistItem], answer: Answer
) -> None:
    add_answer(session, town, town.college, items["1-1"], answer, by=town.university, at=IN_TIME)
    add_answer(session, town, town.neighbour_college, items["1-1"], answer, by=town.inspector, at=DUE, closed=False)
    add_answer(session, town, town.district_office, items["2-1"], answer, by=town.district, at=IN_TIME)
    run(session, PAST)
    assert proposed_at(session, items["1-1"]) == {"明河桃源学院"}
    assert proposed_at(session, items["2-1"]) == {"白塔区招生考试办公室"}


def test_what_was_not_seen_is_not_confirmed(session: Session, town: Town, items: dict[str, ChecklistItem]) -> None:
    add_answer(session, town, town.college, items["1-1"], Answer.NOT_SEEN, by=town.inspector, at=IN_TIME)
    run(session, PAST)
    assert "明河龙湖学院" in proposed_at(session, items["1-1"])


def test_what_was_found_is_not_proposed_on_top_even_when_it_was_withdrawn(
    session: Session, town: Town, items: dict[str, ChecklistItem]
) -> None:
    log_finding(session, town, at=IN_TIME, checklist_item_id=items["1-1"].id)
    mistaken = log_finding(
        session, town, at=IN_TIME, checklist_item_id=items["1-1"].id, organization_id=town.neighbour_college.id
    )
    void(session, mistaken.id, actor=town.team_head, now=IN_TIME, reason="登记有误")
    run(session, PAST)
    assert proposed_at(session, items["1-1"]) == {"明河桃源学院"}


@pytest.mark.usefixtures("items")
def test_the_overseer_notifies_settles_or_withdraws_it_like_any_other(session: Session, town: Town) -> None:
    run(session, PAST)
    by_unit = {finding.organization_id: finding.id for finding in proposals(session)}
    morning, district = local(4, 21, 9), town.district
    demand = Demand(by_unit[town.college.id], "限期落实", local(4, 28))
    notified = notify(session, demand, actor=district, now=morning)
    seen = Settlement([add_evidence(session, district)], "已查看文件，确已落实")
    settled = settle(session, by_unit[town.neighbour_college.id], seen, actor=district, now=morning)
    withdrawn = void(session, by_unit[town.district_office.id], actor=town.team_head, now=morning, reason="不应列入")
    assert (notified.state, settled.state) == (State.NOTIFIED, State.VERIFIED)
    assert withdrawn.voided_at == morning
    assert seen_finding(session, notified.id, actor=town.university).proposed, "the unit knows from its notice on"
    with pytest.raises(NotFound):
        notify(session, Demand(by_unit[town.college.id], "x", local(4, 28)), actor=town.neighbour, now=morning)
    session.commit()
    assert verify(session) == []


@pytest.mark.usefixtures("items")
def test_a_proposal_that_nobody_looks_into_is_a_breach_like_any_other(session: Session, town: Town) -> None:
    run(session, PAST)
    sweep_until(session, local(4, 22))
    (finding,) = (one for one in proposals(session) if one.organization_id == town.college.id)
    assert kinds(session, finding) == ["log.proposed", "breach.notification", "breach.notification"]
    assert heard(session, finding, town, "breach.notification") == ["district", "district", "leader"]


@pytest.mark.usefixtures("items")
def test_batches_make_what_one_sweep_makes(session: Session, town: Town) -> None:
    assert [run(session, PAST, limit=2) for _ in range(4)] == [2, 2, 1, 0]
    assert len({(finding.organization_id, finding.checklist_item_id) for finding in proposals(session)}) == 5
    assert [finding.number for finding in proposals(session)] == [f"2026-08-{n:04d}" for n in range(1, 6)]


@pytest.mark.usefixtures("items")
def test_batches_after_a_failure_make_what_one_sweep_makes(session: Session, town: Town) -> None:
    """The round's timer is put off when it is set aside; what fell due before is proposed to the last."""
    refuse(session, "findings", "round_id", town.round.id)
    assert (run(session, PAST, limit=2), proposals(session)) == (0, [])
    accept(session, "findings")
    assert [run(session, PAST + AGAIN_AFTER, limit=2) for _ in range(4)] == [2, 2, 1, 0]


def test_after_an_outage_everything_that_fell_due_meanwhile_is_proposed(
    session: Session, town: Town, items: dict[str, ChecklistItem]
) -> None:
    late = local(6, 1, 10)
    assert run(session, late) == 8
    assert proposed_at(session, items["1-1"]) == proposed_at(session, items["1-2"])
    assert next_proposal_at(session) == local(6, 10) + timedelta(microseconds=1)
    assert run(session, local(6, 11)) == 3
    assert next_proposal_at(session) is None


def test_what_fell_due_before_the_round_was_in_the_books_is_not_asked_for(
    session: Session, town: Town, items: dict[str, ChecklistItem]
) -> None:
    ask_from(town.round, PAST + timedelta(days=1))
    session.commit()
    assert run(session, local(5, 1)) == 0
    assert next_proposal_at(session) == local(5, 31) + timedelta(microseconds=1)


def test_exam_days_bring_what_is_due_at_the_beginning_of_a_month_before_them(
    session: Session, town: Town, items: dict[str, ChecklistItem]
) -> None:
    run(session, local(6, 1))
    change_round(
        session,
        town.round.id,
        RoundChange(exam_days=[date(2026, 6, 6), date(2026, 6, 7)]),
        actor=town.admin,
        now=local(6, 2),
    )
    session.commit()
    assert next_proposal_at(session) == local(6, 2), "the next sweep reckons anew"
    run(session, local(6, 2))
    assert next_proposal_at(session) == local(6, 5) + timedelta(microseconds=1)
    run(session, local(6, 6))
    assert len(proposed_at(session, items["1-4"])) == 3
    assert next_proposal_at(session) == local(6, 7) + timedelta(microseconds=1), "weekly items, once the exam is over"


def test_a_closed_round_is_silent(session: Session, town: Town, items: dict[str, ChecklistItem]) -> None:
    close_round(session, town.round, now=IN_TIME)
    session.commit()
    assert next_proposal_at(session) is None
    town.round.next_action_at = IN_TIME
    session.commit()
    assert run(session, PAST) == 0
    assert next_proposal_at(session) is None


def test_an_office_may_do_without_proposals(session: Session, town: Town, items: dict[str, ChecklistItem]) -> None:
    text = shipped_policy_text().replace("propose_findings = true", "propose_findings = false")
    town.round.policy_version = keep_policy(session, text, now=BEGINS)
    session.commit()
    assert run(session, PAST) == 0
    assert next_proposal_at(session) == local(5, 31) + timedelta(microseconds=1)


def test_a_sweep_can_be_foreseen_and_writes_nothing(
    session: Session, town: Town, items: dict[str, ChecklistItem]
) -> None:
    add_answer(session, town, town.college, items["1-1"], Answer.IN_PLACE, by=town.university, at=IN_TIME)
    foreseen = foresee_proposals(session, at=PAST)
    assert [name for name, _ in foreseen] == [
        *("白塔区招生考试办公室 2-1", "明河桃源学院 1-1"),
        *("青石区招生考试办公室 2-1", "明河云台学院 1-1"),
    ]
    assert {(one.kind, one.due_at) for _, transitions in foreseen for one in transitions} == {("log.proposed", PAST)}
    assert proposals(session) == []
    assert foresee_proposals(session, at=DUE) == []


@pytest.mark.usefixtures("items")
def test_whoever_oversees_several_units_gets_one_message(session: Session, town: Town) -> None:
    run(session, PAST)
    group(session, now=PAST + timedelta(seconds=2), channels=())
    people = list(session.scalars(select(Message.person_id)))
    assert len(people) == len(set(people)) == 6
    assert town.district.id in people


def test_a_sweep_asks_no_more_often_for_many_units_than_for_one(
    session: Session, town: Town, items: dict[str, ChecklistItem]
) -> None:
    counted = []
    for more, due in ((0, PAST), (30, local(5, 31) + timedelta(microseconds=1))):
        for n in range(more):
            name = f"明河第{n}学院"
            session.add(Organization(kind=OrganizationKind.UNIVERSITY, name=name, parent_id=town.other_office.id))
        session.commit()
        with asked(engine_of(session)) as statements:
            assert run(session, due) >= 3 + more
        counted.append(len([one for one, _ in statements if one.startswith("SELECT")]))
    assert counted[1] <= counted[0]


def test_units_with_proposals_on_one_item_become_one(
    session: Session, town: Town, items: dict[str, ChecklistItem]
) -> None:
    run(session, PAST)
    merge_organizations(session, town.college.id, town.other_college.id, actor=town.admin, now=PAST)
    there = [finding for finding in proposals(session) if finding.organization_id == town.other_college.id]
    assert [finding.checklist_item_id for finding in there] == [items["1-1"].id] * 2
    assert verify(session) == []
    assert run(session, PAST + timedelta(days=1)) == 0
