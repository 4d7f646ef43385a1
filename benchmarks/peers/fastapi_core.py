"""`python -m benchmarks.peers.fastapi_core URL FD`: the same two calls by FastAPI and SQLAlchemy's core.

It shares the tables of the Flask peer, does the same work, and runs where its packages are: in `.bench-venv`.
"""

import hashlib
import json
import sys
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import uvicorn
from fastapi import FastAPI, Header, HTTPException
from pydantic import AwareDatetime, BaseModel, Field
from sqlalchemy import Connection, Engine, RowMapping, Select, create_engine, insert, select, update

from benchmarks.peers import rows

PEOPLE, ORGANIZATIONS, TOKENS, ROUNDS, TEAMS, ASSIGNMENTS, ITEMS, FINDINGS, EVENTS, ALERTS, EVIDENCE = (
    model.__table__
    for model in (
        *(rows.Person, rows.Organization, rows.Token, rows.Round, rows.Team, rows.Assignment, rows.ChecklistItem),
        *(rows.Finding, rows.Event, rows.Alert, rows.Evidence),
    )
)
MEMBERS = rows.team_members
DISTRICTS, CREATORS, LEADERS = ORGANIZATIONS.alias(), PEOPLE.alias(), PEOPLE.alias()
CONSTANTS = {column.name: column.default.arg for column in FINDINGS.c if column.default and column.default.is_scalar}


class Body(BaseModel):
    """A finding as it is handed in."""

    organization_id: uuid.UUID
    summary: str = Field(min_length=1, max_length=500)
    severity: Literal["general", "major"]
    details: str | None = None
    location: str | None = Field(default=None, max_length=300)
    found_at: AwareDatetime | None = None


def create_app(engine: Engine) -> FastAPI:
    """The peer over the database of the other."""
    app = FastAPI(openapi_url=None)

    @app.post("/findings", status_code=201)
    def post(body: Body, authorization: Annotated[str, Header()]) -> dict[str, Any]:
        with engine.begin() as connection:
            return _log(connection, _caller(connection, authorization), body)

    @app.get("/findings")
    def page(authorization: Annotated[str, Header()], limit: int = 50, state: str | None = None) -> dict[str, Any]:
        with engine.begin() as connection:
            return {"items": _page(connection, _caller(connection, authorization), limit, state), "next_cursor": None}

    return app


def _caller(connection: Connection, authorization: str) -> RowMapping:
    hash_ = hashlib.sha256(authorization.rsplit(maxsplit=1)[-1].encode()).hexdigest()
    query = select(PEOPLE, TOKENS.c.expires_at).join(TOKENS, TOKENS.c.person_id == PEOPLE.c.id)
    person = connection.execute(query.where(TOKENS.c.hash == hash_)).mappings().one_or_none()
    if person is None or person["expires_at"] < datetime.now(UTC) or person["disabled_at"]:
        raise HTTPException(401)
    return person


def _assigned(person: RowMapping) -> Any:
    if person["role"] == "leader":
        return ASSIGNMENTS.c.leader_id == person["id"]
    mine = select(MEMBERS.c.team_id).where(MEMBERS.c.person_id == person["id"])
    return ASSIGNMENTS.c.team_id.in_(mine)


def _place(connection: Connection, person: RowMapping, unit_id: str) -> RowMapping:
    """The unit with its district, its round, team and leader, if the caller has it."""
    query = (
        select(ASSIGNMENTS, ORGANIZATIONS.c.name.label("unit"), DISTRICTS.c.name.label("district"))
        .add_columns(ROUNDS.c.number.label("round"), TEAMS.c.name.label("team"), LEADERS.c.name.label("leader"))
        .join(ORGANIZATIONS, ORGANIZATIONS.c.parent_id == ASSIGNMENTS.c.district_id)
        .join(DISTRICTS, DISTRICTS.c.id == ASSIGNMENTS.c.district_id)
        .join(ROUNDS, ROUNDS.c.id == ASSIGNMENTS.c.round_id)
        .join(TEAMS, TEAMS.c.id == ASSIGNMENTS.c.team_id)
        .join(LEADERS, LEADERS.c.id == ASSIGNMENTS.c.leader_id)
    )
    found = connection.execute(query.where(ORGANIZATIONS.c.id == unit_id, _assigned(person))).mappings().first()
    if found is None:
        raise HTTPException(422)
    return found


def _log(connection: Connection, person: RowMapping, body: Body) -> dict[str, Any]:
    now, unit_id = datetime.now(UTC), str(body.organization_id)
    place = _place(connection, person, unit_id)
    counted = update(ROUNDS).where(ROUNDS.c.id == place["round_id"]).values(logged=ROUNDS.c.logged + 1)
    number = connection.scalars(counted.returning(ROUNDS.c.logged)).one()
    finding = {
        **CONSTANTS,
        "id": str(uuid.uuid4()),
        "number": f"{place['round']}-{number:04d}",
        **{name: place[name] for name in ("round_id", "district_id", "team_id")},
        "organization_id": unit_id,
        "responsible_leader_id": place["leader_id"],
        "created_by_id": person["id"],
        "created_at": now,
        **body.model_dump(exclude={"organization_id"}),
        "found_at": body.found_at or now,
    }
    connection.execute(insert(FINDINGS), finding)
    event = _event(finding, person["id"], now)
    connection.execute(insert(EVENTS), event)
    if body.severity != "general":
        heard = select(PEOPLE.c.id).where(PEOPLE.c.organization_id == unit_id, PEOPLE.c.disabled_at.is_(None))
        told = {"event_id": event["id"], "finding_id": finding["id"], "kind": "log", "created_at": now}
        people = [*connection.scalars(heard), place["leader_id"]]
        alerts = [{"id": str(uuid.uuid4()), "key": f"{event['id']}:{one}", "person_id": one, **told} for one in people]
        connection.execute(insert(ALERTS), alerts)
    names = {name: place[name] for name in ("unit", "district", "round", "team", "leader")}
    return _shown({**finding, **names, "creator": person["name"]}, [])


