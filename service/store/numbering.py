"""Running numbers without gaps."""

from sqlalchemy.orm import Session

from service.models import Counter
from service.store.bulk import insert_into


def next_number(session: Session, name: str) -> int:
    """Give out the next number under a name, beginning with 1.

    Others that want a number of this name wait until the transaction ends; a rollback gives the number back.
    """
    return next_numbers(session, name, 1)


def next_numbers(session: Session, name: str, many: int) -> int:
    """Give out so many numbers in a row, and return the first of them."""
    first = insert_into(session, Counter).values(name=name, value=many)
    following = first.on_conflict_do_update(index_elements=[Counter.name], set_={"value": Counter.value + many})
    last: int = session.scalars(following.returning(Counter.value)).one()
    return last - many + 1
