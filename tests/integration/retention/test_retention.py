"""What is past its time goes, what still opens or proves something stays, and the record holds afterwards."""

import re
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.checkpoints import SECURITY, checkpoint
from service.audit.verify import verify
from service.models import Alarm, Base, CalendarFeed, Evidence, IdempotencyKey, Invitation, Token
from service.retention.periods import PERIODS, Retained
from service.retention.retention import past_time, periods, remove_past
from service.security_log.retention import KEPT_AT_LEAST
from service.security_log.writing import NewSecurityEntry, record_security
from service.settings.logs import LogRules
from tests.worlds.books import Town
from tests.worlds.rows import NOW
from workflows.credentials import TokenKind, TokenScope
from workflows.security import SecurityKind

MONTH, INSTANT = timedelta(days=30), timedelta(seconds=1)
BEGUN = NOW - timedelta(days=200)  # long before the periods of all
KEPT = {"security_kept": KEPT_AT_LEAST}


def token(person_id: str | None, hash_: str, **columns: object) -> Token:
    given = {"expires_at": NOW + MONTH, "created_at": BEGUN, "last_used_at": BEGUN, **columns}
    return Token(person_id=person_id, hash=hash_, kind=TokenKind.SIGN_IN, scope=TokenScope.FULL, **given)


def invitation(person_id: str | None, hash_: str, **columns: object) -> Invitation:
    return Invitation(person_id=person_id, hash=hash_, **{"created_at": BEGUN, "expires_at": NOW + MONTH, **columns})


def evidence(town: Town, number: int, **columns: object) -> Evidence:
    return Evidence(
        sha256=str(number) * 64,
        size=1,
        media_type="image/jpeg",
        filename="照片.jpg",
        uploaded_by_id=town.inspector.id,
        organization_id=town.inspector.organization_id,
        **columns,
    )


def answer(person_id: str | None, key: str, **columns: object) -> IdempotencyKey:
    return IdempotencyKey(person_id=person_id, key=key, request_hash="0" * 64, **columns)


def alarm(name: str, **columns: object) -> Alarm:
    return Alarm(name=name, status="warning", words={}, since=BEGUN, **columns)


def rows(town: Town) -> tuple[list[Base], list[Base]]:
    """Rows that stay at NOW, one instant before their time is over, and rows that go, an instant after it."""
    me, ended, over = town.inspector.id, NOW - MONTH, NOW - MONTH - INSTANT
    old = {kind: NOW - of.kept for kind, of in PERIODS.items()}
    stored, unused = old[Retained.STORED_ANSWERS], old[Retained.EVIDENCE]
    stay = [
        token(me, "open"),
        token(me, "revoked", revoked_at=ended),
        token(me, "rested", idle_at=ended, idle_minutes=30),
        invitation(me, "sent"),
        invitation(me, "used", ended_at=ended),
        CalendarFeed(person_id=me, hash="feed", created_at=BEGUN),
        answer(me, "new", created_at=stored),
        alarm("mail", seen_at=ended),
        evidence(town, 1, uploaded_at=unused),
    ]
    go = [
        token(me, "revoked long ago", revoked_at=over),
        token(me, "expired", expires_at=over),
        token(me, "rested long ago", idle_at=over, idle_minutes=30),
        invitation(me, "used long ago", ended_at=over),
        invitation(me, "never used", expires_at=over),
        CalendarFeed(person_id=me, hash="old feed", created_at=BEGUN, revoked_at=over),
        answer(me, "old", created_at=stored - INSTANT),
        alarm("gone", seen_at=over),
        evidence(town, 2, uploaded_at=unused - INSTANT),
    ]
    return stay, go


def remove_everything(session: Session) -> dict[Retained, int]:
    return {kind: remove_past(session, kind, **KEPT, now=NOW) for kind in Retained}


def test_what_is_past_its_time_goes_once_and_what_is_not_stays(session: Session, town: Town) -> None:
    stay, go = rows(town)
    session.add_all([*stay, *go])
    record_security(session, NewSecurityEntry(kind=SecurityKind.SIGN_IN, person_id=town.inspector.id), now=BEGUN)
    session.commit()
    assert checkpoint(session, now=BEGUN, book=SECURITY)
    record_security(session, NewSecurityEntry(kind=SecurityKind.SIGN_OUT, person_id=town.inspector.id), now=NOW)
    session.commit()
    foreseen = past_time(session, **KEPT, now=NOW)
    assert foreseen == {
        **dict.fromkeys((Retained.CALENDAR_ADDRESSES, Retained.STORED_ANSWERS, Retained.EVIDENCE, Retained.ALARMS), 1),
        Retained.TOKENS: 3,
        Retained.INVITATIONS: 2,
        Retained.LETTERS: 0,
        Retained.SECURITY_LOG: 1,
    }
    assert remove_everything(session) == foreseen
    session.commit()
    assert set(remove_everything(session).values()) == {0}
    assert set(past_time(session, **KEPT, now=NOW).values()) == {0}
    hashes = session.scalars(select(Token.hash).where(Token.person_id == town.inspector.id))
    assert {"open", "revoked", "rested"} == set(hashes) & {one.hash for one in [*stay, *go] if isinstance(one, Token)}
    assert list(session.scalars(select(Invitation.hash).order_by(Invitation.hash))) == ["sent", "used"]
    assert list(session.scalars(select(CalendarFeed.hash))) == ["feed"]
    assert list(session.scalars(select(IdempotencyKey.key))) == ["new"]
    assert list(session.scalars(select(Alarm.name))) == ["mail"]
    assert list(session.scalars(select(Evidence.sha256))) == ["1" * 64]
    assert verify(session) == []


def test_each_kind_has_one_period_and_the_page_says_it() -> None:
    kept = periods(LogRules().security_kept)
    assert set(kept) == set(Retained)
    page = (Path(__file__).parents[3] / "docs/personal-data.md").read_text("utf-8")
    told = dict(re.findall(r"^\| `(\w+)` \|[^|]*\| [^|\d]*(\d+) 天", page, re.MULTILINE))
    assert told == {str(kind): str(period.days) for kind, period in kept.items()}
