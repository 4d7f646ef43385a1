"""Running numbers without gaps."""

from functools import cache
from typing import Any

from sqlalchemy import bindparam
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningInsert

from service.models import Counter

_INSERTS: dict[str, Any] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}
_COUNTERS = Counter.metadata.tables[Counter.__tablename__]


def next_number(session: Session, name: str) -> int:
    """Give out the next number under a name, beginning with 1.

    Others that want a number of this name wait until the transaction ends; a rollback gives the number back.
    """
    return next_numbers(session, name, 1)


def next_numbers(session: Session, name: str, many: int) -> int:
    """Give out so many numbers in a row, and return the first of them."""
    counted = _counted(session.get_bind().dialect.name)
    last: int = session.execute(counted, {"of": name, "many": many}).scalar_one()
    return last - many + 1


@cache
def _counted(dialect: str) -> ReturningInsert[int]:
    """Count `many` further under the name `of`."""
    many = bindparam("many", type_=Counter.value.type)
    first = _INSERTS[dialect](_COUNTERS).values(name=bindparam("of", type_=Counter.name.type), value=many)
    following = first.on_conflict_do_update(index_elements=[Counter.name], set_={"value": Counter.value + many})
    counted: ReturningInsert[int] = following.returning(Counter.value)
    return counted
