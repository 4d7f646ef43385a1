"""Migrations on both databases: they agree with the models, and an upgrade happens once, wholly or not at all."""

import shutil
import sqlite3
import uuid
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from service.errors import Unavailable
from service.models import Base, Checklist, ChecklistItem, Counter, Finding
from service.store.db import connect
from service.store.schema import MIGRATIONS, is_compared, is_known, newest_revision, require_current, upgrade
from tests.build.racing import run_together
from tests.servers import PostgreSQL

CHECKPOINT = (
    "INSERT INTO checkpoints (serial, at, transaction_id, event_serial, events, hash) "
    "VALUES (1, '2021-03-29 09:00:00', 0, 0, 0, 'x')"
)

ROWS_OF_THE_FIRST_SCHEMA = """
INSERT INTO rulebooks (version, kind, text, recorded_at) VALUES ('p', 'policy', '', '2021-03-29 09:00:00');
INSERT INTO rounds (id, number, title, starts_on, ends_on, exam_days, policy_version)
VALUES (:round, '2021-35', '督查', '2021-03-29', '2021-06-06', '[]', 'p');
INSERT INTO organizations (id, kind, name) VALUES (:unit, 'centre', '明河市招生考试中心');
INSERT INTO people (id, name, role, organization_id, language, created_at)
VALUES (:person, '陈一鸣', 'inspector', :unit, 'zh', '2021-03-29 09:00:00');
INSERT INTO checklist_items (id, round_id, number, category)
VALUES (:item, :round, '1-12', '标准化考点建设'), (:other, :round, '2-3', '组织领导情况');
INSERT INTO findings (id, number, round_id, organization_id, district_id, origin, severity, policy_version,
    created_at, created_by_id, checklist_item_id, summary, found_at, state, escalation_level, cycle, recurrences,
    failures, partials, receipt_deemed, receipt_signed, submitted_late, extensions, progress, version, chain_length)
VALUES (:finding, '2021-35-0001', :round, :unit, :unit, 'centre', 'general', 'p', '2021-03-29 09:00:00',
    :person, :item, '考场时钟停走', '2021-03-29 09:00:00', 'found', 0, 1, 0, 0, 0, false, false, false, 0, '{}', 1, 0)
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    server: PostgreSQL = request.getfixturevalue("postgresql")
    yield server.create_database("empty")
    server.drop_database("empty")


def schema_of(engine: Engine) -> dict[str, list[str]]:
    """Everything about the tables that the database can tell, checks and partial indexes included."""
    inspector = inspect(engine)
    facts: tuple[Callable[[str], Iterable[object]], ...] = (
        inspector.get_columns,
        lambda table: [inspector.get_pk_constraint(table)],
        inspector.get_foreign_keys,
        inspector.get_unique_constraints,
        inspector.get_check_constraints,
        inspector.get_indexes,
    )
    names = [name for name in inspector.get_table_names() if name != "alembic_version"]
    return {name: [fact for find in facts for fact in sorted(map(spelt_out, find(name)))] for name in names}


def spelt_out(fact: object) -> str:
    """The fact as text, in which a condition or type shows its words rather than its place in memory."""
    if isinstance(fact, dict):
        return str({key: spelt_out(value) for key, value in fact.items()})
    return str(fact)


def test_alembic_finds_nothing_to_change(engine: Engine) -> None:
    with engine.connect() as connection:
        opts = {"compare_type": True, "include_object": is_compared}
        context = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(context, Base.metadata) == []


def test_migrations_and_models_make_the_same_schema(empty_url: str) -> None:
    engine = connect(empty_url)
    Base.metadata.create_all(engine)
    made_by_models = schema_of(engine)
    Base.metadata.drop_all(engine)
    upgrade(empty_url)
    assert schema_of(engine) == made_by_models
    engine.dispose()


@pytest.mark.parametrize("act", ["UPDATE checkpoints SET events = 7", "DELETE FROM checkpoints"])
def test_a_checkpoint_is_neither_changed_nor_deleted(engine: Engine, act: str) -> None:
    with engine.begin() as connection:
        connection.execute(text(CHECKPOINT))
    with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
        connection.execute(text(act))


def test_the_names_of_migrations_say_what_revisions_there_are() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    script = ScriptDirectory.from_config(config)
    assert newest_revision() == script.get_current_head()
    assert all(is_known(one.revision) for one in script.walk_revisions())


def test_truncating_events_is_refused(postgresql_url: str) -> None:
    engine = connect(postgresql_url)
    with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
        connection.execute(text("TRUNCATE events CASCADE"))
    engine.dispose()


def test_replacing_a_row_of_the_audit_trail_is_refused(sqlite_url: str) -> None:
    engine = connect(sqlite_url)
    with engine.begin() as connection:
        connection.execute(text(CHECKPOINT))
    with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
        connection.execute(text(CHECKPOINT.replace("INSERT", "INSERT OR REPLACE")))
    engine.dispose()


def test_an_upgraded_database_is_current(engine: Engine) -> None:
    require_current(engine)


def test_digests_of_rows_are_not_tried_to_be_compressed(postgresql_url: str) -> None:
    engine = connect(postgresql_url)
    stored = "SELECT attname FROM pg_attribute WHERE attrelid = 'journal'::regclass AND attstorage = 'e'"
    with engine.connect() as connection:
        assert set(connection.scalars(text(stored))) == {"data", "canonical"}
    engine.dispose()


def test_an_empty_database_is_behind_and_is_brought_up(empty_url: str) -> None:
    engine = connect(empty_url)
    with pytest.raises(Unavailable, match="schema_behind"):
        require_current(engine)
    upgrade(empty_url)
    require_current(engine)
    engine.dispose()


def test_a_database_of_a_newer_version_is_neither_used_nor_upgraded(database_url: str, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'from-the-future'"))
    with pytest.raises(Unavailable, match="schema_ahead"):
        require_current(engine)
    with pytest.raises(Unavailable, match="schema_ahead"):
        upgrade(database_url)


def test_of_many_upgrades_at_once_one_does_the_work(empty_url: str) -> None:
    assert run_together(*[lambda: upgrade(empty_url)] * 4) == []
    engine = connect(empty_url)
    require_current(engine)
    engine.dispose()


def with_a_revision_before(tmp_path: Path) -> Path:
    """Migrations in which the revisions, doing nothing, follow another one."""
    folder = shutil.copytree(MIGRATIONS, tmp_path / "migrations")
    revisions = list((folder / "versions").glob("v*.py"))
    (folder / "versions" / "v0000_before.py").write_text("revision = '0000'\ndown_revision = None\n")
    for revision in revisions:
        text = revision.read_text().replace("down_revision = None", "down_revision = '0000'")
        revision.write_text(
            text.replace("def upgrade() -> None:", "def upgrade() -> None:\n    return\n\n\ndef rest() -> None:")
        )
    return folder


def test_an_sqlite_file_is_copied_before_it_is_upgraded(sqlite_url: str, tmp_path: Path) -> None:
    engine = connect(sqlite_url)
    with Session(engine) as session:
        session.add(Counter(name="整改通知书", value=35))
        session.commit()
    with engine.begin() as connection:  # as an earlier release left it
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    engine.dispose()
    upgrade(sqlite_url, migrations=with_a_revision_before(tmp_path))
    with sqlite3.connect(tmp_path / "duban.db.before-0000") as copy:
        assert copy.execute("SELECT version_num FROM alembic_version").fetchone() == ("0000",)
        assert copy.execute("SELECT value FROM counters").fetchone() == (35,)
    copy.close()
    with sqlite3.connect(tmp_path / "duban.db") as file:
        assert file.execute("SELECT version_num FROM alembic_version").fetchone() == (newest_revision(),)
    file.close()


def test_an_upgrade_that_fails_changes_nothing(empty_url: str, tmp_path: Path) -> None:
    folder = shutil.copytree(MIGRATIONS, tmp_path / "migrations")
    initial = folder / "versions" / "v0001_initial.py"
    initial.write_text(
        initial.read_text().replace("    if postgresql:\n", "    raise RuntimeError\n    if postgresql:\n")
    )
    with pytest.raises(RuntimeError):
        upgrade(empty_url, migrations=folder)
    engine = connect(empty_url)
    assert inspect(engine).get_table_names() == []
    engine.dispose()


def only_the_first_revision(tmp_path: Path) -> Path:
    folder = shutil.copytree(MIGRATIONS, tmp_path / "first")
    for revision in (folder / "versions").glob("v*.py"):
        if not revision.name.startswith("v0001"):
            revision.unlink()
    return folder


def test_items_of_the_first_schema_get_their_checklists_and_findings_stay(empty_url: str, tmp_path: Path) -> None:
    upgrade(empty_url, migrations=only_the_first_revision(tmp_path))
    engine = connect(empty_url)
    ids = {name: uuid.uuid4().hex for name in ("round", "item", "other", "unit", "person", "finding")}
    with engine.begin() as connection:
        for statement in ROWS_OF_THE_FIRST_SCHEMA.split(";"):
            connection.execute(text(statement), ids)
    upgrade(empty_url)
    with Session(engine) as session:
        items = session.scalars(select(ChecklistItem).order_by(ChecklistItem.number)).all()
        lists = session.scalars(select(Checklist).order_by(Checklist.annex)).all()
        finding = session.scalars(select(Finding)).one()
        assert [(item.number, item.position, item.checklist_id) for item in items] == [
            ("1-12", 12, lists[0].id),
            ("2-3", 3, lists[1].id),
        ]
        assert (finding.checklist_item_id, finding.proposed, finding.inspection_id) == (items[0].id, False, None)
    engine.dispose()
