"""Findings are counted ahead, by triggers, so that figures cost the same however many findings there are."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"

# Column → what it is of a row of findings, {0}: as of 0035. Whoever counts otherwise replaces tables and triggers.
PLACE = {
    "round_id": "{0}.round_id",
    "district_id": "{0}.district_id",
    "of_office": "({0}.organization_id = {0}.district_id)",
    "reported": "({0}.reported_at IS NOT NULL)",
    "state": "{0}.state",
    "severity": "{0}.severity",
    "origin": "{0}.origin",
}
OVERDUE = {"ever_overdue": "({0}.first_overdue_at IS NOT NULL)"}
FINDING = {
    **PLACE,
    "escalation_level": "{0}.escalation_level",
    "proposed": "{0}.proposed",
    **OVERDUE,
    "ever_escalated": "({0}.highest_level > 0)",
    "checklist_item_id": "{0}.checklist_item_id",
}
UNIT = {**PLACE, "organization_id": "{0}.organization_id", **OVERDUE, "came_back": "({0}.recurrences > 0)"}
SECONDS = {"postgresql": "extract(epoch FROM {0})::bigint", "sqlite": "CAST(strftime('%s', {0}) AS INTEGER)"}
NONNEGATIVE = {"postgresql": "greatest(0, {0})", "sqlite": "max(0, {0})"}
COUNTED = "{0}.voided_at IS NULL"
PUT_RIGHT = f"{COUNTED} AND {{0}}.verified_at IS NOT NULL"

FLAGS = ("of_office", "reported", "proposed", "ever_overdue", "ever_escalated", "came_back")
TYPES: Mapping[str, sa.types.TypeEngine[Any]] = {
    **{name: sa.Uuid(as_uuid=False) for name in ("round_id", "district_id", "organization_id", "checklist_item_id")},
    **{name: sa.Boolean() for name in FLAGS},
    **{name: sa.String(length=32) for name in ("state", "severity", "origin")},
    **{name: sa.Integer() for name in ("escalation_level", "tenths")},
}


def upgrade() -> None:
    """Make the tables, count what there is, and let triggers go on."""
    dialect = op.get_bind().dialect.name
    if dialect == "postgresql":  # what an older program still moves meanwhile would be counted as it was
        op.execute("LOCK TABLE findings IN SHARE ROW EXCLUSIVE MODE")
    tallies = (
        ("finding_tallies", FINDING, COUNTED),
        ("unit_tallies", UNIT, COUNTED),
        ("duration_tallies", {**PLACE, "tenths": _tenths(dialect)}, PUT_RIGHT),
    )
    for table, keys, condition in tallies:
        _make(table, keys)
        come = _select("findings", keys, condition, 1)
        op.execute(_sum_into(table, keys, come))
    make = _on_postgresql if dialect == "postgresql" else _on_sqlite
    for table, keys, condition in tallies:
        make(table, keys, condition)


def _tenths(dialect: str) -> str:
    """Of a day, to the nearest, from the notification on, or else from the logging."""
    began = "coalesce({0}.notified_at, {0}.created_at)"
    until, since = SECONDS[dialect].format("{0}.verified_at"), SECONDS[dialect].format(began)
    return f"({NONNEGATIVE[dialect].format(f'{until} - {since}')} + 4320) / 8640"


def _make(table: str, keys: Mapping[str, str]) -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        table,
        sa.Column("serial", number, nullable=False),
        *(sa.Column(name, TYPES[name], nullable=name == "checklist_item_id") for name in keys),
        sa.Column("findings", number, nullable=False),
        sa.PrimaryKeyConstraint("serial", name=op.f(f"pk_{table}")),
    )


def _select(rows: str, keys: Mapping[str, str], condition: str, counts: int) -> str:
    columns = ", ".join(f"{text.format('f')} AS {name}" for name, text in keys.items())
    return f"SELECT {columns}, {counts} AS findings FROM {rows} f WHERE {condition.format('f')}"  # noqa: S608 - as written above


def _sum_into(table: str, keys: Mapping[str, str], counted: str) -> str:
    names = ", ".join(keys)
    return (
        f"INSERT INTO {table} ({names}, findings) SELECT {names}, sum(findings) FROM ({counted}) counted "  # noqa: S608
        f"GROUP BY {names} HAVING sum(findings) <> 0"
    )


def _on_postgresql(table: str, keys: Mapping[str, str], condition: str) -> None:
    """One trigger for each kind of statement, over all the rows that it changed."""
    come, gone = (_select(rows, keys, condition, counts) for rows, counts in (("come", 1), ("gone", -1)))
    for act, rows, counted in (
        ("INSERT", "NEW TABLE AS come", come),
        ("DELETE", "OLD TABLE AS gone", gone),
        ("UPDATE", "OLD TABLE AS gone NEW TABLE AS come", f"{gone} UNION ALL {come}"),
    ):
        name = f"{table}_{act.lower()}"
        body = _sum_into(table, keys, counted)
        op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body}; RETURN NULL; END $$")
        op.execute(
            f"CREATE TRIGGER {name} AFTER {act} ON findings REFERENCING {rows} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
        )


def _on_sqlite(table: str, keys: Mapping[str, str], condition: str) -> None:
    """Row by row: SQLite has one writer and no triggers of whole statements."""

    def insert(row: str, counts: int) -> str:
        values = ", ".join(text.format(row) for text in keys.values())
        return (
            f"INSERT INTO {table} ({', '.join(keys)}, findings) "
            f"SELECT {values}, {counts} WHERE {condition.format(row)};"
        )

    def told_apart(row: str) -> str:
        return f"({condition.format(row)}, {', '.join(text.format(row) for text in keys.values())})"

    changed = f"WHEN {told_apart('OLD')} IS NOT {told_apart('NEW')} "
    for act, when, body in (
        ("INSERT", "", insert("NEW", 1)),
        ("DELETE", "", insert("OLD", -1)),
        ("UPDATE", changed, insert("OLD", -1) + insert("NEW", 1)),
    ):
        op.execute(f"CREATE TRIGGER {table}_{act.lower()} AFTER {act} ON findings {when}BEGIN {body} END")
