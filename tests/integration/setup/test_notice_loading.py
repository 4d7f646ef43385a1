"""Opening a round from a notice: what the books hold is matched by name, the rest is added, all or nothing."""

from collections.abc import Callable
from datetime import date

import pytest
from msgspec.structs import replace
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.audit.verify import verify
from service.errors import InvalidInput
from service.findings.log import NewFinding, log
from service.models import Assignment, ChecklistItem, JournalEntry, Organization, Person, Round, Team
from service.people.adoption import join_people, to_be_joined
from service.people.callers import caller_of
from service.people.new_people import add_account
from service.people.posts import add_post
from service.setup.notice_file import Doubt, Notice
from service.setup.notice_file.reading import read_notice
from service.setup.notice_loading import LoadedNotice, load_notice
from service.setup.notice_plan import plan_notice
from tests.build.notice_files import LABOUR, notice_file
from tests.worlds.rows import NOW, make_organization, make_person
from workflows.findings.facts import OPERATOR
from workflows.journal import JournalAct, SubjectKind
from workflows.vocabulary import OrganizationKind, Role, Severity

CENTRE = "郑州市招生考试中心"
NOTICE = read_notice(notice_file())


@pytest.fixture
def centre(session: Session) -> Organization:
    return make_organization(session, CENTRE, OrganizationKind.CENTRE)


def loaded(session: Session, notice: Notice = NOTICE) -> LoadedNotice:
    return load_notice(session, plan_notice(session, notice), now=NOW)


def test_a_round_is_opened_with_checklists_and_division_of_labour(session: Session, centre: Organization) -> None:
    opened = loaded(session)
    assert (opened.number, opened.items, opened.teams, opened.districts) == ("2021-35", 123, 4, 11)
    round_ = session.scalars(select(Round)).one()
    assert round_.title == "郑州市招生考试中心关于开展2021年专升本考试安全督查工作的通知"
    assert (round_.starts_on, round_.ends_on) == (date(2021, 3, 29), date(2021, 6, 6))
    assert session.scalar(select(func.count()).select_from(ChecklistItem)) == 123
    labour = {
        assignment.district.name: (assignment.team.name, assignment.leader and assignment.leader.name)
        for assignment in session.scalars(select(Assignment).where(Assignment.round_id == round_.id))
    }
    assert len(labour) == 11
    assert labour["中牟县招考办"] == ("第四组", "刘水根")
    assert labour["金水区招考办"] == ("第一组", "鲁军池")
    (third,) = session.scalars(select(Team).where(Team.name == "第三组"))
    assert {(member.name, member.role) for member in third.members} == {
        ("邓乐", Role.TEAM_HEAD),
        *((name, Role.INSPECTOR) for name in ("赵金萍", "韩旭", "崔琳")),
    }


def test_whoever_the_notice_only_names_has_no_account(session: Session, centre: Organization) -> None:
    opened = loaded(session)
    people = session.scalars(select(Person)).all()
    assert {person.name for person in people} == set(opened.people)
    assert all(person.username is None and person.email is None for person in people)
    assert len(people) == 3 + 4 + 9


def test_the_opening_is_in_the_journal(session: Session, centre: Organization) -> None:
    loaded(session)
    (entry,) = session.scalars(select(JournalEntry).where(JournalEntry.subject_kind == SubjectKind.ROUND))
    assert (entry.act, entry.data) == (
        JournalAct.OPEN,
        {"number": "2021-35", "issued_on": "2021-03-29", "items": 123},
    )


def test_without_responsible_leaders_the_districts_have_none_yet(session: Session, centre: Organization) -> None:
    labour = [line for line in LABOUR if "：金水区、荥阳" not in line and "中原区、管城" not in line]
    notice = read_notice(notice_file(labour=labour))
    assert [(doubt.code, doubt.stops) for doubt in notice.doubts] == [("leaders_missing", False)]
    opened = loaded(session, notice)
    assert (opened.districts, opened.teams, len(opened.people)) == (11, 4, 4 + 9)
    assert {row.leader for row in session.scalars(select(Assignment))} == {None}


def test_the_whole_number_of_the_notice_is_kept(session: Session, centre: Organization) -> None:
    loaded(session)
    assert session.scalars(select(Round.document_number)).one() == "郑招考中心〔2021〕35号"


def test_offices_and_people_that_are_there_are_taken(session: Session, centre: Organization) -> None:
    office = make_organization(session, "金水区招生考试办公室", OrganizationKind.DISTRICT, centre)
    other = make_organization(session, "郑州市二七区招考办", OrganizationKind.DISTRICT, centre)
    college = make_organization(session, "示例学院", OrganizationKind.UNIVERSITY, office)
    inspector = make_person(session, "蔡振宇", Role.INSPECTOR, centre)
    leader = make_person(session, "鲁军池", Role.LEADER, centre)
    opened = loaded(session)
    assert len(opened.organizations) == 9
    assert {"蔡振宇", "鲁军池"}.isdisjoint(opened.people)
    assigned = {row.district_id: row for row in session.scalars(select(Assignment))}
    assert assigned[office.id].leader_id == leader.id
    assert other.id in assigned
    session.flush()
    caller = caller_of(session, inspector).actor
    finding = log(session, NewFinding(college.id, "考场监控有盲区", Severity.GENERAL), actor=caller, now=NOW)
    assert finding.number.startswith("2021-35-")


