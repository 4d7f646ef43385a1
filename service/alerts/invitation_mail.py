"""Invitations by mail: each goes at once and past every queue, for its code is kept nowhere."""

from collections.abc import Sequence
from datetime import datetime

from service.alerts.channels.transport import Channel, ChannelDown, OutgoingMessage, PermanentFailure, TemporaryFailure
from service.models import new_id
from service.people.addresses import ADDRESSES, MAIL
from service.people.invitations import Invited
from service.wording import written


def mail_invitations(
    channels: Sequence[Channel], invited: Sequence[Invited], *, office: str | None, base_url: str, now: datetime
) -> list[tuple[str, str]]:
    """Send each invitation over the channel for mail; the names of those who got none, and why."""
    channel = next(channel for channel in channels if channel.name == MAIL)
    reached = [one for one in invited if _has_address(one)]
    problems = [(one.name, written("invitations", "no_address", "zh")) for one in invited if one not in reached]
    left = list(reached)
    try:
        with channel.open() as connection:
            while left:
                try:
                    connection.send(_message(left[0], office, base_url, now))
                    connection.flush()
                except (PermanentFailure, TemporaryFailure) as error:
                    problems.append((left[0].name, str(error)))
                del left[0]
    except ChannelDown as error:
        problems += [(one.name, str(error)) for one in left]
    return problems


def slip_of(one: Invited, *, office: str | None, base_url: str) -> str:
    """What one person is told: who he or she is here, the code and its link, in the person's language."""
    return written(
        "invitations",
        "slip",
        one.language,
        office=office or "",
        name=one.name,
        organization=one.organization,
        username=one.username,
        code=one.code,
        link=one.link(base_url),
        until=one.expires_at,
    )


def _has_address(one: Invited) -> bool:
    return one.email is not None and ADDRESSES[MAIL].form.fullmatch(one.email) is not None


def _message(one: Invited, office: str | None, base_url: str, now: datetime) -> OutgoingMessage:
    language = one.language
    return OutgoingMessage(
        id=new_id(),
        to=one.email or "",
        to_name=one.name,
        sender_name=office or written("letters", "office", language),
        language=language,
        subject=written("invitations", "subject", language),
        body=slip_of(one, office=office, base_url=base_url) + "\n",
        created_at=now,
    )
