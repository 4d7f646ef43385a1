"""Where people are reached: for each channel of alerts the column and the form of a person's address."""

import re
import unicodedata
from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, or_

from service.models import Person
from workflows.signs import trimmed, without_unseen

_PEOPLE = Person.__table__.columns
MAIL = "mail"  # the outbox stands in for SMTP, so both take what was queued for either
_ATOM, _LABEL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+", r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
# What mail servers take without extensions (RFC 5321, 4.1.2): ASCII, no point at an end, no two of them together.
_MAIL_FORM = re.compile(rf"(?=[^@]{{1,64}}@[^@]{{3,189}}\Z){_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})*")
_TYPED_AS_POINT = re.compile("[。｡．・]")  # what a Chinese keyboard writes for a point
TELEPHONE = re.compile(r"\+?[\d(][\d ()-]{3,24}\d(?: ?(?:转|x|#) ?\d{1,6})?")


class Address(NamedTuple):
    """The name of a column of people, and what an address in it looks like."""

    column: str
    form: re.Pattern[str]


ADDRESSES: Mapping[str, Address] = {
    MAIL: Address("email", _MAIL_FORM),
}  # by the channel's name


def address_of(person: Person, channel: str) -> str | None:
    """The person's address for a channel, also that of a disabled account."""
    address: str | None = getattr(person, ADDRESSES[channel].column)
    return address


def mended_address(typed: str) -> str:
    """The address as it was meant: without what nobody sees, with ＠ and 。 of a Chinese keyboard as @ and point."""
    plain = unicodedata.normalize("NFKC", _TYPED_AS_POINT.sub(".", without_unseen(typed)))
    return trimmed(plain).removesuffix(".")


def mended_telephone(typed: str) -> str:
    """The telephone number in half-width signs, without what nobody sees."""
    return trimmed(unicodedata.normalize("NFKC", without_unseen(typed)))


def is_reached_by(channel: str) -> ColumnElement[bool]:
    """Whether a channel reaches a person, as a condition on `Person`: the account is open and has an address."""
    return and_(Person.disabled_at.is_(None), _PEOPLE[ADDRESSES[channel].column].is_not(None))


def is_told() -> ColumnElement[bool]:
    """Whether a person learns of alerts at all, as a condition on `Person`: by signing in, or by some channel."""
    addresses = (_PEOPLE[address.column].is_not(None) for address in ADDRESSES.values())
    return and_(Person.disabled_at.is_(None), or_(Person.username.is_not(None), *addresses))