def test_without_a_centre_the_notice_names_it(session: Session) -> None:
    assert CENTRE in loaded(session).organizations
    assert (
        session.scalars(select(Organization.name).where(Organization.kind == OrganizationKind.CENTRE)).one() == CENTRE
    )


def test_there_is_one_centre(session: Session, centre: Organization) -> None:
    with pytest.raises(InvalidInput) as refused:
        plan_notice(session, NOTICE, centre="另一招考中心")
    assert refused.value.fields == {"centre": "one_centre"}
    assert plan_notice(session, NOTICE, centre=CENTRE).doubts == []
    centre.name = "郑州市招考中心"
    assert [doubt.code for doubt in plan_notice(session, NOTICE).doubts] == ["centre_differs"]


def test_a_notice_is_loaded_once(session: Session, centre: Organization) -> None:
    loaded(session)
    plan = plan_notice(session, NOTICE)
    assert [doubt.code for doubt in plan.stops] == ["number_taken"]
    with pytest.raises(InvalidInput):
        load_notice(session, plan, now=NOW)


def test_the_next_notice_finds_everybody_who_is_there(session: Session, centre: Organization) -> None:
    loaded(session)
    heading = replace(NOTICE.heading, number="2022-8", starts_on=date(2022, 3, 28), ends_on=date(2022, 6, 5))
    opened = loaded(session, replace(NOTICE, heading=heading))
    assert (opened.organizations, opened.people) == ([], [])
    assert session.scalar(select(func.count()).select_from(ChecklistItem)) == 246


def two_offices(session: Session, centre: Organization) -> None:
    make_organization(session, "金水区招考办", OrganizationKind.DISTRICT, centre)
    make_organization(session, "金水区招生办公室", OrganizationKind.DISTRICT, centre)


def two_people(session: Session, centre: Organization) -> None:
    make_person(session, "赵坤", Role.INSPECTOR, centre)
    make_person(session, "赵坤", Role.INSPECTOR, centre)


def one_of_another_role(session: Session, centre: Organization) -> None:
    make_person(session, "鲁军池", Role.ADMIN, centre)


def an_inspector_who_heads(session: Session, centre: Organization) -> None:
    make_person(session, "谢小刚", Role.INSPECTOR, centre)


@pytest.mark.parametrize(
    ("before", "doubt"),
    [
        (two_offices, Doubt("office_ambiguous", "金水区", {"offices": "金水区招生办公室、金水区招考办"}, stops=True)),
        (two_people, Doubt("person_ambiguous", "赵坤", stops=True)),
        (one_of_another_role, Doubt("person_of_other_role", "鲁军池", {"role": "admin"})),
        (an_inspector_who_heads, Doubt("person_role_differs", "谢小刚", {"role": "inspector"})),
    ],
)
def test_what_the_books_hold_may_be_in_doubt(
    session: Session, centre: Organization, before: Callable[[Session, Organization], None], doubt: Doubt
) -> None:
    before(session, centre)
    assert plan_notice(session, NOTICE).doubts == [doubt]


def test_nothing_is_loaded_while_something_must_be_put_right(session: Session, centre: Organization) -> None:
    broken = replace(NOTICE, doubts=(Doubt("completion_unknown", "1-1", {"words": "尽快"}, stops=True),))
    with pytest.raises(InvalidInput) as refused:
        loaded(session, broken)
    assert refused.value.fields == {"file": "notice_in_doubt"}
    assert session.scalar(select(func.count()).select_from(Round)) == 0


def test_an_account_that_comes_after_the_notice_is_the_person_whom_it_names(
    session: Session, centre: Organization
) -> None:
    loaded(session)
    leader = add_account(
        session,
        username="lu",
        name="鲁　军池",
        role=Role.LEADER,
        organization_id=centre.id,
        actor=OPERATOR,
        now=NOW,
    )
    assert len(caller_of(session, leader).actor.district_ids) > 0
    assert session.scalar(select(func.count()).select_from(Person)) == 3 + 4 + 9


def test_whoever_leads_and_is_of_the_leadership_team_too_is_one_person(session: Session, centre: Organization) -> None:
    person = make_person(session, "鲁　军池", Role.LEADERSHIP, centre)
    add_post(session, person.id, role=Role.LEADER, organization_id=centre.id, actor=OPERATOR, now=NOW)
    plan = plan_notice(session, NOTICE)
    assert plan.people["鲁军池"] is person
    load_notice(session, plan, now=NOW)
    assert {place.district_id for post in caller_of(session, person).actor.posts for place in post.assigned}


def test_who_is_doubtful_whichever_comes_first_is_joined(session: Session, centre: Organization) -> None:
    person = make_person(session, "鲁军池", Role.LEADERSHIP, centre)
    loaded(session)
    (named,) = to_be_joined(session, person)
    join_people(session, named.id, person.id, actor=OPERATOR, now=NOW)
    assert to_be_joined(session, person) == []
    assert caller_of(session, person).actor.holds(Role.LEADER)
    assert session.scalar(select(Assignment.district_id).where(Assignment.leader_id == person.id).limit(1))
    assert verify(session) == []
