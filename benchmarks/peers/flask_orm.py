"""A service of the usual make: Flask, SQLAlchemy's ORM and marshmallow, a page of code; it logs findings and lists 50.

It does what Duban does for the same two calls, and no more: a token row authenticates, the body is validated, the
unit must be in a district of the caller's team, and the finding, its hashed event and its alerts are committed at once
and as durably. It keeps no rules, no digests of rows and no answers by key.
"""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from flask import Flask, abort, current_app, request
from marshmallow import ValidationError
from sqlalchemy import ColumnElement, Select, and_, create_engine, event, literal, or_, select, tuple_, update
from sqlalchemy.orm import Session, joinedload, selectinload, sessionmaker

from benchmarks.peers.rows import (
    Alert,
    Assignment,
    Event,
    Finding,
    Organization,
    Person,
    Round,
    Token,
    team_members,
)
from benchmarks.peers.schemas import BODY, SHOWN

SEARCHED = ("number", "summary", "details", "location")
AROUND = ("round", "organization", "district", "team", "responsible_leader", "checklist_item", "created_by")


def create_app(url: str) -> Flask:
    """The peer over a database of its own."""
    app = Flask("peer")
    app.extensions["sessions"] = sessionmaker(_engine(url), expire_on_commit=False)
    app.add_url_rule("/findings", view_func=_post, methods=["POST"])
    app.add_url_rule("/findings", view_func=_page)
    app.register_error_handler(ValidationError, _refusal)
    return app


def _post() -> Any:
    new = BODY.load(request.get_json())
    with current_app.extensions["sessions"].begin() as session:
        person = _caller(session)
        unit = session.get(Organization, str(new.pop("organization_id")))
        if unit is None:
            abort(422)
        around = (joinedload(Assignment.round), joinedload(Assignment.team), joinedload(Assignment.leader))
        place = session.scalar(_assigned(person).where(Assignment.district_id == unit.parent_id).options(*around))
        if place is None:
            abort(422)
        finding = _log(session, person, place, unit, new)
        session.flush()
        answer = SHOWN.dump(finding)
    return answer, 201


def _page() -> Any:
    with current_app.extensions["sessions"]() as session:
        person = _caller(session)
        query = select(Finding).where(Finding.voided_at.is_(None), *_scope(person), *_filters())
        loaded = [*(joinedload(getattr(Finding, name)) for name in AROUND), selectinload(Finding.evidence)]
        newest = query.order_by(Finding.created_at.desc(), Finding.id.desc()).limit(50).options(*loaded)
        return {"items": SHOWN.dump(session.scalars(newest).unique().all(), many=True), "next_cursor": None}


def _scope(person: Person) -> list[ColumnElement[bool]]:
    if person.role in ("inspector", "leader"):
        return [Finding.district_id.in_(_assigned(person).with_only_columns(Assignment.district_id))]
    if person.role == "university":
        return [Finding.organization_id == person.organization_id, Finding.notified_at.is_not(None)]
    if person.role == "district":
        return [Finding.district_id == person.organization_id]
    return [] if person.role == "leadership" else [Finding.reported_at.is_not(None)]


def _filters() -> list[ColumnElement[bool]]:
    asked, now = request.args, datetime.now(UTC)
    wanted = [getattr(Finding, name) == asked[name] for name in ("state", "district_id") if name in asked]
    if asked.get("light") == "amber":
        running = Finding.state.in_(("found", "notified", "rectifying"))
        wanted += [and_(running, Finding.at_risk_at <= now)]
    if word := asked.get("q"):
        wanted += [or_(*(getattr(Finding, name).contains(word, autoescape=True) for name in SEARCHED))]
    if "before" in asked:
        at, id_ = asked["before"].split("/")
        wanted += [
            tuple_(Finding.created_at, Finding.id) < tuple_(datetime.fromisoformat(at), literal(id_, Finding.id.type))
        ]
    return wanted


def _refusal(error: ValidationError) -> Any:
    return {"errors": error.messages}, 422


def _caller(session: Session) -> Person:
    words = request.headers.get("Authorization", "").split()
    hash_ = hashlib.sha256(words[-1].encode()).hexdigest() if words else ""
    token = session.scalar(select(Token).where(Token.hash == hash_).options(joinedload(Token.person)))
    if token is None or token.expires_at < datetime.now(UTC) or token.person.disabled_at:
        abort(401)
    return token.person


def _assigned(person: Person) -> Select[Assignment]:
    """The division of labour of the teams that the person belongs to, or of the districts that he or she leads."""
    if person.role == "leader":
        return select(Assignment).where(Assignment.leader_id == person.id)
    mine = select(team_members.c.team_id).where(team_members.c.person_id == person.id)
    return select(Assignment).where(Assignment.team_id.in_(mine))


def _log(session: Any, person: Person, place: Assignment, unit: Organization, new: dict[str, Any]) -> Finding:
    now = datetime.now(UTC)
    count = update(Round).where(Round.id == place.round_id).values(logged=Round.logged + 1).returning(Round.logged)
    number = session.scalar(count.execution_options(synchronize_session=False))
    finding = Finding(
        number=f"{place.round.number}-{number:04d}",
        round=place.round,
        organization=unit,
        district=session.get(Organization, unit.parent_id),
        team=place.team,
        responsible_leader=place.leader,
        created_by=person,
        created_at=now,
        **{"found_at": now, **{name: value for name, value in new.items() if value is not None}},
    )
    session.add(finding)
    session.flush()
    data = {
        "number": finding.number,
        "organization_id": unit.id,
        "severity": finding.severity,
        "summary": finding.summary,
    }
    logged = Event(
        finding_id=finding.id, position=1, at=now, actor_id=person.id, move="log", to_state="found", data=data
    )
    words = json.dumps([finding.id, 1, now.isoformat(), person.id, "log", data], ensure_ascii=False, sort_keys=True)
    logged.hash = hashlib.sha256(f"\n{words}".encode()).hexdigest()
    session.add(logged)
    session.flush()
    if finding.severity != "general":
        heard = select(Person.id).where(Person.organization_id == unit.id, Person.disabled_at.is_(None))
        for id_ in (*session.scalars(heard), place.leader_id):
            alert = {"event_id": logged.id, "finding_id": finding.id, "person_id": id_, "created_at": now}
            session.add(Alert(key=f"{logged.id}:{id_}", kind="log", **alert))
    return finding


def _engine(url: str) -> Any:
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def durable(connection: Any, _record: object) -> None:
            connection.isolation_level = None  # the driver begins nothing by itself
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA busy_timeout = 15000")

        # As Duban does: whoever writes queues at once, for a transaction that read first could not write later.
        @event.listens_for(engine, "begin")
        def begin(connection: Any) -> None:
            connection.exec_driver_sql("BEGIN IMMEDIATE" if request.method == "POST" else "BEGIN")

    return engine
