"""Lists of 50 findings of a million: as each role, deep, filtered, beside the peer; beside ten thousand; by scope."""

import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from urllib.parse import urlencode

from sqlalchemy import func, select

from benchmarks.filling import COMMON, RARE
from benchmarks.http import Service, Turns, in_turns, p50, p95, ratios
from benchmarks.lines import Line
from benchmarks.offices import ROLES, Office, holders
from benchmarks.run import FEW, MANY, Run
from service.models import Finding
from service.people.callers import caller_of
from service.scope import findings_seen
from service.store.db import connect, sessions
from service.store.paging import ordered_by, page
from workflows.vocabulary import Role

LIST, PAGE, DEEP = "/findings?limit=50", 50, 1000
UNITS, SCOPE_BAR = 500, 10


def as_each_role(run: Run, office: Office, listed: int) -> Iterator[Line]:
    """First and thousandth page, beside the peer's; a scope with fewer pages is read near its end."""
    with ExitStack() as stack:
        peer = run.peer_of(office, listed)
        ours, theirs = stack.enter_context(run.duban(office)), stack.enter_context(run.flask(peer))
        deep = _deep_pages(office)
        for role in ROLES:
            cursor, before = deep[role]
            took = in_turns(
                {
                    "first": (ours, ours.getting(role, LIST)),
                    "peer's first": (theirs, theirs.getting(role, LIST)),
                    "deep": (ours, ours.getting(role, f"{LIST}&{urlencode({'cursor': cursor})}")),
                    "peer's deep": (theirs, theirs.getting(role, f"{LIST}&{urlencode({'before': before})}")),
                },
                run.sizes.lists,
            )
            yield from _of_role(role, took)


def _of_role(role: Role, took: dict[str, Turns]) -> Iterator[Line]:
    yield Line(f"list 50 as {role}, duban: p50 ms", [p50(turn) for turn in took["first"]])
    yield Line(f"list 50 as {role}: time ÷ peer (a)", ratios(took["first"], took["peer's first"]), 1.0)
    yield Line(f"page {DEEP} as {role}: time ÷ peer (a)", ratios(took["deep"], took["peer's deep"]), 1.0)
    yield Line(f"page {DEEP} ÷ first as {role}", ratios(took["deep"], took["first"]), 1.2)


def filtered(run: Run, office: Office, listed: int) -> Iterator[Line]:
    """The first page of what a filter leaves, as leadership, beside the peer's."""
    filters = {
        "state": {"state": "overdue"},
        "light": {"light": "amber"},
        "district": {"district_id": office.district_id},
        "words, of nearly all": {"q": COMMON},
        "words, of one in a thousand": {"q": RARE},
    }
    with ExitStack() as stack:
        peer = run.peer_of(office, listed)
        ours, theirs = stack.enter_context(run.duban(office)), stack.enter_context(run.flask(peer))
        for name, wanted in filters.items():
            path = f"{LIST}&{urlencode(wanted)}"
            both = {"duban": ours, "peer": theirs}
            callers = {who: (service, service.getting(Role.LEADERSHIP, path)) for who, service in both.items()}
            took = in_turns(callers, run.sizes.lists)
            yield Line(f"list 50 by {name}, duban: p50 ms", [p50(turn) for turn in took["duban"]])
            yield Line(f"list 50 by {name}: time ÷ peer (a)", ratios(took["duban"], took["peer"]), 1.0)


def beside_few(run: Run, office: Office) -> Iterator[Line]:
    """The 95th percentile of the large office in parts of that of ten thousand findings."""
    with ExitStack() as stack:
        large, small = stack.enter_context(run.duban(office)), stack.enter_context(run.duban(run.office(FEW)))
        for role in (Role.INSPECTOR, Role.UNIVERSITY, Role.LEADERSHIP):
            both = {"large": large, "small": small}
            took = in_turns({name: (one, one.getting(role, LIST)) for name, one in both.items()}, run.sizes.lists)
            yield Line(f"list 50 as {role}: p95 ÷ p95 of {FEW:,}", ratios(took["large"], took["small"], p95), 2.0)


