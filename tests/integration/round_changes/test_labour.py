"""The division of labour changes under way: what is open and waits passes to who comes."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.alerts.texts import texts_of
from service.audit.verify import verify
from service.errors import Conflict, InvalidInput, NotAllowed
from service.findings.acknowledgements import sweep_acknowledgements
from service.findings.escalations import refuse
from service.models import Alert, Assignment, JournalEntry, Person, Team
from service.people.callers import caller_of
from service.people.changes import move_person
from service.people.mergers import merge_organizations
from service.round_changes.handing_over import hand_over
from service.round_changes.labour import Share, labour_of, set_labour
from service.round_changes.names import organization_named, person_known, team_named
from service.round_changes.teams import change_team, form_team, remove_team
from tests.worlds.books import Town, local, log_finding, notify_finding
from tests.worlds.rows import make_person
from workflows.vocabulary import Role, Severity

NOW = local(4, 14, 10)


def successor(session: Session, town: Town, role: Role = Role.LEADER) -> Person:
    return make_person(session, "于接任", role, town.people["leader"].organization, username="successor")


def alerts_of(session: Session, person_id: str) -> list[Alert]:
    return list(
        session.scalars(select(Alert).where(Alert.person_id == person_id).order_by(Alert.created_at, Alert.kind))
    )


def test_a_leaders_successor_has_all_that_is_open_and_hears_what_waits(session: Session, town: Town) -> None:
    finding = notify_finding(session, town, severity=Severity.MAJOR)
    refuse(session, finding.id, actor=town.inspector, now=local(4, 13, 15), reason="拒不整改")
    to = successor(session, town)
    done = hand_over(session, town.leader.id or "", to.id, actor=town.admin, now=NOW, reason="调离")
    assert (done.districts, done.teams, [one.id for one in done.rounds]) == (1, 0, [town.round.id])
    session.expire_all()
    waiting = [one for one in alerts_of(session, to.id) if one.finding_id == finding.id]
    assert waiting
    assert {alert.acknowledge_by for alert in waiting} == {local(4, 15)}  # as long as anybody
    assert all(alert.acknowledge_by is None for alert in alerts_of(session, town.leader.id or ""))
    (summary,) = [one for one in alerts_of(session, to.id) if one.entry_id]
    assert texts_of(session, [summary.id], "zh")[summary.id] == (
        "自即日起，2026-08督查轮次的青石区招生考试办公室由你接手：未销号问题1个，其中逾期或已上报1个；"
        "待复查0个，待审批延期0个。请及时查阅、办理。"
    )
    assert caller_of(session, to).actor.is_assigned(town.round.id, town.district_office.id)
    assert not caller_of(session, town.people["leader"]).actor.assigned
    sweep_acknowledgements(session, now=local(4, 16))
    assert verify(session) == []


def test_who_comes_after_a_leader_who_has_moved_hears_what_waits_too(session: Session, town: Town) -> None:
    finding = log_finding(session, town, severity=Severity.MAJOR)
    move_person(session, town.leader.id or "", role=Role.LEADERSHIP, actor=town.admin, now=local(4, 13, 17))
    share = Share(town.district_office.id, town.team.id, town.other_leader.id)
    set_labour(session, town.round.id, [share], actor=town.admin, now=NOW)
    (waiting,) = [one for one in alerts_of(session, town.other_leader.id or "") if one.finding_id == finding.id]
    assert waiting.acknowledge_by == local(4, 15)
    assert all(alert.acknowledge_by is None for alert in alerts_of(session, town.leader.id or ""))


def test_a_successor_must_be_able_to_have_the_post(session: Session, town: Town) -> None:
    for who, code in (("inspector", "not_a_leader"), ("leader", "duplicate")):
        with pytest.raises(InvalidInput) as refused:
            hand_over(session, town.leader.id or "", getattr(town, who).id, actor=town.admin, now=NOW)
        assert refused.value.fields == {"to_person_id": code}
    session.get_one(Person, town.other_leader.id).disabled_at = NOW
    session.flush()
    with pytest.raises(InvalidInput) as closed:
        hand_over(session, town.leader.id or "", town.other_leader.id or "", actor=town.admin, now=NOW)
    assert closed.value.fields == {"to_person_id": "cannot_sign_in"}
    with pytest.raises(Conflict, match="nothing_to_hand_over"):
        hand_over(session, town.leadership.id or "", town.leader.id or "", actor=town.admin, now=NOW)


def test_a_member_of_a_team_has_a_successor_too(session: Session, town: Town) -> None:
    to = successor(session, town, Role.INSPECTOR)
    done = hand_over(session, town.inspector.id or "", to.id, actor=town.admin, now=NOW)
    assert (done.districts, done.teams) == (0, 1)
    members = session.get_one(Team, town.team.id, populate_existing=True).members
    assert {member.id for member in members} == {to.id, town.team_head.id}


def test_a_district_gets_another_team_and_leader_on_record(session: Session, town: Town) -> None:
    log_finding(session, town)
    other = team_named(session, town.round, "第二督查组")
    share = Share(town.district_office.id, other.id, town.other_leader.id)
    set_labour(session, town.round.id, [share], actor=town.admin, now=NOW, reason="分组调整")
    session.expire_all()
    now = {one.district.name: (one.team.name, one.leader_id) for one in labour_of(session, town.round)}
    assert now["青石区招生考试办公室"] == ("第二督查组", town.other_leader.id)
    (entry,) = session.scalars(select(JournalEntry).where(JournalEntry.reason == "分组调整"))
    assert entry.data["changed"]["team_id"] == {"from": town.team.id, "to": other.id}
    assert entry.data["district_id"] == town.district_office.id
    for who in ("other_leader", "other_inspector", "other_team_head"):
        assert [one.kind for one in alerts_of(session, getattr(town, who).id)] == ["round.change.successor"]


def test_a_share_that_cannot_be_is_named(session: Session, town: Town) -> None:
    share = Share(town.college.id, town.college.id, town.inspector.id)
    with pytest.raises(InvalidInput) as refused:
        set_labour(session, town.round.id, [share], actor=town.admin, now=NOW)
    assert refused.value.fields == {
        "assignments.0.district_id": "unknown_district",
        "assignments.0.team_id": "unknown_team",
        "assignments.0.leader_id": "not_a_leader",
    }
    with pytest.raises(NotAllowed):
        set_labour(session, town.round.id, [], actor=town.leadership, now=NOW)


def test_a_team_is_formed_renamed_and_removed(session: Session, town: Town) -> None:
    team = form_team(session, town.round.id, "第三督查组", [town.inspector.id or ""], actor=town.admin, now=NOW)
    change_team(session, team.id, name="综合督查组", actor=town.admin, now=NOW)
    with pytest.raises(InvalidInput) as taken:
        change_team(session, team.id, name="第一督查组", actor=town.admin, now=NOW)
    assert taken.value.fields == {"name": "team_name_taken"}
    with pytest.raises(InvalidInput):
        change_team(session, team.id, member_ids=[town.leader.id or ""], actor=town.admin, now=NOW)
    remove_team(session, team.id, actor=town.admin, now=NOW)
    with pytest.raises(Conflict, match="team_has_districts"):
        remove_team(session, town.team.id, actor=town.admin, now=NOW)
    entries = select(JournalEntry.data).where(JournalEntry.subject_id == town.round.id).order_by(JournalEntry.position)
    names = [data["changed"]["name"] for data in session.scalars(entries)]
    assert [(name["from"], name["to"]) for name in names] == [
        (None, "第三督查组"),
        ("第三督查组", "综合督查组"),
        ("综合督查组", None),
    ]


def test_who_joins_a_team_hears_what_is_open(session: Session, town: Town) -> None:
    to = successor(session, town, Role.INSPECTOR)
    ids = [town.inspector.id or "", town.team_head.id or "", to.id]
    change_team(session, town.team.id, member_ids=ids, actor=town.admin, now=NOW)
    assert [one.kind for one in alerts_of(session, to.id)] == ["round.change.successor"]
    assert session.scalars(select(Assignment.team_id).where(Assignment.district_id == town.district_office.id)).all()


def test_names_that_nobody_has_are_refused(session: Session, town: Town) -> None:
    session.get_one(Person, town.leader.id).disabled_at = NOW
    session.flush()
    assert person_known(session, "leader").id == town.leader.id
    for refused in (
        lambda: organization_named(session, "没有的单位"),
        lambda: team_named(session, town.round, "第九督查组"),
        lambda: person_known(session, "nobody"),
    ):
        with pytest.raises(InvalidInput):
            refused()


def test_a_closed_district_gets_no_labour(session: Session, town: Town) -> None:
    assignment = session.scalars(select(Assignment).where(Assignment.district_id == town.district_office.id)).one()
    town.district_office.closed_at = NOW
    session.flush()
    with pytest.raises(InvalidInput) as refused:
        set_labour(
            session, town.round.id, [Share(town.district_office.id, assignment.team_id)], actor=town.admin, now=NOW
        )
    assert refused.value.fields == {"assignments.0.district_id": "organization_closed"}


def test_a_merger_of_two_assigned_districts_puts_on_record_whose_labour_ended(session: Session, town: Town) -> None:
    shares = {one.district_id: (one.team_id, one.leader_id) for one in labour_of(session, town.round)}
    old, into = town.district_office.id, town.other_district.organization_id or ""
    assert {old, into} <= shares.keys()
    merge_organizations(session, old, into, actor=town.admin, now=NOW, reason="区划调整")
    assert {one.district_id for one in labour_of(session, town.round)} == {into}
    entries = session.scalars(select(JournalEntry).where(JournalEntry.subject_id == town.round.id)).all()
    (ended,) = [one.data["changed"] for one in entries if one.data.get("district_id") == old]
    team, leader = shares[old]
    assert ended == {"team_id": {"from": team, "to": None}, "leader_id": {"from": leader, "to": None}}
    assert verify(session) == []
