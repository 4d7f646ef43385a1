"""Column types and the declarative root that all models share."""

import uuid
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Constraint,
    DateTime,
    Dialect,
    Enum,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    TypeDecorator,
    Uuid,
    text,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine

from workflows import credentials, journal, security, vocabulary

# whose enumerations columns may hold
WORDS = tuple(module.__name__ for module in (credentials, journal, security, vocabulary))

# How much further a database counts its transactions than its server does: see service/backup/database/postgresql.py.
COUNTED_FROM = "coalesce(nullif(current_setting('duban.transactions', true), ''), '0')::bigint"


class Instant(TypeDecorator[datetime]):
    """An aware instant, in UTC on both databases; SQLite keeps text that sorts."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant without a time zone")
        at = value.astimezone(UTC)
        return at.replace(tzinfo=None) if dialect.name == "sqlite" else at

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        return _in_utc(value)

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        # where the driver brings instants, without SQLAlchemy's call around it: a list has a thousand
        own = super().result_processor(dialect, coltype)
        return own if self.impl_instance.result_processor(dialect, coltype) else _in_utc


def _in_utc(value: datetime | None) -> datetime | None:
    if value is None:
        return None
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class TextUuid(Uuid[str]):
    """A UUID as text on both databases; the digits that SQLite keeps get their dashes without being parsed."""

    def __init__(self) -> None:
        super().__init__(as_uuid=False)

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        if not dialect.supports_native_uuid:
            return _with_dashes
        return super().result_processor(dialect, coltype)  # type: ignore[no-untyped-call]  # SQLAlchemy's


def _with_dashes(digits: str | None) -> str | None:
    if digits is None:
        return None
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def one_of(words: type[StrEnum], *, checked: bool = True) -> Enum:
    """A word of an enumeration as text, which the database checks unless it is written from what was checked."""
    return Enum(
        words,
        native_enum=False,
        length=32,
        create_constraint=checked,
        values_callable=lambda members: [member.value for member in members],
    )


def new_id() -> str:
    """A random UUID: ids tell nothing, and cannot be guessed."""
    return str(uuid.uuid4())


Id = Annotated[str, mapped_column(TextUuid(), primary_key=True, default=new_id)]
AnyId = Annotated[str, mapped_column(TextUuid())]  # of anything: a foreign key, if any, stands with the column
PersonId = Annotated[str, mapped_column(TextUuid(), ForeignKey("people.id"))]
OrganizationId = Annotated[str, mapped_column(TextUuid(), ForeignKey("organizations.id"))]
RoundId = Annotated[str, mapped_column(TextUuid(), ForeignKey("rounds.id"))]
FindingId = Annotated[str, mapped_column(TextUuid(), ForeignKey("findings.id"))]
EvidenceId = Annotated[str, mapped_column(TextUuid(), ForeignKey("evidence.id"))]
ChecklistItemId = Annotated[str, mapped_column(TextUuid(), ForeignKey("checklist_items.id"))]
TeamId = Annotated[str, mapped_column(TextUuid(), ForeignKey("teams.id"))]
NoticeId = Annotated[str, mapped_column(TextUuid(), ForeignKey("rectification_notices.id"))]
MessageId = Annotated[str, mapped_column(TextUuid(), ForeignKey("messages.id"))]
InspectionId = Annotated[str, mapped_column(TextUuid(), ForeignKey("inspections.id"))]
ChecklistId = Annotated[str, mapped_column(TextUuid(), ForeignKey("checklists.id"))]
SerialKey = Annotated[int, mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)]


def partial_index(name: str, *columns: str, where: str | None = None) -> Index:
    """An index over the rows that meet a condition, on both databases; by default: the first column is set."""
    condition = text(where or f"{columns[0]} IS NOT NULL")
    return Index(name, *columns, postgresql_where=condition, sqlite_where=condition)


def _check_name(check: Constraint, _table: Table) -> str:
    """The checked column, or the name that was given: two columns of one enum must not share a name."""
    columns = [column.name for column in check.columns] if isinstance(check, CheckConstraint) else []
    return columns[0] if len(columns) == 1 else str(check.name)


class Base(DeclarativeBase):
    """The root of all models."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(check_constraint_name)s",
            "check_constraint_name": _check_name,
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, TypeEngine[Any]]] = {
        datetime: Instant(),
        dict[str, Any]: JSON(),
        list[str]: JSON(),
        **{words: one_of(words) for words in StrEnum.__subclasses__() if words.__module__ in WORDS},
    }


class TransactionId(FunctionElement[int]):
    """The id of the transaction that inserts: what fences readers on PostgreSQL; SQLite has one writer, hence 0.

    A restored office counts on from its own entries, though its new server has counted less far.
    """

    inherit_cache = True


@compiles(TransactionId)
def _on_sqlite(_element: TransactionId, _compiler: Any, **_: Any) -> str:
    return "0"


@compiles(TransactionId, "postgresql")
def _on_postgresql(_element: TransactionId, _compiler: Any, **_: Any) -> str:
    return f"(pg_current_xact_id()::text::bigint + {COUNTED_FROM})"
