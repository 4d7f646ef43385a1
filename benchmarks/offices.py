"""The same invented office, findings and tokens in Duban's database and in its peer's."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from itertools import cycle
from typing import Any

from sqlalchemy import Table, create_engine, select
from sqlalchemy.orm import Session

from benchmarks.peers import rows as peer
from benchmarks.seed import SEASON, seed_round
from service.models import Assignment, Finding, Organization, Person, Team, TeamMember, Token, new_id
from service.people.tokens import issue_token
from service.records.events import FINDINGS
from service.store.db import connect, sessions
from service.store.schema import upgrade
from workflows.vocabulary import Role, Severity, State

TOKENS = 30  # a person, so that nobody calls more often than a token may
ROLES = (Role.INSPECTOR, Role.UNIVERSITY, Role.LEADERSHIP)
AT_A_TIME = 1000  # rows


@dataclass(frozen=True, slots=True)
class Office:
    """Where to call: the tokens of each role, and the unit to log against."""

    tokens: Mapping[Role, Sequence[str]]
    unit_id: str


def prepare(url: str, listed: int) -> Office:
    """Duban's database with an invented round, so many findings, and tokens for somebody of each role."""
    upgrade(url)
    engine = connect(url)
    now = datetime.now(UTC)
    with sessions(engine)() as session:
        seeded = seed_round(session)
        people = {role: session.scalars(select(Person).where(Person.role == role)).all()[0] for role in ROLES}
        units = session.scalars(select(Organization).where(Organization.kind == "university")).all()
        of_unit = people[Role.UNIVERSITY].organization_id
        tokens = {
            role: [
                issue_token(session, person=person, now=now, text=f"duban_{uuid.uuid4().hex}") for _ in range(TOKENS)
            ]
            for role, person in people.items()
        }
        session.commit()
        places = [(unit.id, unit.parent_id or "") for unit in units]
    constant = {
        **_of_all(seeded.round_id, seeded.inspector_id),
        "policy_version": seeded.policy_version,
        "progress": {},
        "search_text": "消防通道堆放杂物",
        "receipt_signed": True,
        "chain_length": 3,
        "chain_head": "0" * 64,
    }
    write(engine, FINDINGS, _findings(constant, places, listed))
    engine.dispose()
    return Office(tokens, of_unit)


def prepare_peer(ours: str, url: str, listed: int) -> Office:
    """The peer's database with the same people, places, findings and tokens."""
    engine, source = create_engine(url), connect(ours)
    peer.Base.metadata.create_all(engine)
    with sessions(source)() as session:
        round_id, of_unit, tokens = _copy_to_peer(session, engine)
        inspector = session.scalars(select(Finding.created_by_id).limit(1)).one()
        assignment = session.scalars(select(Assignment).limit(1)).one()
        units = session.scalars(select(Organization).where(Organization.kind == "university")).all()
        places = [(unit.id, unit.parent_id or "") for unit in units]
    constant = {
        **_of_all(round_id, inspector or ""),
        "team_id": assignment.team_id,
        "responsible_leader_id": assignment.leader_id,
    }
    write(engine, peer.Finding.__table__, _findings(constant, places, listed))
    source.dispose()
    engine.dispose()
    return Office(tokens, of_unit)


def _copy_to_peer(session: Session, engine: Any) -> tuple[str, str, Mapping[Role, Sequence[str]]]:
    organizations = session.scalars(select(Organization)).all()
    people = session.scalars(select(Person)).all()
    assignments = session.scalars(select(Assignment)).all()
    (round_id,) = {one.round_id for one in assignments}
    by_parent = sorted(organizations, key=lambda one: (one.kind != "centre", one.kind != "district"))
    write(
        engine, peer.Organization.__table__, ({"id": o.id, "name": o.name, "parent_id": o.parent_id} for o in by_parent)
    )
    write(
        engine,
        peer.Person.__table__,
        ({"id": p.id, "name": p.name, "role": str(p.role), "organization_id": p.organization_id} for p in people),
    )
    write(engine, peer.Round.__table__, [{"id": round_id, "number": "2026-基准", "ends_on": date(2026, 6, 6)}])
    write(engine, peer.Team.__table__, ({"id": team.id, "name": team.name} for team in session.scalars(select(Team))))
    members = session.execute(select(TeamMember.team_id, TeamMember.person_id))
    write(engine, peer.team_members, ({"team_id": team, "person_id": person} for team, person in members))
    labour = ("round_id", "district_id", "team_id", "leader_id")
    write(engine, peer.Assignment.__table__, ({name: getattr(one, name) for name in labour} for one in assignments))
    holders = {role: next(p for p in people if p.role is role) for role in ROLES}
    held = session.scalars(select(Token.person_id).where(Token.person_id == holders[Role.UNIVERSITY].id)).first()
    assert held
    tokens = {role: [f"peer_{uuid.uuid4().hex}" for _ in range(TOKENS)] for role in ROLES}
    ends = datetime.now(UTC) + timedelta(days=30)
    write(
        engine,
        peer.Token.__table__,
        (
            {"hash": sha256(token.encode()).hexdigest(), "person_id": holders[role].id, "expires_at": ends}
            for role in ROLES
            for token in tokens[role]
        ),
    )
    return round_id, holders[Role.UNIVERSITY].organization_id, tokens


def _of_all(round_id: str, inspector_id: str) -> dict[str, Any]:
    """What all listed findings have in common."""
    later = datetime.now(UTC) + timedelta(days=30)
    return {
        "round_id": round_id,
        "origin": "centre",
        "severity": str(Severity.GENERAL),
        "state": State.RECTIFYING,
        "created_by_id": inspector_id,
        "details": "三楼东侧通道堆放课桌椅，两处应急照明灯不亮。",
        "location": "三号教学楼三楼",
        "requirement": "立即清理，三日内修复。",
        "found_at": SEASON,
        "notified_at": SEASON,
        "received_at": SEASON,
        "deadline": later,
        "original_deadline": later,
        "next_action_at": later,
        "at_risk_at": later,
    }


def _findings(constant: Mapping[str, Any], places: Sequence[tuple[str, str]], many: int) -> Iterator[dict[str, Any]]:
    around = cycle(places)
    for number in range(1, many + 1):
        unit, district = next(around)
        own = {"id": new_id(), "number": f"2026-L-{number}", "organization_id": unit, "district_id": district}
        at = SEASON + timedelta(seconds=number)
        yield {**constant, **own, "summary": f"消防通道堆放杂物 {number}", "created_at": at}


def write(engine: Any, table: Table | Any, given: Any) -> None:
    """Insert rows, however many."""
    rows = iter(given)
    with engine.begin() as connection:
        while batch := [row for row, _ in zip(rows, range(AT_A_TIME), strict=False)]:
            connection.execute(table.insert(), batch)
