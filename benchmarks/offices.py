"""The same invented office, findings and tokens in Duban's database and in its peer's."""

import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Engine, create_engine, select
from sqlalchemy.orm import Session

from benchmarks.filling import FINDINGS, findings, index_words, with_books, write
from benchmarks.peers import rows as peer
from benchmarks.seed import SEASON, UNIVERSITIES, Round, seed_round
from service.models import Assignment, Organization, Person, Team, TeamMember, new_id
from service.people.tokens import issue_token
from service.store.db import connect, sessions
from service.store.schema import upgrade
from workflows.vocabulary import OrganizationKind, Role, Severity

TOKENS = 30  # a person, so that nobody calls more often than a token may
ABOVE = {Role.BUREAU: OrganizationKind.BUREAU, Role.COMMITTEE: OrganizationKind.COMMITTEE}
ROLES = (Role.INSPECTOR, Role.DISTRICT, Role.UNIVERSITY, Role.LEADER, Role.LEADERSHIP, *ABOVE)
VACUUMS = 5  # tries
VISIBLE = "SELECT relallvisible >= 0.9 * relpages FROM pg_class WHERE relname = 'findings'"
Tokens = Mapping[Role, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Office:
    """Where to call: the tokens of each role, the unit that the university is, and its district."""

    url: str
    tokens: Tokens
    unit_id: str
    district_id: str
    seeded: Round


def prepare(url: str, listed: int, *, universities: int = UNIVERSITIES) -> Office:
    """Duban's database with an invented round, so many findings, and tokens for somebody of each role."""
    upgrade(url)
    engine = connect(url)
    now = datetime.now(UTC)
    with sessions(engine)() as session:
        seeded = seed_round(session, universities=universities)
        for role, kind in ABOVE.items():
            _add_person(session, role, kind)
        people = holders(session)
        tokens = {
            role: [
                issue_token(session, person=person, now=now, text=f"duban_{uuid.uuid4().hex}") for _ in range(TOKENS)
            ]
            for role, person in people.items()
        }
        session.commit()
        unit = session.get_one(Organization, people[Role.UNIVERSITY].organization_id)
        office = Office(url, tokens, unit.id, unit.parent_id or "", seeded)
        places = _places(session)
    constant = _of_all(seeded.round_id, seeded.inspector_id)
    write(engine, FINDINGS, with_books(findings(constant, places, listed), seeded.policy_version))
    index_words(engine)
    analyse(engine)
    engine.dispose()
    return office


def prepare_peer(office: Office, url: str, listed: int) -> Office:
    """The peer's database with the same people, places, findings and tokens."""
    engine, source = create_engine(url), connect(office.url)
    peer.Base.metadata.create_all(engine)
    with sessions(source)() as session:
        _copy_places(session, engine)
        tokens = _copy_people(session, engine)
        assignment = session.scalars(select(Assignment).limit(1)).one()
        places = _places(session)
    constant = {
        **_of_all(office.seeded.round_id, office.seeded.inspector_id),
        "team_id": assignment.team_id,
        "responsible_leader_id": assignment.leader_id,
    }
    write(engine, peer.Finding.__table__, findings(constant, places, listed))
    analyse(engine)
    source.dispose()
    engine.dispose()
    return Office(url, tokens, office.unit_id, office.district_id, office.seeded)


def add_due(office: Office, due: int, at: datetime, *, prefix: str) -> None:
    """Findings of that prefix more, of which the deadline passes at that instant."""
    engine = connect(office.url)
    with sessions(engine)() as session:
        places = _places(session)
    constant = _of_all(office.seeded.round_id, office.seeded.inspector_id)
    rows = findings(constant, places, due, prefix=prefix, due_at=at)
    write(engine, FINDINGS, with_books(rows, office.seeded.policy_version))
    index_words(engine)
    engine.dispose()


def holders(session: Session) -> dict[Role, Person]:
    """Somebody of each role: the university's and the district's belong together."""
    first = select(Person).order_by(Person.id).limit(1)
    people = {role: session.scalars(first.where(Person.role == role)).one() for role in ROLES}
    unit = session.get_one(Organization, people[Role.UNIVERSITY].organization_id)
    of_district = first.where(Person.role == Role.DISTRICT, Person.organization_id == unit.parent_id)
    return {**people, Role.DISTRICT: session.scalars(of_district).one()}


def analyse(engine: Engine) -> None:
    """What autovacuum would have done by the next morning; again while it is at work itself, and keeps old rows."""
    if engine.dialect.name != "postgresql":
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("SET statement_timeout = 0")
        for _ in range(VACUUMS):
            connection.exec_driver_sql("VACUUM ANALYZE")
            if connection.exec_driver_sql(VISIBLE).scalar():
                return
            time.sleep(2)


def _add_person(session: Session, role: Role, kind: OrganizationKind) -> None:
    place = Organization(kind=kind, name=f"示例{role}", parent_id=None)
    session.add(place)
    session.flush()
    person = Person(name=f"{role}一", username=new_id(), role=role, organization_id=place.id, created_at=SEASON)
    session.add(person)
    session.flush()


def _places(session: Session) -> list[tuple[str, str]]:
    units = select(Organization).where(Organization.kind == OrganizationKind.UNIVERSITY).order_by(Organization.id)
    return [(unit.id, unit.parent_id or "") for unit in session.scalars(units)]


def _copy_places(session: Session, engine: Engine) -> None:
    organizations = session.scalars(select(Organization)).all()
    ordered = sorted(organizations, key=lambda one: (one.parent_id is not None, one.kind != "district"))
    (round_id,) = {one.round_id for one in session.scalars(select(Assignment))}
    named = ({"id": o.id, "name": o.name, "parent_id": o.parent_id} for o in ordered)
    write(engine, peer.Organization.__table__, named)
    write(engine, peer.Round.__table__, [{"id": round_id, "number": "2026-基准", "ends_on": date(2026, 6, 6)}])
    write(engine, peer.Team.__table__, ({"id": team.id, "name": team.name} for team in session.scalars(select(Team))))


def _copy_people(session: Session, engine: Engine) -> Tokens:
    people = session.scalars(select(Person)).all()
    told = ({"id": p.id, "name": p.name, "role": str(p.role), "organization_id": p.organization_id} for p in people)
    write(engine, peer.Person.__table__, told)
    members = session.execute(select(TeamMember.team_id, TeamMember.person_id))
    write(engine, peer.team_members, ({"team_id": team, "person_id": person} for team, person in members))
    labour = ("round_id", "district_id", "team_id", "leader_id")
    assignments = session.scalars(select(Assignment))
    write(engine, peer.Assignment.__table__, ({name: getattr(one, name) for name in labour} for one in assignments))
    tokens = {role: [f"peer_{uuid.uuid4().hex}" for _ in range(TOKENS)] for role in ROLES}
    ends = datetime.now(UTC) + timedelta(days=30)
    held = (
        {"hash": sha256(token.encode()).hexdigest(), "person_id": person.id, "expires_at": ends}
        for role, person in holders(session).items()
        for token in tokens[role]
    )
    write(engine, peer.Token.__table__, held)
    return tokens


def _of_all(round_id: str, inspector_id: str) -> dict[str, Any]:
    """What all listed findings have in common."""
    return {
        "round_id": round_id,
        "origin": "centre",
        "severity": str(Severity.GENERAL),
        "created_by_id": inspector_id,
        "details": "三楼东侧通道堆放课桌椅，两处应急照明灯不亮。",
        "location": "三号教学楼三楼",
        "requirement": "立即清理，三日内修复。",
        "found_at": SEASON,
    }
