"""What opens a door: tokens, invitations, addresses of calendars; of each only a hash is kept."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.models.columns import Base, Id, PersonId
from service.models.organizations import Person
from workflows.credentials import SignInProof, TokenKind, TokenScope


class Token(Base):
    """A bearer token, of which only the SHA-256 is kept: a sign-in's, or a program's."""

    __tablename__ = "tokens"

    id: Mapped[Id]
    person_id: Mapped[PersonId] = mapped_column(index=True)
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    kind: Mapped[TokenKind]
    scope: Mapped[TokenScope]
    name: Mapped[str | None] = mapped_column(String(80))  # of an access token: what its owner calls it
    last_used_at: Mapped[datetime]  # noted now and then, not at every call
    idle_minutes: Mapped[int | None]  # without a call for so long it ends; none: it may rest
    idle_at: Mapped[datetime | None]  # when it will have rested too long
    device: Mapped[str | None] = mapped_column(String(80))  # what used it last, and
    address: Mapped[str | None] = mapped_column(String(64))  # from where: shown to its owner and to administrators
    address_hash: Mapped[str | None] = mapped_column(String(64))  # where it was signed in, under our key
    proof: Mapped[SignInProof | None]  # of a sign-in; none of a program's, and of those from before

    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)


class FormerPassword(Base):
    """An earlier password's hash, where the office does not let it be taken again."""

    __tablename__ = "former_passwords"

    id: Mapped[Id]
    person_id: Mapped[PersonId] = mapped_column(index=True)
    hash: Mapped[str] = mapped_column(String(200))  # argon2id
    ended_at: Mapped[datetime]


class SecondFactor(Base):
    """第二步验证: the seed of a person's codes, encrypted with a key outside the database."""

    __tablename__ = "second_factors"

    person_id: Mapped[PersonId] = mapped_column(primary_key=True)
    secret: Mapped[str] = mapped_column(String(300))
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]  # none: nobody has shown a code of it yet, so it is not asked for
    last_step: Mapped[int | None]  # of the clock, of the newest code that was used: none is taken twice


class RecoveryCode(Base):
    """A code for whoever has lost the device, once; only its SHA-256 is kept."""

    __tablename__ = "recovery_codes"

    id: Mapped[Id]
    person_id: Mapped[PersonId] = mapped_column(index=True)
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    used_at: Mapped[datetime | None]


class ProviderAccount(Base):
    """统一身份认证账号: whom the office's own provider means by a subject, of which only the SHA-256 is kept."""

    __tablename__ = "provider_accounts"

    person_id: Mapped[PersonId] = mapped_column(primary_key=True)
    subject_hash: Mapped[str] = mapped_column(String(64), unique=True)  # of issuer and subject
    linked_at: Mapped[datetime]


class Invitation(Base):
    """A one-time code that lets a person choose a password (首次登录), of which only the SHA-256 is kept."""

    __tablename__ = "invitations"

    id: Mapped[Id]
    person_id: Mapped[PersonId] = mapped_column(index=True)
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]  # used, replaced by a newer one, or the account was closed

    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)


class CalendarFeed(Base):
    """The address of a person's calendar, of which only the SHA-256 of its token is kept."""

    __tablename__ = "calendar_feeds"

    id: Mapped[Id]
    person_id: Mapped[PersonId] = mapped_column(index=True)
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)