def by_scope(run: Run) -> Iterator[Line]:
    """One unit, a district of some, and all of them, in an office of 500 units."""
    office = run.office(MANY, universities=UNITS)
    with run.duban(office) as duban:
        roles = (Role.UNIVERSITY, Role.DISTRICT, Role.LEADER)
        took = in_turns({str(role): (duban, duban.getting(role, LIST)) for role in roles}, run.sizes.lists)
    yield Line(f"list 50 of {UNITS // 11} units ÷ of one", ratios(took["district"], took["university"]), SCOPE_BAR)
    yield Line(f"list 50 of {UNITS} units ÷ of one", ratios(took["leader"], took["university"]), SCOPE_BAR)


def on_sqlite(run: Run) -> Iterator[Line]:
    """Logging and listing beside the peer, on SQLite files."""
    listed = run.sizes.sqlite
    office = run.office(listed, kind="sqlite")
    with ExitStack() as stack:
        peer = run.peer_of(office, listed)
        ours, theirs = stack.enter_context(run.duban(office)), stack.enter_context(run.flask(peer))
        for role in (Role.INSPECTOR, Role.UNIVERSITY, Role.LEADERSHIP):
            both = {"duban": ours, "peer": theirs}
            took = in_turns({who: (one, one.getting(role, LIST)) for who, one in both.items()}, run.sizes.lists)
            yield Line(f"SQLite, list 50 as {role}, duban: p50 ms", [p50(turn) for turn in took["duban"]])
            yield Line(f"SQLite, list 50 as {role}: time ÷ peer (a)", ratios(took["duban"], took["peer"]), 1.5)


def pages(run: Run) -> Iterator[Line]:
    """Server time of the pages of list and finding beside the API's own."""
    office = run.office(MANY, universities=UNITS)
    with run.duban(office) as api:
        page_of = Service("", office, api.port, cookie="duban")
        id_ = _some_finding(office)
        for name, path, called in (("list", "/findings", LIST), ("finding", f"/findings/{id_}", f"/findings/{id_}")):
            took = in_turns(
                {
                    "page": (page_of, page_of.getting(Role.INSPECTOR, path)),
                    "api": (api, api.getting(Role.INSPECTOR, called)),
                },
                run.sizes.lists,
                clients=1,
            )
            yield Line(f"page of {name}: p50 ms", [p50(turn) for turn in took["page"]])
            yield Line(f"API's {name}: p50 ms", [p50(turn) for turn in took["api"]])
            yield Line(f"page of {name} ÷ API's {name}", ratios(took["page"], took["api"]))


def _some_finding(office: Office) -> str:
    engine = connect(office.url)
    with sessions(engine)() as session:
        id_ = session.scalars(select(Finding.id).order_by(Finding.created_at).limit(1)).one()
    engine.dispose()
    return id_


def _deep_pages(office: Office) -> dict[Role, tuple[str, str]]:
    """Where the thousandth page begins for each role: our cursor, and the peer's instant with the least of all ids."""
    engine = connect(office.url)
    newest = ordered_by(Finding.created_at, descending=True)
    deep = {}
    with sessions(engine)() as session:
        for role, person in holders(session).items():
            seen = (findings_seen(caller_of(session, person).actor), Finding.voided_at.is_(None))
            many = session.scalars(select(func.count()).select_from(Finding).where(*seen)).one()
            place = max(min(PAGE * (DEEP - 1), many - PAGE - 2), 0)
            ordered = select(Finding.created_at).where(*seen).order_by(Finding.created_at.desc()).offset(place)
            at: datetime = session.scalars(ordered.limit(1)).one()
            until = select(Finding).where(*seen, Finding.created_at <= at)
            cursor = page(session, until, newest, cursor=None, limit=1).next_cursor
            assert cursor
            deep[role] = (cursor, f"{at.isoformat()}/{uuid.UUID(int=0)}")
    engine.dispose()
    return deep
