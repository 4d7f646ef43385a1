"""The drafts of messages: read from the books in one go, so that letters are written outside any transaction."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from service.alerts.channels import OutgoingMessage
from service.alerts.messages import Addressee, Letterhead, write_letter
from service.alerts.texts import ReadableAlert, readable_alerts
from service.models import Alert, Message, Organization
from service.rounds.rulebooks import calendar_in_force
from workflows.vocabulary import OrganizationKind


@dataclass(frozen=True, slots=True)
class Draft:
    """What a letter is written from."""

    message: Message
    alerts: Sequence[ReadableAlert]
    head: Letterhead

    @property
    def reachable(self) -> bool:
        return self.message.person.email is not None and self.message.person.disabled_at is None

    def letter(self) -> OutgoingMessage:
        person = self.message.person
        to = Addressee(person.name, person.email or "", person.language)
        return write_letter(self.message.id, self.message.created_at, to, self.alerts, self.head)


def load_drafts(session: Session, message_ids: Sequence[str], *, base_url: str) -> list[Draft]:
    """The drafts of these messages; the number of queries does not depend on how many there are."""
    if not message_ids:
        return []
    head = Letterhead(base_url, calendar_in_force(session).zone, _office(session))
    alerts: dict[str | None, list[ReadableAlert]] = defaultdict(list)
    for alert in readable_alerts(session, Alert.message_id.in_(message_ids)):
        alerts[alert.message_id].append(alert)
    messages = select(Message).where(Message.id.in_(message_ids)).options(joinedload(Message.person))
    return [Draft(message, alerts[message.id], head) for message in session.scalars(messages)]


def _office(session: Session) -> str | None:
    return session.scalar(select(Organization.name).where(Organization.kind == OrganizationKind.CENTRE).limit(1))
