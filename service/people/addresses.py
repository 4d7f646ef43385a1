"""Where people are reached: for each channel of alerts the column and the form of a person's address."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, or_

from service.models import Person

_PEOPLE = Person.__table__.columns
MAIL = "mail"  # the outbox stands in for SMTP, so both take what was queued for either


class Address(NamedTuple):
    """The name of a column of people, and what an address in it looks like."""

    column: str
    form: re.Pattern[str]


ADDRESSES: Mapping[str, Address] = {
    MAIL: Address("email", re.compile(r"[^@\s<>,;:\"]{1,64}@[^@\s<>,;:\"]{3,189}")),
}  # by the channel's name


def address_of(person: Person, channel: str) -> str | None:
    """The person's address for a channel, also that of a disabled account."""
    address: str | None = getattr(person, ADDRESSES[channel].column)
    return address


def is_reached_by(channel: str) -> ColumnElement[bool]:
    """Whether a channel reaches a person, as a condition on `Person`: the account is open and has an address."""
    return and_(Person.disabled_at.is_(None), _PEOPLE[ADDRESSES[channel].column].is_not(None))


def is_told() -> ColumnElement[bool]:
    """Whether a person learns of alerts at all, as a condition on `Person`: by signing in, or by some channel."""
    addresses = (_PEOPLE[address.column].is_not(None) for address in ADDRESSES.values())
    return and_(Person.disabled_at.is_(None), or_(Person.username.is_not(None), *addresses))
