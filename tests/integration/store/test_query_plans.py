"""What the database is asked: by indexes, in order, and no more often than needed."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import takewhile
from typing import Any

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from benchmarks.filling import index_words
from benchmarks.seed import DEADLINE as DUE_AT
from benchmarks.seed import fill, seed_round, vacuum
from service.alerts.grouping import HELD_BACK, group
from service.alerts.inbox import alerts
from service.findings.acknowledgements import next_unacknowledged_at
from service.findings.list import FindingFilter, list_findings
from service.findings.rectification_notices import Demand, begin, notify
from service.findings.submissions import submit
from service.findings.sweep import next_due_at, sweep
from service.findings.view import view_findings
from service.inspections.feedback import next_feedback_at
from service.models import Organization
from service.statistics.statistics import statistics
from service.store.db import connect, sessions
from tests.build.crowd import JUST_MISSED, add_findings
from tests.build.statements import asked, engine_of
from tests.servers import PostgreSQL
from tests.worlds.books import DEADLINE, FOUND_AT, SUBMITTED_AT, Town, add_evidence, log_finding
from workflows.findings.facts import Actor, Assigned
from workflows.vocabulary import Light, OrganizationKind, Role, State

NOW = DUE_AT + timedelta(seconds=1)
Ask = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Large:
    """A database with many findings, and who looks at them."""

    engine: Engine
    inspector_id: str
    round_id: str
    districts: list[str]
    universities: list[str]

    def actor(self, role: Role, organization_id: str | None = None, *districts: str) -> Actor:
        return Actor(
            role,
            self.inspector_id,
            organization_id,
            frozenset(Assigned(self.round_id, district) for district in districts),
        )


@pytest.fixture(scope="module")
def large(postgresql: PostgreSQL, postgresql_template: str) -> Iterator[Large]:
    engine = connect(postgresql.create_database("large", template=postgresql_template))
    with sessions(engine)() as session:
        seeded = seed_round(session)
        kinds = (OrganizationKind.DISTRICT, OrganizationKind.UNIVERSITY)
        places = [list(session.scalars(select(Organization.id).where(Organization.kind == kind))) for kind in kinds]
    fill(engine, seeded, prefix="L", count=40_000, next_action_at=datetime(2026, 9, 1, 9, tzinfo=UTC))
    fill(engine, seeded, prefix="D", count=2_000, next_action_at=DUE_AT)
    with sessions(engine).begin() as session:
        sweep(session, now=NOW, limit=1000)
    vacuum(engine)
    yield Large(engine, seeded.inspector_id, seeded.round_id, *places)
    engine.dispose()
    postgresql.drop_database("large")


def plan_of(large: Large, ask: Callable[[Session], object], *, which: str = "", empty: bool = False) -> str:
    """How PostgreSQL goes about the first statement of a question that begins so; an `empty` table it reads whole."""
    with sessions(large.engine)() as session:
        with asked(large.engine) as statements:
            ask(session)
        statement, parameters = next(asked for asked in statements if asked[0].startswith(which))
        if empty:
            session.execute(text("SET LOCAL enable_seqscan = off"))
        rows = session.connection().exec_driver_sql(f"EXPLAIN (COSTS OFF) {statement}", parameters)
        return "\n".join(rows.scalars())


def page_plan(large: Large, actor: Actor, wanted: FindingFilter = FindingFilter(), **given: Any) -> str:  # noqa: B008 - frozen
    def ask(session: Session) -> object:
        return list_findings(session, wanted, actor=actor, now=NOW, **given)

    return plan_of(large, ask, which="SELECT findings.id")  # after words were looked up


def test_looking_for_what_is_due_is_one_probe(large: Large) -> None:
    plan = plan_of(large, next_due_at)
    assert "Limit" in plan
    assert "Index Only Scan using ix_findings_due" in plan
    assert "ix_alerts_to_acknowledge" in plan_of(large, next_unacknowledged_at)
    assert "ix_inspections_due" in plan_of(large, next_feedback_at, empty=True)


def test_whose_alerts_wait_is_found_in_one_look_at_those_that_wait(large: Large) -> None:
    look = partial(group, now=NOW + HELD_BACK, channels=[])
    plan = plan_of(large, look, which="SELECT people.id", empty=True)  # as once most of them have gone
    assert re.search(r"using ix_alerts_(of_person_)?to_group on alerts\n", plan), "those that wait alone"
    assert not re.search(r"\(person_id = people.id\)|Nested Loop", plan), "for each person again"


def test_what_is_due_is_claimed_in_the_order_of_its_index(large: Large) -> None:
    plan = plan_of(large, lambda session: sweep(session, now=NOW, limit=1000))
    assert "Index Scan using ix_findings_due" in plan
    assert "Sort" not in plan
    assert "LockRows" in plan


def test_the_newest_page_of_a_unit_a_district_or_everything_is_read_off_an_index(large: Large) -> None:
    unit = large.actor(Role.UNIVERSITY, large.universities[3])
    district = large.actor(Role.DISTRICT, large.districts[3])
    team = large.actor(Role.INSPECTOR, None, *large.districts[:3])
    everything = large.actor(Role.LEADERSHIP)
    indexes = {
        "ix_findings_organization": unit,
        "ix_findings_district": district,
        "ix_findings_newest": everything,
    }
    for index, actor in indexes.items():
        plan = page_plan(large, actor)
        assert f"Index Scan Backward using {index} on findings" in plan
        assert "Sort" not in below(plan, "Limit")
    assert "Seq Scan on findings" not in page_plan(large, team)


@pytest.fixture(scope="module")
def fresh(postgresql: PostgreSQL, postgresql_template: str) -> Iterator[Large]:
    """A database whose tables were never analysed."""
    engine = connect(postgresql.create_database("unanalysed", template=postgresql_template))
    with engine.begin() as connection:
        for table in ("findings", "finding_words"):
            connection.execute(text(f"ALTER TABLE {table} SET (autovacuum_enabled = off)"))
    with sessions(engine)() as session:
        seeded = seed_round(session)
        kinds = (OrganizationKind.DISTRICT, OrganizationKind.UNIVERSITY)
        places = [list(session.scalars(select(Organization.id).where(Organization.kind == kind))) for kind in kinds]
    fill(engine, seeded, prefix="L", count=5_000, next_action_at=DUE_AT)
    index_words(engine)
    yield Large(engine, seeded.inspector_id, seeded.round_id, *places)
    engine.dispose()
    postgresql.drop_database("unanalysed")


def actors_of(fresh: Large) -> list[Actor]:
    return [
        fresh.actor(Role.LEADERSHIP),
        fresh.actor(Role.INSPECTOR, None, *fresh.districts),
        fresh.actor(Role.DISTRICT, fresh.districts[0]),
        fresh.actor(Role.UNIVERSITY, fresh.universities[0]),
    ]


def test_a_page_is_found_before_it_is_joined_also_in_a_table_that_was_never_analysed(fresh: Large) -> None:
    """Without statistics the planner may think that ten rows match: names are looked up for those of the page alone."""
    actors = actors_of(fresh)
    wanted = [
        FindingFilter(),
        FindingFilter(state=State.NOTIFIED),
        FindingFilter(light=Light.RED),
        FindingFilter(district_id=fresh.districts[0]),
        FindingFilter(q="消防通道"),
    ]
    plans = [page_plan(fresh, actor, filter_) for actor in actors for filter_ in wanted]
    with sessions(fresh.engine)() as session:
        cursor = list_findings(session, FindingFilter(), actor=actors[0], now=NOW).next_cursor
    plans += [page_plan(fresh, actor, cursor=cursor) for actor in actors]
    for plan in plans:
        assert "on organizations" in plan
        chosen = below(plan, "Limit")
        assert "on organizations" not in chosen, plan
        assert "on findings" in chosen
        assert "Seq Scan on findings" not in plan.replace(chosen, ""), plan  # the rows of the page by their keys


def test_common_words_are_walked_to_in_the_order_of_the_list(large: Large) -> None:
    wanted, actor = FindingFilter(q="消防通道 堆放"), large.actor(Role.LEADERSHIP)
    with sessions(large.engine)() as session:
        cursor = list_findings(session, wanted, actor=actor, now=NOW).next_cursor
    for at in (None, cursor):
        chosen = below(page_plan(large, actor, wanted, cursor=at), "Limit")
        assert "Index Scan Backward using ix_findings_newest on findings" in chosen
        assert "Sort" not in chosen


def test_rare_words_are_looked_up_in_their_index_also_in_tables_that_were_never_analysed(fresh: Large) -> None:
    rare, leadership = FindingFilter(q="L4321"), fresh.actor(Role.LEADERSHIP)
    with sessions(fresh.engine)() as session:
        cursor = list_findings(session, FindingFilter(), actor=leadership, now=NOW).next_cursor
    for actor in actors_of(fresh):
        for at in (None, cursor):
            chosen = below(page_plan(fresh, actor, rare, cursor=at), "Limit")
            assert "Seq Scan on findings" not in chosen, chosen
            assert "id = ANY (" in chosen, chosen

    def search(session: Session) -> object:
        return list_findings(session, rare, actor=leadership, now=NOW)

    assert "Bitmap Index Scan on ix_finding_words_pairs" in plan_of(fresh, search, which="WITH")
    with sessions(fresh.engine)() as session, asked(fresh.engine) as statements:
        search(session)
    _, (_, looked_up), _ = statements  # what the newest have of it, who has its pairs, and the page
    assert [len(value) for value in looked_up.values() if isinstance(value, list)] == [3]  # of its pairs


def below(plan: str, node: str) -> str:
    """What a plan does for one of its nodes: the lines that follow and lie deeper."""
    lines = iter(plan.splitlines())
    depth = next(line.index(node) for line in lines if node in line)
    return "\n".join(takewhile(lambda line: len(line) - len(line.lstrip()) >= depth, lines))


def test_a_later_page_begins_where_the_last_one_ended(large: Large) -> None:
    for actor in (large.actor(Role.LEADERSHIP), large.actor(Role.DISTRICT, large.districts[3])):
        with sessions(large.engine)() as session:
            cursor = list_findings(session, FindingFilter(), actor=actor, now=NOW).next_cursor
        plan = page_plan(large, actor, cursor=cursor)
        condition = next(line for line in plan.splitlines() if "Index Cond" in line and "ROW(" in line)
        assert "ROW(created_at, id) <" in condition


def test_bureau_and_committee_look_only_at_what_was_reported(large: Large) -> None:
    assert "ix_findings_reported" in page_plan(large, large.actor(Role.BUREAU))


def test_figures_are_summed_from_what_was_counted_ahead(large: Large) -> None:
    inspector = large.actor(Role.INSPECTOR, None, *large.districts)
    for actor in (large.actor(Role.LEADERSHIP), inspector, large.actor(Role.DISTRICT, large.districts[0])):
        plan = plan_of(large, lambda session: statistics(session, actor=actor, now=NOW), empty=True)  # noqa: B023
        assert "finding_tallies" in plan
        assert "ix_findings_at_risk" in plan, actor.role
    reported = plan_of(large, lambda session: statistics(session, actor=large.actor(Role.BUREAU), now=NOW), empty=True)
    assert "finding_tallies" in reported
    assert "ix_findings_reported" in reported


def test_the_inbox_is_read_off_an_index(large: Large) -> None:
    plan = plan_of(large, lambda session: alerts(session, actor=large.actor(Role.INSPECTOR)))
    assert "ix_alerts_inbox" in plan
    assert "Sort" not in plan


@pytest.mark.parametrize("count", [1, 40])
def test_a_page_asks_as_often_for_forty_findings_as_for_one(session: Session, town: Town, count: int) -> None:
    add_findings(session, town, count)
    engine = engine_of(session)
    page = list_findings(session, FindingFilter(), actor=town.inspector, now=NOW)
    view_findings(session, page.items, actor=town.inspector, now=NOW)
    session.expunge_all()  # the rules alone stay in memory
    with asked(engine) as statements:
        page = list_findings(session, FindingFilter(), actor=town.inspector, now=NOW)
        seen = view_findings(session, page.items, actor=town.inspector, now=NOW)
        rows = [one.finding for one in seen]
        told = [(row.organization.name, row.district.name, row.created_by and row.created_by.name) for row in rows]
    assert len(told) == count
    assert len(statements) <= 3  # the page with all names, its evidence, and the rules with posts that nobody fills


def test_a_move_asks_seldom(session: Session, town: Town) -> None:
    """Each question is a journey to another host; the bounds are what is measured, to be noticed when they grow.

    Each commit writes down digests of the rows that it changed (ADR 26), and reads again those not written whole.
    """
    engine = engine_of(session)
    finding = log_finding(session, town)
    photograph = add_evidence(session, town.university)
    session.commit()
    unit, later = town.university, FOUND_AT + timedelta(hours=1)
    demand = Demand(finding.id, "更换", DEADLINE)  # the first of a year looks for an older series of numbers

    def submits() -> object:
        return submit(session, finding.id, actor=unit, now=SUBMITTED_AT, measures="已换", evidence_ids=[photograph])

    acts: list[tuple[str, int, Ask]] = [
        ("notify", 10, lambda: notify(session, demand, actor=town.inspector, now=FOUND_AT)),
        ("receive", 13, lambda: begin(session, finding.id, actor=unit, now=later)),
        ("submit", 10, submits),
        ("sweep", 8, lambda: sweep(session, now=JUST_MISSED + timedelta(days=7))),
    ]
    counted = {}
    for name, _, act in acts:
        session.expunge_all()
        with asked(engine) as statements:
            act()
            session.commit()
        counted[name] = len(statements)
    assert all(counted[name] <= bound for name, bound, _ in acts), counted
