"""第二步验证: codes by the clock (TOTP, RFC 6238) of an app on one's own device, and recovery codes for its loss."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import pyotp
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from service.errors import Conflict, NotAllowed, Unavailable, existing
from service.models import Person, RecoveryCode, SecondFactor
from service.people.access.sealing import is_sealed_anew, seal, unseal
from service.people.callers import as_security_administrator, require_security_administrator
from service.people.invitations import new_code, normal_code
from service.people.person_record import record_access
from service.people.tokens import revoke_access, secret_hash
from workflows.findings.facts import Actor

RECOVERY_CODES = 10
GROUPS = 6  # 120 bits: they hold for years, and of so many a plain hash may be kept
STEP = 30  # seconds; one step before and one after are taken as well, for clocks differ
ISSUER = "督办 Duban"
_PURPOSE = "second factor"


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands with somebody's second factor."""

    set_up_at: datetime | None
    recovery_codes: int  # that are left


def standing(session: Session, person_id: str) -> Standing:
    """How it stands with a person's second factor."""
    factor = session.get(SecondFactor, person_id)
    unused = (RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None))
    left = session.scalar(select(func.count()).select_from(RecoveryCode).where(*unused)) or 0
    return Standing(factor.confirmed_at if factor else None, left)


def set_up(session: Session, person_id: str, *, secret_keys: Sequence[str], now: datetime) -> tuple[str, str]:
    """A new seed and its address for an app, shown this once; it counts once a code of it has been shown.

    Conflict `second_factor_there` when one counts already.
    """
    person = session.get_one(Person, person_id)
    if (factor := _locked(session, person_id)) is not None:
        if factor.confirmed_at is not None:
            raise Conflict("second_factor_there")
        session.delete(factor)
        session.flush()
    secret = pyotp.random_base32()
    session.add(SecondFactor(person_id=person_id, secret=seal(secret_keys, _PURPOSE, secret), created_at=now))
    return secret, pyotp.TOTP(secret).provisioning_uri(name=person.username or person.name, issuer_name=ISSUER)


def confirm(
    session: Session, person_id: str, code: str, *, secret_keys: Sequence[str], actor: Actor, now: datetime
) -> list[str]:
    """Let the seed count from now on, and give recovery codes, which are shown this once.

    Conflict `no_second_factor` when there is none to confirm, NotAllowed `wrong_code`.
    """
    factor = _locked(session, person_id)
    if factor is None or factor.confirmed_at is not None:
        raise Conflict("no_second_factor")
    if not _takes(factor, code, secret_keys=secret_keys, now=now):
        raise NotAllowed("wrong_code")
    factor.confirmed_at = now
    record_access(session, [session.get_one(Person, person_id)], {"second_factor": "set_up"}, actor=actor, now=now)
    return _new_recovery_codes(session, person_id)


def prove_second(session: Session, person_id: str, code: str, *, secret_keys: Sequence[str], now: datetime) -> None:
    """Take a code of the app, or a recovery code, which is used up; NotAllowed `wrong_code`, also for one used before.

    Conflict `no_second_factor` for a person without one.
    """
    factor = _locked(session, person_id)
    if factor is None or factor.confirmed_at is None:
        raise Conflict("no_second_factor")
    if _takes(factor, code, secret_keys=secret_keys, now=now):
        return
    mine = (RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None))
    this = update(RecoveryCode).where(*mine, RecoveryCode.hash == secret_hash(normal_code(code)))
    if session.scalar(this.values(used_at=now).returning(RecoveryCode.id)) is None:
        raise NotAllowed("wrong_code")


def renew_recovery_codes(
    session: Session, person_id: str, code: str, *, secret_keys: Sequence[str], now: datetime
) -> list[str]:
    """New recovery codes in place of those from before; raises as `prove_second` does."""
    prove_second(session, person_id, code, secret_keys=secret_keys, now=now)
    return _new_recovery_codes(session, person_id)


def reset(session: Session, person_id: str, *, actor: Actor, now: datetime, reason: str | None = None) -> None:
    """Take somebody's second factor away, as an administrator, on record; whoever is signed in is signed out."""
    require_security_administrator(actor)
    person = existing(session.get(Person, person_id))
    revoke_access(session, person, now=now)
    for table in (RecoveryCode, SecondFactor):
        session.execute(delete(table).where(table.person_id == person_id))
    entry = {"second_factor": "reset"}
    record_access(session, [person], entry, actor=as_security_administrator(actor), now=now, reason=reason)


def seal_anew(session: Session, *, secret_keys: Sequence[str]) -> int:
    """Encrypt with the first of the keys whatever another of them has encrypted; returns how many.

    Unavailable `secret_key_changed` for one that none of them opens: nothing is changed then.
    """
    factors = session.scalars(select(SecondFactor).order_by(SecondFactor.person_id).with_for_update()).all()
    former = [one for one in factors if not is_sealed_anew(secret_keys, _PURPOSE, one.secret)]
    from cryptography.fernet import InvalidToken

    for factor in former:
        try:
            factor.secret = seal(secret_keys, _PURPOSE, unseal(secret_keys, _PURPOSE, factor.secret))
        except InvalidToken as error:
            raise Unavailable("secret_key_changed") from error
    session.flush()
    return len(former)


def _locked(session: Session, person_id: str) -> SecondFactor | None:
    """The person's factor; two codes at once are looked at one after the other."""
    query = select(SecondFactor).where(SecondFactor.person_id == person_id).with_for_update()
    return session.scalar(query.execution_options(populate_existing=True))


def _takes(factor: SecondFactor, code: str, *, secret_keys: Sequence[str], now: datetime) -> bool:
    """Whether it is a code of now that is newer than the last one used; if so, it is the last one from now on."""
    from cryptography.fernet import InvalidToken

    try:
        totp = pyotp.TOTP(unseal(secret_keys, _PURPOSE, factor.secret), interval=STEP)
    except InvalidToken as error:
        raise Unavailable("secret_key_changed") from error
    this, typed = totp.timecode(now), normal_code(code)
    for step in (this - 1, this, this + 1):
        if (factor.last_step is None or step > factor.last_step) and pyotp.utils.strings_equal(
            totp.generate_otp(step), typed
        ):
            factor.last_step = step
            return True
    return False


def _new_recovery_codes(session: Session, person_id: str) -> list[str]:
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    codes: Sequence[str] = [new_code(GROUPS) for _ in range(RECOVERY_CODES)]
    session.add_all(RecoveryCode(person_id=person_id, hash=secret_hash(normal_code(code))) for code in codes)
    return list(codes)
