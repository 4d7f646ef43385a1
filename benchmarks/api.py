"""What a caller waits for the API to log a finding, to move it on, and to list a page; one caller, no network."""

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import select

from api.app import create_app
from benchmarks.seed import SEASON, Round, seed_round
from service.models import Organization, Person
from service.people.tokens import issue_token
from service.settings import load_settings
from service.store.db import connect, sessions
from service.store.schema import upgrade
from workflows.vocabulary import OrganizationKind, Role

PAGE = "/api/v1/findings?limit=50"
Call = Callable[[], Any]


def measure(url: str, *, calls: int, seeded: Round | None = None) -> dict[str, float]:
    """Milliseconds a call, median and 95th percentile, on a database that may hold a large round already."""
    with tempfile.TemporaryDirectory() as folder:
        settings = load_settings({"DUBAN_DATABASE_URL": url, "DUBAN_DATA_DIR": str(Path(folder))})
        if seeded is None:
            upgrade(url)
        client = create_app(settings, now=lambda: SEASON).test_client()
        tokens, unit = _prepare(url, seeded)
        headers = {name: {"Authorization": f"Bearer {token}"} for name, token in tokens.items()}
        log = {"organization_id": unit, "summary": "考点消防通道堆放杂物，应急照明不亮。", "severity": "general"}
        ids: list[str] = []

        def create() -> None:
            ids.append(_ok(client.post("/api/v1/findings", json=log, headers=headers["inspector"]))["id"])

        def notify() -> None:
            body = {"requirement": "立即清理，三日内修复。", "working_days": 3}
            address = f"/api/v1/findings/{ids.pop()}/notification"
            _ok(client.post(address, json=body, headers=headers["inspector"]))

        return {
            **_timed("create", create, calls),
            **_timed("notify", notify, calls),
            **_timed("list 50 as university", lambda: _ok(client.get(PAGE, headers=headers["university"])), calls),
            **_timed("list 50 as inspector", lambda: _ok(client.get(PAGE, headers=headers["inspector"])), calls),
            **_timed("list 50 as leadership", lambda: _ok(client.get(PAGE, headers=headers["leadership"])), calls),
        }


def _prepare(url: str, seeded: Round | None) -> tuple[dict[str, str], str]:
    """A token for each of three roles, and a unit to log against."""
    engine = connect(url)
    with sessions(engine)() as session:
        if seeded is None:
            seed_round(session)
        tokens = {}
        unit = session.scalars(
            select(Organization).where(Organization.kind == OrganizationKind.UNIVERSITY).order_by(Organization.name)
        ).first()
        assert unit is not None
        for role in (Role.INSPECTOR, Role.UNIVERSITY, Role.LEADERSHIP):
            people = select(Person).where(Person.role == role)
            if role is Role.UNIVERSITY:
                people = people.where(Person.organization_id == unit.id)
            person = session.scalars(people).first()
            assert person is not None
            tokens[str(role)] = issue_token(session, person=person, now=SEASON)
        session.commit()
    engine.dispose()
    return tokens, unit.id


def _ok(response: Any) -> Any:
    assert response.status_code < 300, response.get_data(as_text=True)
    return response.get_json()


def _timed(name: str, call: Call, calls: int) -> dict[str, float]:
    call()
    took = []
    for _ in range(calls):
        began = time.perf_counter()
        call()
        took.append((time.perf_counter() - began) * 1000)
    return {f"{name} p50 ms": statistics.median(took), f"{name} p95 ms": statistics.quantiles(took, n=20)[-1]}
