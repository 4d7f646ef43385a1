"""统一身份认证: whom the provider has sent back, kept in this browser's signed cookie for a while."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import session

from service.errors import NotAllowed

PROVEN_FOR = timedelta(minutes=10)  # until the token, or the password of whoever links the two
_PROVEN = "proven"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proven:
    """Whom the provider has sent back."""

    handle: str  # of this one sign-in
    subject_hash: str
    with_factor: bool


def keep_proven(proven: Proven, *, now: datetime) -> None:
    """Let this browser show later whom the provider has sent back."""
    session.permanent = True
    until = (now + PROVEN_FOR).isoformat()
    session[_PROVEN] = [proven.handle, proven.subject_hash, proven.with_factor, until]


def proven_here(*, now: datetime) -> Proven:
    """Whom the provider has sent back in this browser; NotAllowed `no_provider_sign_in` when that is nobody of late."""
    kept = session.get(_PROVEN)
    if kept is None or datetime.fromisoformat(kept[3]) <= now:
        raise NotAllowed("no_provider_sign_in")
    return Proven(handle=kept[0], subject_hash=kept[1], with_factor=kept[2])


def forget_proven() -> None:
    """Let this browser show nothing any more."""
    session.clear()
