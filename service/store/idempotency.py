"""What is sent twice has one effect: a POST by its key, a row by its `client_id`."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import NamedTuple, TypeVar

from sqlalchemy import select, update
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
    roles: tuple[str, ...] = ()  # that the caller had; none: of answers that are older than these


def claim(
    session: Session, *, person_id: str, key: str, request_hash: str, now: datetime, roles: Iterable[str] = ()
) -> StoredAnswer | None:
    """Take the key for the caller's transaction; the first answer when the key was used before, else none.

    A twin that comes meanwhile waits until this transaction ends: it then gets the answer, or, after a rollback,
    does the work itself. `request_hash` is the SHA-256 of method, path and body; `roles` are the caller's, by which
    it is decided later whether the answer is still his or hers. InvalidInput when the key cannot be one, or came with
    another request.
    """
    _check(key)
    insert = insert_into(session, IdempotencyKey).values(
        person_id=person_id, key=key, request_hash=request_hash, created_at=now, roles=sorted(roles)
    )
    if session.scalars(insert.on_conflict_do_nothing().returning(IdempotencyKey.key)).first():
        return None
    first = session.execute(
        select(IdempotencyKey.request_hash, IdempotencyKey.status, IdempotencyKey.body, IdempotencyKey.roles).where(
            IdempotencyKey.person_id == person_id, IdempotencyKey.key == key
        )
    ).one()
    if first.request_hash != request_hash:
        raise InvalidInput({FIELD: "idempotency_key_reused"})
    return StoredAnswer(first.status, first.body, tuple(first.roles)) if first.status else None


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


def refuse_unless_same(differing: Iterable[str]) -> None:
    """Raise InvalidInput when fields of a repeat differ from what its `client_id` first stood for.

    Answered with the first one, what the repeat brings would vanish without a word.
    """
    if fields := dict.fromkeys(differing, "differs_from_first"):
        raise InvalidInput({"client_id": "client_id_reused", **fields})


def remember(session: Session, *, person_id: str, key: str, status: int, body: str) -> None:
    """Keep the answer for the claimed key, in the transaction that made it true."""
    mine = update(IdempotencyKey).where(IdempotencyKey.person_id == person_id, IdempotencyKey.key == key)
    session.execute(mine.values(status=status, body=body))


def _check(key: str) -> None:
    if len(key) > LONGEST_KEY:
        raise InvalidInput({FIELD: "too_long"}, longest=LONGEST_KEY)
    if not (key and key.isascii() and key.isprintable()):
        raise InvalidInput({FIELD: "invalid"})
