"""A round with its cast: two districts that have nothing to do with each other, so that each holds outsiders."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from service.models import ChecklistItem, Organization, Person, Round
from service.people.accounts import issue_token
from service.people.passwords import hash_password
from service.rounds.rounds import NewRound, add_team, assign, open_round
from service.rounds.rulebooks import keep_shipped
from tests.build.checklists import add_checklist
from workflows.vocabulary import OrganizationKind, Role

SHANGHAI = ZoneInfo("Asia/Shanghai")
PASSWORD = "督查-整改-销号-2021"
CENTRE, BUREAU, COMMITTEE = "示例市招考中心", "示例市教育局", "示例市招委"
DISTRICT, OTHER_DISTRICT = "金水区招考机构", "二七区招考机构"
UNIVERSITY, NEIGHBOUR, OTHER_UNIVERSITY = "中原示例学院", "嵩山示例学院", "黄河示例学院"

ORGANIZATIONS: Mapping[str, tuple[OrganizationKind, str | None]] = {
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
    "inspector": (Role.INSPECTOR, CENTRE, "督查员甲"),
    "team_head": (Role.TEAM_HEAD, CENTRE, "组长甲"),
    "district": (Role.DISTRICT, DISTRICT, "区办甲"),
    "university": (Role.UNIVERSITY, UNIVERSITY, "教务处甲"),
    "neighbour": (Role.UNIVERSITY, NEIGHBOUR, "教务处乙"),
    "leader": (Role.LEADER, CENTRE, "包干领导甲"),
    "leadership": (Role.LEADERSHIP, CENTRE, "领导班子"),
    "bureau": (Role.BUREAU, BUREAU, "教育局"),
    "committee": (Role.COMMITTEE, COMMITTEE, "招委"),
    "admin": (Role.ADMIN, CENTRE, "管理员"),
    "other_inspector": (Role.INSPECTOR, CENTRE, "督查员丙"),
    "other_team_head": (Role.TEAM_HEAD, CENTRE, "组长丙"),
    "other_district": (Role.DISTRICT, OTHER_DISTRICT, "区办丙"),
    "other_university": (Role.UNIVERSITY, OTHER_UNIVERSITY, "教务处丙"),
    "other_leader": (Role.LEADER, CENTRE, "包干领导丙"),
}
OUTSIDERS = ("other_inspector", "other_team_head", "other_district", "other_university", "other_leader", "neighbour")


@dataclass(frozen=True, slots=True)
class Cast:
    """Who and what there is, by the names above."""

    round_id: str
    checklist_id: str
    checklist_item_id: str
    organization_ids: Mapping[str, str]
    person_ids: Mapping[str, str]
    tokens: Mapping[str, str]  # who → a bearer token

    @property
    def university_id(self) -> str:
        return self.organization_ids[UNIVERSITY]


def local(month: int, day: int, hour: int = 17, minute: int = 0) -> datetime:
    """An instant of 2021 by the clock of the round."""
    return datetime(2021, month, day, hour, minute, tzinfo=SHANGHAI).astimezone(UTC)


def build_cast(session: Session, *, now: datetime) -> Cast:
    """Write the round and its cast into an empty database; the caller commits."""
    organizations = _organizations(session)
    people = _people(session, organizations, now)
    round_, item = _round(session, people, organizations, now)
    tokens = {who: issue_token(session, person=person, now=now) for who, person in people.items()}
    people["inspector"].password_hash = _password_hash()
    session.flush()
    return Cast(
        round_.id,
        item.checklist_id,
        item.id,
        {name: organization.id for name, organization in organizations.items()},
        {who: person.id for who, person in people.items()},
        tokens,
    )


@cache
def _password_hash() -> str:
    """Hashed once: it takes its time, as it should."""
    return hash_password(PASSWORD)


def _organizations(session: Session) -> dict[str, Organization]:
    made: dict[str, Organization] = {}
    for name, (kind, parent) in ORGANIZATIONS.items():
        made[name] = Organization(kind=kind, name=name, parent_id=made[parent].id if parent else None)
        session.add(made[name])
        session.flush()
    return made


def _people(session: Session, organizations: Mapping[str, Organization], now: datetime) -> dict[str, Person]:
    made = {
        who: Person(
            username=who,
            name=name,
            role=role,
            organization_id=organizations[organization].id,
            email=f"{who}@example.org",
            created_at=now,
        )
        for who, (role, organization, name) in PEOPLE.items()
    }
    session.add_all(made.values())
    session.flush()
    return made


def _round(
    session: Session, people: Mapping[str, Person], organizations: Mapping[str, Organization], now: datetime
) -> tuple[Round, ChecklistItem]:
    policy_version = keep_shipped(session, now=now)
    new = NewRound("2021-35", "专升本考试安全督查（示例）", date(2021, 4, 1), date(2021, 6, 30), policy_version)
    round_ = open_round(session, new)
    first = add_team(session, round_, "第一督查组", [people["inspector"], people["team_head"]])
    other = add_team(session, round_, "第二督查组", [people["other_inspector"], people["other_team_head"]])
    labour = {
        organizations[DISTRICT].id: (first, people["leader"]),
        organizations[OTHER_DISTRICT].id: (other, people["other_leader"]),
    }
    assign(session, round_, labour)
    (item,) = add_checklist(session, round_, [("1-12", "标准化考点建设")])
    return round_, item
