"""The people of every world: two districts with a team, a leader and universities each, and those above them.

Whoever is called `other_…` has to do with the other district alone: to the first district these are outsiders.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from service.models import Organization, Person, Round, Team, new_id
from service.rounds.rounds import add_team, assign
from workflows.vocabulary import OrganizationKind, Role

CENTRE, BUREAU, COMMITTEE = "明河市招生考试中心", "明河市教育局", "明河市招生考试委员会"
DISTRICT, OTHER_DISTRICT = "青石区招生考试办公室", "白塔区招生考试办公室"
UNIVERSITY, NEIGHBOUR, OTHER_UNIVERSITY = "明河龙湖学院", "明河云台学院", "明河桃源学院"

ORGANIZATIONS: Mapping[str, tuple[OrganizationKind, str | None]] = {  # name → kind, the one above
    CENTRE: (OrganizationKind.CENTRE, None),
    BUREAU: (OrganizationKind.BUREAU, None),
    COMMITTEE: (OrganizationKind.COMMITTEE, None),
    DISTRICT: (OrganizationKind.DISTRICT, CENTRE),
    OTHER_DISTRICT: (OrganizationKind.DISTRICT, CENTRE),
    UNIVERSITY: (OrganizationKind.UNIVERSITY, DISTRICT),
    NEIGHBOUR: (OrganizationKind.UNIVERSITY, DISTRICT),
    OTHER_UNIVERSITY: (OrganizationKind.UNIVERSITY, OTHER_DISTRICT),
}
PEOPLE: Mapping[str, tuple[Role, str, str]] = {  # who → role, organization, name
    "inspector": (Role.INSPECTOR, CENTRE, "陈一鸣"),
    "team_head": (Role.TEAM_HEAD, CENTRE, "周明远"),
    "district": (Role.DISTRICT, DISTRICT, "赵青"),
    "university": (Role.UNIVERSITY, UNIVERSITY, "孙晓"),
    "neighbour": (Role.UNIVERSITY, NEIGHBOUR, "钱云"),
    "leader": (Role.LEADER, CENTRE, "李正言"),
    "leadership": (Role.LEADERSHIP, CENTRE, "王建平"),
    "bureau": (Role.BUREAU, BUREAU, "教育局值班室"),
    "committee": (Role.COMMITTEE, COMMITTEE, "招委办公室"),
    "admin": (Role.ADMIN, CENTRE, "吴管理"),
    "other_inspector": (Role.INSPECTOR, CENTRE, "何外组"),
    "other_team_head": (Role.TEAM_HEAD, CENTRE, "吕外组"),
    "other_district": (Role.DISTRICT, OTHER_DISTRICT, "施白塔"),
    "other_university": (Role.UNIVERSITY, OTHER_UNIVERSITY, "张桃源"),
    "other_leader": (Role.LEADER, CENTRE, "孔领导"),
}
OUTSIDERS = ("other_inspector", "other_team_head", "other_district", "other_university", "other_leader", "neighbour")


def add_organizations(session: Session) -> dict[str, Organization]:
    """The rows of all organizations by name."""
    ids = {name: new_id() for name in ORGANIZATIONS}
    made = {
        name: Organization(id=ids[name], kind=kind, name=name, parent_id=ids[above] if above else None)
        for name, (kind, above) in ORGANIZATIONS.items()
    }
    session.add_all(made.values())
    session.flush()
    return made


def add_people(session: Session, organizations: Mapping[str, Organization], *, now: datetime) -> dict[str, Person]:
    """The rows of all people by who they are, which is their user name too."""
    made = {
        who: Person(
            id=new_id(),
            username=who,
            name=name,
            role=role,
            organization=organizations[organization],
            email=f"{who}@exam.example",
            language="zh",
            created_at=now,
        )
        for who, (role, organization, name) in PEOPLE.items()
    }
    session.add_all(made.values())
    session.flush()
    return made


def add_teams(
    session: Session, round_: Round, organizations: Mapping[str, Organization], people: Mapping[str, Person]
) -> Team:
    """Give each district its team and leader in the round; the first district's team."""
    first = add_team(session, round_, "第一督查组", [people["inspector"], people["team_head"]])
    other = add_team(session, round_, "第二督查组", [people["other_inspector"], people["other_team_head"]])
    labour = {
        organizations[DISTRICT].id: (first, people["leader"]),
        organizations[OTHER_DISTRICT].id: (other, people["other_leader"]),
    }
    assign(session, round_, labour)
    return first
