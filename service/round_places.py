"""Which round is meant, for questions that are about one."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import InvalidInput, NotFound
from service.models import Round


def round_meant(session: Session, round_id: str | None) -> Round:
    """The round of that id; without one the newest that is open, or else the newest of all.

    Raises `InvalidInput` when there is no such round, `NotFound` while there is none at all.
    """
    if round_id is not None:
        found = session.get(Round, round_id)
        if found is None:
            raise InvalidInput({"round_id": "unknown_reference"})
        return found
    newest = select(Round).order_by(Round.closed_at.is_not(None), Round.starts_on.desc(), Round.id).limit(1)
    found = session.scalars(newest).first()
    if found is None:
        raise NotFound("not_found")
    return found
