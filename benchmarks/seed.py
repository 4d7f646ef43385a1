"""A large, invented round on PostgreSQL: a million findings written by the database itself."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from service.models import Organization, Person, new_id
from service.rounds.rounds import NewRound, add_team, assign, open_round
from service.rounds.rulebooks import keep_shipped
from service.statistics.tallies import recount
from workflows.vocabulary import OrganizationKind, Role

SEASON = datetime(2026, 4, 1, 2, tzinfo=UTC)
DEADLINE = datetime(2026, 4, 20, 9, tzinfo=UTC)  # a Monday, 17:00 in Zhengzhou
DISTRICTS, UNIVERSITIES = 11, 440

FILL = """
INSERT INTO findings (
    id, number, round_id, organization_id, district_id, origin, severity, policy_version, created_at, created_by_id,
    summary, found_at, state, escalation_level, cycle, recurrences, failures, partials, notified_at, received_at,
    receipt_deemed, receipt_signed, deadline, original_deadline, submitted_late, proposed, extensions, progress,
    next_action_at, at_risk_at, version, chain_length, chain_head, failures_in_all, highest_level, search_text)
SELECT gen_random_uuid(), :prefix || n, :round, unit.id, unit.parent_id, 'centre', 'general', :policy,
    CAST(:since AS timestamptz) + n * interval '1 second', :inspector,
    '消防通道堆放杂物 ' || n, CAST(:since AS timestamptz), 'rectifying', 0, 1, 0, 0, 0,
    CAST(:since AS timestamptz), CAST(:since AS timestamptz), false, true, :deadline, :deadline, false, false, 0, '{}',
    :next_action_at, :deadline, 3, 3, repeat('0', 64), 0, 0, lower(:prefix) || n || ' 消防通道堆放杂物 ' || n
FROM generate_series(1, :count) AS n
JOIN (SELECT id, parent_id, row_number() OVER (ORDER BY id) - 1 AS place FROM organizations
      WHERE kind = 'university') AS unit ON unit.place = n % :universities
"""


@dataclass(frozen=True, slots=True)
class Round:
    """What the seeded findings hang on."""

    round_id: str
    policy_version: str
    inspector_id: str


def seed_round(session: Session, *, universities: int = UNIVERSITIES) -> Round:
    """Districts, universities and people; two hear at each unit, two at each office, three in each team."""
    policy = keep_shipped(session, now=SEASON)
    centre = _organization(session, OrganizationKind.CENTRE, "示例招考中心", None)
    new = NewRound("2026-基准", "基准测试轮次", date(2026, 3, 1), date(2026, 6, 6), policy)
    round_ = open_round(session, new)
    team = [_person(session, f"督查员{n}", Role.INSPECTOR, centre) for n in range(3)]
    leader = _person(session, "责任领导", Role.LEADER, centre)
    for n in range(3):
        _person(session, f"领导{n}", Role.LEADERSHIP, centre)
    districts = [_organization(session, OrganizationKind.DISTRICT, f"示例{n}区", centre) for n in range(DISTRICTS)]
    assigned = add_team(session, round_, "第一组", team)
    assign(session, round_, {district.id: (assigned, leader) for district in districts})
    for district in districts:
        for n in range(2):
            _person(session, f"{district.name}专员{n}", Role.DISTRICT, district)
    for n in range(universities):
        unit = _organization(session, OrganizationKind.UNIVERSITY, f"示例{n}大学", districts[n % DISTRICTS])
        for m in range(2):
            _person(session, f"{unit.name}专员{m}", Role.UNIVERSITY, unit)
    session.commit()
    return Round(round_.id, policy, team[0].id)


def fill(engine: Engine, seeded: Round, *, prefix: str, count: int, next_action_at: datetime) -> None:
    """Findings in `rectifying` whose next action is due at that instant."""
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text("SET LOCAL session_replication_role = replica"))  # looks up nothing that rows refer to
        connection.execute(
            text(FILL),
            {
                "prefix": prefix,
                "count": count,
                "round": seeded.round_id,
                "policy": seeded.policy_version,
                "inspector": seeded.inspector_id,
                "since": SEASON,
                "deadline": next_action_at - timedelta(microseconds=1),
                "next_action_at": next_action_at,
                "universities": UNIVERSITIES,
            },
        )
    count_ahead(engine)


def count_ahead(engine: Engine) -> None:
    """Count the findings for the figures, as triggers have not where rows were written past them."""
    with Session(engine) as session, session.begin():
        if engine.dialect.name == "postgresql":
            session.execute(text("SET LOCAL statement_timeout = 0"))
        recount(session)


def vacuum(engine: Engine) -> None:
    """What autovacuum would have done by the next morning."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SET statement_timeout = 0"))
        connection.execute(text("VACUUM ANALYZE"))


def _organization(session: Session, kind: OrganizationKind, name: str, parent: Organization | None) -> Organization:
    row = Organization(kind=kind, name=name, parent_id=parent.id if parent else None)
    session.add(row)
    session.flush()
    return row


def _person(session: Session, name: str, role: Role, organization: Organization) -> Person:
    row = Person(name=name, username=new_id(), role=role, organization_id=organization.id, created_at=SEASON)
    session.add(row)
    session.flush()
    return row