def _event(finding: Mapping[str, Any], actor_id: str, now: datetime) -> dict[str, Any]:
    data = {name: finding[name] for name in ("number", "organization_id", "severity", "summary")}
    words = json.dumps([finding["id"], 1, now.isoformat(), actor_id, "log", data], ensure_ascii=False, sort_keys=True)
    return {
        "id": str(uuid.uuid4()),
        "finding_id": finding["id"],
        "position": 1,
        "at": now,
        "actor_id": actor_id,
        "move": "log",
        "to_state": "found",
        "data": data,
        "hash": hashlib.sha256(f"\n{words}".encode()).hexdigest(),
    }


def _page(connection: Connection, person: RowMapping, limit: int, state: str | None) -> list[dict[str, Any]]:
    query = _joined().where(FINDINGS.c.voided_at.is_(None), *_scope(person))
    if state:
        query = query.where(FINDINGS.c.state == state)
    newest = query.order_by(FINDINGS.c.created_at.desc(), FINDINGS.c.id.desc()).limit(limit)
    found = connection.execute(newest).mappings().all()
    pieces: dict[str, list[dict[str, Any]]] = {}
    for piece in connection.execute(select(EVIDENCE).where(EVIDENCE.c.finding_id.in_([one["id"] for one in found]))):
        pieces.setdefault(piece.finding_id, []).append(dict(piece._mapping))  # noqa: SLF001 - SQLAlchemy's own name
    return [_shown(row, pieces.get(row["id"], [])) for row in found]


def _scope(person: RowMapping) -> list[Any]:
    if person["role"] in ("inspector", "leader"):
        return [FINDINGS.c.district_id.in_(select(ASSIGNMENTS.c.district_id).where(_assigned(person)))]
    if person["role"] == "university":
        return [FINDINGS.c.organization_id == person["organization_id"], FINDINGS.c.notified_at.is_not(None)]
    return [FINDINGS.c.district_id == person["organization_id"]] if person["role"] == "district" else []


def _joined() -> Select[Any]:
    return (
        select(FINDINGS, ORGANIZATIONS.c.name.label("unit"), DISTRICTS.c.name.label("district"))
        .add_columns(ROUNDS.c.number.label("round"), TEAMS.c.name.label("team"), LEADERS.c.name.label("leader"))
        .add_columns(CREATORS.c.name.label("creator"), ITEMS.c.number.label("item"), ITEMS.c.category)
        .join(ORGANIZATIONS, ORGANIZATIONS.c.id == FINDINGS.c.organization_id)
        .join(DISTRICTS, DISTRICTS.c.id == FINDINGS.c.district_id)
        .join(ROUNDS, ROUNDS.c.id == FINDINGS.c.round_id)
        .join(TEAMS, TEAMS.c.id == FINDINGS.c.team_id)
        .join(LEADERS, LEADERS.c.id == FINDINGS.c.responsible_leader_id)
        .join(CREATORS, CREATORS.c.id == FINDINGS.c.created_by_id)
        .outerjoin(ITEMS, ITEMS.c.id == FINDINGS.c.checklist_item_id)
    )


NAMED = {
    "organization": ("organization_id", "unit"),
    "district": ("district_id", "district"),
    "team": ("team_id", "team"),
    "responsible_leader": ("responsible_leader_id", "leader"),
    "created_by": ("created_by_id", "creator"),
}
HIDDEN = {"unit", "leader", "creator", "item", "category", "round_id", *(id_ for id_, _ in NAMED.values())}
MOVES = {"found": ["notify", "settle", "void"], "rectifying": ["remind", "refuse", "void"]}


def _shown(row: Mapping[str, Any], evidence: list[dict[str, Any]]) -> dict[str, Any]:
    item = row.get("checklist_item_id")
    return {
        **{name: value for name, value in row.items() if name not in HIDDEN},
        **{name: {"id": row[id_], "name": row[label]} for name, (id_, label) in NAMED.items()},
        "round": {"id": row["round_id"], "number": row["round"]},
        "checklist_item": {"id": item, "number": row["item"], "category": row["category"]} if item else None,
        "evidence": evidence,
        "light": _light(row),
        "allowed_moves": MOVES.get(row["state"], []),
        **dict.fromkeys(("pending_submission", "pending_extension", "latest_opinion", "closing")),
    }


def _light(row: Mapping[str, Any]) -> str:
    if row.get("verified_at") or row.get("voided_at"):
        return "green"
    if row["state"] in ("overdue", "escalated"):
        return "red"
    return "amber" if row.get("at_risk_at") and row["at_risk_at"] <= datetime.now(UTC) else "green"


def main() -> None:
    """Serve on an open socket until asked to stop."""
    url, fd = sys.argv[1:]
    uvicorn.run(create_app(create_engine(url)), fd=int(fd), log_level="error", access_log=False)


if __name__ == "__main__":
    main()
