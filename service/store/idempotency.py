"""What is sent twice has one effect: a POST by its key, a row by its `client_id`."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple, TypeVar

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from service.errors import InvalidInput
from service.models import IdempotencyKey
from service.store.bulk import insert_into

STORED_FOR = timedelta(hours=72)  # longer than a weekend's outage of a client that retries
LONGEST_KEY = 200
FIELD = "Idempotency-Key"
Row = TypeVar("Row")


class StoredAnswer(NamedTuple):
    """What was answered the first time."""

    status: int
    body: str


def claim(session: Session, *, person_id: str, key: str, request_hash: str, now: datetime) -> StoredAnswer | None:
    """Take the key for the caller's transaction; the first answer when the key was used before, else none.

    A twin that comes meanwhile waits until this transaction ends: it then gets the answer, or, after a rollback,
    does the work itself. `request_hash` is the SHA-256 of method, path and body. InvalidInput when the key cannot
    be one, or came with another request.
    """
    _check(key)
    insert = insert_into(session, IdempotencyKey).values(
        person_id=person_id, key=key, request_hash=request_hash, created_at=now
    )
    if session.scalars(insert.on_conflict_do_nothing().returning(IdempotencyKey.key)).first():
        return None
    first = session.execute(
        select(IdempotencyKey.request_hash, IdempotencyKey.status, IdempotencyKey.body).where(
            IdempotencyKey.person_id == person_id, IdempotencyKey.key == key
        )
    ).one()
    if first.request_hash != request_hash:
        raise InvalidInput({FIELD: "idempotency_key_reused"})
    return StoredAnswer(first.status, first.body) if first.status else None


def created_once(session: Session, find: Callable[[], Row | None], create: Callable[[], Row]) -> Row:
    """The row that `find` finds, else the one that `create` adds, within a savepoint.

    A twin that adds it at the same moment violates a unique constraint: then its row is found. Other violations are
    raised.
    """
    if (found := find()) is not None:
        return found
    try:
        with session.begin_nested():  # what is taken back gives its number back
            return create()
    except IntegrityError:
        if (found := find()) is None:
            raise
        return found


def remember(session: Session, *, person_id: str, key: str, status: int, body: str) -> None:
    """Keep the answer for the claimed key, in the transaction that made it true."""
    mine = update(IdempotencyKey).where(IdempotencyKey.person_id == person_id, IdempotencyKey.key == key)
    session.execute(mine.values(status=status, body=body))


def forget_old(session: Session, *, now: datetime) -> int:
    """Delete keys that no client will send again; return how many."""
    old = delete(IdempotencyKey).where(IdempotencyKey.created_at < now - STORED_FOR)
    return len(session.scalars(old.returning(IdempotencyKey.key)).all())


def _check(key: str) -> None:
    if len(key) > LONGEST_KEY:
        raise InvalidInput({FIELD: "too_long"}, longest=LONGEST_KEY)
    if not (key and key.isascii() and key.isprintable()):
        raise InvalidInput({FIELD: "invalid"})
