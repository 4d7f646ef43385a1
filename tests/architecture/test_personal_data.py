"""The catalogue of personal data is complete: each table has its place in it, and the page says what it says."""

from service.models import Base
from service.people.personal_data.export import FACTS
from service.people.personal_data.held import HELD, NONE, TEXTS, DataKind
from service.wording import written
from tests.architecture.sources import ROOT

TABLES = Base.metadata.tables
# Columns that hold personal data wherever they stand, and secrets that nobody is handed.
OF_PEOPLE = {"username", "email", "telephone", "address", "device", "failed_address", "language"}
SECRETS = {"hash", "password_hash", "secret", "salt", "canonical", "address_hash", "name_hash", "request_hash", "body"}


def test_every_table_has_its_place_among_the_kinds_of_personal_data() -> None:
    placed = {held.table for held in HELD} | set(TEXTS)
    assert set(TABLES) - placed - NONE == set(), "say in held.py what it holds of people, or that it holds nothing"
    assert (placed | NONE) - set(TABLES) == set()
    assert placed & NONE == set()


def test_every_column_that_names_a_person_is_listed() -> None:
    naming = {
        (table.name, column.name)
        for table in TABLES.values()
        for column in table.columns
        if any(key.column.table.name == "people" for key in column.foreign_keys)
    }
    listed = {(held.table, name) for held in HELD for name in held.people}
    assert naming - listed == set()
    assert {name for name in listed if name[0] != "people"} <= naming
    of_people = {(table.name, name) for table in TABLES.values() for name in OF_PEOPLE & set(table.columns.keys())}
    shown = {(held.table, name) for held in HELD for name in held.columns}
    assert of_people - shown == {("report_versions", "language")}, "of a report"


def test_what_is_handed_out_exists_and_is_no_secret_and_names_nobody_else() -> None:
    for held in HELD:
        columns = TABLES[held.table].columns
        assert set(held.columns) <= set(columns.keys())
        assert SECRETS.isdisjoint(held.columns)
        assert set(held.columns).isdisjoint(held.people) or held.table == "people"
        assert set(held.columns).isdisjoint(TEXTS.get(held.table, ()))
    assert all(set(names) <= set(TABLES[table].columns.keys()) for table, names in TEXTS.items())


def test_the_page_says_of_each_kind_what_is_kept_why_how_long_and_who_sees_it() -> None:
    rows = [f"| `{kind}` | {' | '.join(of_kind(kind, fact) for fact in FACTS)} |" for kind in DataKind]
    page = (ROOT / "docs/personal-data.md").read_text()
    assert [row for row in rows if row not in page] == []


def of_kind(kind: DataKind, fact: str) -> str:
    return " / ".join(written("personal_data", f"{kind}.{fact}", language) for language in ("zh", "en"))
