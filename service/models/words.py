"""What words of findings are found by: the pairs of signs of their searched texts, and an index over them."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ARRAY, DDL, Dialect, Index, Integer, Text, TypeDecorator, event
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeEngine

from service.models.columns import Base, FindingId, SerialKey
from workflows.signs import FIRST_PAIR, pairs


def as_digits(numbers: Iterable[int]) -> list[str]:
    """Pairs as SQLite's index knows them: eight digits each."""
    return [f"{number - FIRST_PAIR:08x}" for number in numbers]


class Pairs(TypeDecorator[list[int]]):
    """Pairs of signs: an array for PostgreSQL's GIN, a text of digits for SQLite's FTS5."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(ARRAY(Integer()) if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: list[int] | None, dialect: Dialect) -> Any:
        return value if value is None or dialect.name == "postgresql" else " ".join(as_digits(value))

    def process_result_value(self, value: Any, dialect: Dialect) -> list[int] | None:  # noqa: ARG002 - as in Instant
        if isinstance(value, str):
            return [int(digits, 16) + FIRST_PAIR for digits in value.split()]
        return value  # type: ignore[no-any-return]  # PostgreSQL's is one


class FindingWords(Base):
    """The pairs of a finding's searched text: a row apart, since every move writes the finding's own anew."""

    __tablename__ = "finding_words"
    __table_args__ = (
        # nothing waits to be sorted in, which every search would have to read: few findings are logged in a second
        Index("ix_finding_words_pairs", "pairs", postgresql_using="gin", postgresql_with={"fastupdate": "off"}).ddl_if(
            dialect="postgresql"
        ),
    )

    serial: Mapped[SerialKey]  # by which SQLite's index knows the row: a row's number changes, unless it is its key
    finding_id: Mapped[FindingId] = mapped_column(unique=True)
    pairs: Mapped[list[int]] = mapped_column(Pairs())


def words_of(finding_id: str, search_text: str) -> dict[str, Any]:
    """The row of `finding_words` of a finding with that text."""
    return {"finding_id": finding_id, "pairs": pairs(search_text)}


# SQLite's index, kept by triggers; it holds no text of its own, and no places of pairs within one
INDEX = (
    """CREATE VIRTUAL TABLE finding_words_index USING fts5(
    pairs, content='finding_words', content_rowid='serial', tokenize='ascii', detail='none', columnsize=0)""",
    """CREATE TRIGGER finding_words_added AFTER INSERT ON finding_words BEGIN
    INSERT INTO finding_words_index(rowid, pairs) VALUES (new.serial, new.pairs); END""",
    """CREATE TRIGGER finding_words_removed AFTER DELETE ON finding_words BEGIN
    INSERT INTO finding_words_index(finding_words_index, rowid, pairs) VALUES ('delete', old.serial, old.pairs); END""",
    """CREATE TRIGGER finding_words_changed AFTER UPDATE ON finding_words BEGIN
    INSERT INTO finding_words_index(finding_words_index, rowid, pairs) VALUES ('delete', old.serial, old.pairs);
    INSERT INTO finding_words_index(rowid, pairs) VALUES (new.serial, new.pairs); END""",
)


def _on_sqlite(when: str, statement: str) -> None:
    ddl = DDL(statement)  # type: ignore[no-untyped-call]  # SQLAlchemy's
    event.listen(FindingWords.__table__, when, ddl.execute_if(dialect="sqlite"))


for each in INDEX:
    _on_sqlite("after_create", each)
_on_sqlite("after_drop", "DROP TABLE finding_words_index")
