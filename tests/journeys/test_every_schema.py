"""A season is carried up through every schema there was, with rows that each of them alone could hold.

Any schema from v0003, of version 0.1.0, may be what an office upgrades from: at each one rows are put in as that schema
had them, then it goes on to the next. So what stood at any of them has gone all the way.
"""

import tarfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from cli.main import main
from service.models import Base
from service.statistics.tallies import TALLIES, counts, counts_anew
from service.store.db import connect
from service.store.rows_on_record.audited import TABLES_OUT
from service.store.schema import MIGRATIONS, move_to, newest_revision
from tests.build.rows_of_schema import add_row, copy_rows, tables_of
from tests.journeys.test_old_folder import KEPT
from tests.servers import PostgreSQL

REVISIONS = sorted(file.name[1:5] for file in (MIGRATIONS / "versions").glob("v*.py"))
FIRST = "0003"  # of the old folder
PROVEN = {"events", "journal", "security_log", "personal_changes"}  # a row put in there by hand is found
# a migration empties the one, and makes the others of what there is, which triggers go on with
FILLED_ANEW = {"heartbeats", "finding_words", "week_tallies", *(tally.__tablename__ for tally in TALLIES)}
UPKEEP = {name for name in TABLES_OUT if not name.endswith("checkpoints")} - PROVEN - FILLED_ANEW


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def office(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """The old folder, and its database at its own schema."""
    folder = tmp_path_factory.mktemp("season")
    with tarfile.open(KEPT / "folder.tar.xz") as archive:
        archive.extractall(folder, filter="data")
    url = f"sqlite:///{folder / 'duban.db'}"
    if request.param == "sqlite":
        yield folder, url
        return
    server: PostgreSQL = request.getfixturevalue("postgresql")
    old, new = connect(url, upgrading=True), connect(server.create_database("season"))
    with old.connect() as source, new.begin() as target:
        move_to(target, FIRST)
        copy_rows(source, target)
    old.dispose()
    new.dispose()
    yield folder, server.url("season")
    server.drop_database("season")


def carried_up(engine: Engine) -> Counter[str]:
    """The rows that were put in on the way, by table."""
    put: Counter[str] = Counter()
    for number, revision in enumerate(REVISIONS[REVISIONS.index(FIRST) :]):
        with engine.begin() as connection:
            move_to(connection, revision)
            known = tables_of(connection, UPKEEP)
            for name in sorted(UPKEEP & set(known)):
                put[name] += add_row(connection, known[name], number, known)
    return put


def test_what_each_schema_held_is_there_whole_and_the_record_is_clean(office: tuple[Path, str]) -> None:
    folder, url = office
    engine = connect(url, upgrading=True)
    put = carried_up(engine)
    engine.dispose()
    assert REVISIONS[-1] == newest_revision()
    environ = {"DUBAN_DATA_DIR": str(folder), "DUBAN_DATABASE_URL": url}
    for words in (("db", "upgrade"), ("audit", "verify")):
        done = CliRunner().invoke(main, words, env=environ)
        assert done.exit_code == 0, done.output
    engine = connect(url)
    with Session(engine) as session:
        mapped = [(each.local_table, each.class_) for each in Base.registry.mappers]
        assert all(counts(session, tally) == counts_anew(session, tally) for tally in TALLIES)
        rows = {str(table): len(session.scalars(select(class_)).unique().all()) for table, class_ in mapped}
    engine.dispose()
    assert {name for name, number in put.items() if rows[name] < number} == set()
    assert put["tokens"] > 20
    assert rows["findings"] == rows["finding_words"] == 52
