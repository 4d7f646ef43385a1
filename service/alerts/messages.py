"""Messages that are to be sent, read from the books in one go: letters are written outside any transaction."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from service.alerts.channels.transport import OutgoingMessage
from service.alerts.letters import Letterhead, write_letter
from service.alerts.texts import ReadableAlert, readable_alerts
from service.models import Alert, Message, Organization
from service.people.addresses import address_of
from service.rounds.rulebooks import calendar_in_force
from workflows.vocabulary import OrganizationKind


@dataclass(frozen=True, slots=True)
class UnwrittenMessage:
    """What a letter is written from."""

    message: Message
    alerts: Sequence[ReadableAlert]
    head: Letterhead

    def letter(self, channel: str) -> OutgoingMessage | None:
        """The letter to the person's address for the channel; None when that reaches him or her no more."""
        person = self.message.person
        address = address_of(person, channel)
        if person.disabled_at is not None or address is None:
            return None
        return write_letter(self.message, address, self.alerts, self.head)


def load_messages(session: Session, message_ids: Sequence[str], *, base_url: str) -> dict[str, UnwrittenMessage]:
    """These messages with their alerts, by id; the number of queries does not depend on how many there are."""
    if not message_ids:
        return {}
    office = select(Organization.name).where(Organization.kind == OrganizationKind.CENTRE).limit(1)
    head = Letterhead(base_url, calendar_in_force(session).zone, session.scalar(office))
    alerts: dict[str | None, list[ReadableAlert]] = defaultdict(list)
    for alert in readable_alerts(session, Alert.message_id.in_(message_ids)):
        alerts[alert.message_id].append(alert)
    messages = select(Message).where(Message.id.in_(message_ids)).options(joinedload(Message.person))
    return {message.id: UnwrittenMessage(message, alerts[message.id], head) for message in session.scalars(messages)}
