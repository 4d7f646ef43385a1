"""Messages that are to be sent, read from the books in portions, and of a very large one only what is most pressing."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import Session, joinedload, sessionmaker

from service.alerts.channels.transport import OutgoingMessage
from service.alerts.details import with_details
from service.alerts.enclosures import Papers, WantedPaper, wanted_papers
from service.alerts.letter_items import LetterItem, items_of
from service.alerts.letters import NO_PAPERS, Letterhead, Rest, write_letter
from service.alerts.texts import ReadableAlert
from service.models import Alert, JournalEntry, Message, Person
from service.people.addresses import address_of
from service.people.callers import callers_of
from service.people.organizations import centre_name
from service.rounds.rulebooks import calendar_in_force
from service.wording import wording

MOST_READ = 1000  # subjects of one message: of a larger one the most pressing, the rest is counted
PORTION = 1000  # subjects read at once, of as many messages as speak of no more

_SUBJECT = func.coalesce(Alert.finding_id, JournalEntry.subject_id)


@dataclass(frozen=True, slots=True)
class UnwrittenMessage:
    """What a letter is written from."""

    message: Message
    alerts: Sequence[ReadableAlert]
    items: Sequence[LetterItem]
    head: Letterhead
    rest: Rest

    @property
    def wanted_papers(self) -> list[WantedPaper]:
        """The papers that it is to carry."""
        return wanted_papers(self.items)

    def letter(self, channel: str, papers: Papers = NO_PAPERS) -> OutgoingMessage | None:
        """The letter to the person's address for the channel.

        None when that reaches him or her no more, or all that it would tell is out of sight by now.
        """
        address = reached_at(self.message.person, channel)
        if address is None or not self.alerts:
            return None
        return write_letter(self.message, address, self.items, self.head, papers, self.rest)


def reached_at(person: Person, channel: str) -> str | None:
    """The address at which a channel reaches the person; None when it does no more."""
    return None if person.disabled_at is not None else address_of(person, channel)


def requests_of(session: Session, message_ids: Collection[str]) -> Mapping[str, Sequence[str]]:
    """The ids of the requests in which the alerts of each message were caused, by message; of the clock's none."""
    query = select(Alert.message_id, Alert.request_id).where(Alert.message_id.in_(message_ids))
    found: dict[str, list[str]] = defaultdict(list)
    for message_id, request_id in session.execute(query.where(Alert.request_id.is_not(None)).distinct()):
        found[str(message_id)].append(str(request_id))
    return found


def messages_with_people(session: Session, message_ids: Collection[str]) -> Sequence[Message]:
    """Messages and whom they are for."""
    query = select(Message).where(Message.id.in_(message_ids)).options(joinedload(Message.person))
    return session.scalars(query).all()


def load_messages(
    readers: sessionmaker[Session], messages: Sequence[Message], *, base_url: str
) -> dict[str, UnwrittenMessage]:
    """Messages with their alerts, by id; of more than `MOST_READ` subjects the most pressing, in bounded time."""
    ids = [message.id for message in messages]
    with readers.begin() as session:
        head = Letterhead(base_url, calendar_in_force(session).zone, centre_name(session))
        callers = callers_of(session, {message.person_id: message.person for message in messages}.values())
        extents = {message_id: extent for message_id, *extent in session.execute(_extents(ids))}
        large = {id_: _most_pressing(session, id_) for id_, (count, _) in extents.items() if count > MOST_READ}
    alerts: dict[str | None, list[ReadableAlert]] = defaultdict(list)
    for condition in _portions({id_: count for id_, (count, _) in extents.items() if id_ not in large}, large):
        with readers.begin() as session:
            for alert in with_details(session, condition, callers):
                alerts[alert.message_id].append(alert)
    loaded = {}
    for message in messages:
        count, acknowledge_by = extents.get(message.id, (0, None))
        rest, theirs = Rest(max(0, count - MOST_READ), acknowledge_by), alerts[message.id]
        loaded[message.id] = UnwrittenMessage(message, theirs, items_of(theirs), head, rest)
    return loaded


def _extents(message_ids: Collection[str]) -> Select[*tuple[Any, ...]]:
    """How many subjects each message speaks of, and by when the first acknowledgement is wanted."""
    query = select(Alert.message_id, func.count(_SUBJECT.distinct()), func.min(Alert.acknowledge_by))
    joined = query.outerjoin(JournalEntry, Alert.entry_id == JournalEntry.id)
    return joined.where(Alert.message_id.in_(message_ids)).group_by(Alert.message_id)


def _most_pressing(session: Session, message_id: str) -> list[str]:
    """Ids of the subjects to be read: the most urgent kinds first, then what came first."""
    query = (
        select(_SUBJECT)
        .select_from(Alert)
        .outerjoin(JournalEntry, Alert.entry_id == JournalEntry.id)
        .where(Alert.message_id == message_id)
        .group_by(_SUBJECT)
        .order_by(func.min(case(_urgencies(), value=Alert.kind, else_=100)), func.min(Alert.created_at), _SUBJECT)
        .limit(MOST_READ)
    )
    return list(session.scalars(query))


def _urgencies() -> dict[str, int]:
    """The urgency of each kind of alert, whatever state it leads to."""
    entries = [*wording("alerts").items(), *wording("duties").items()]
    return {kind: int(entry["urgency"]) for kind, entry in entries if "urgency" in entry}


def _portions(extents: Mapping[str, int], large: Mapping[str, Sequence[str]]) -> Iterator[ColumnElement[bool]]:
    """The alerts of messages of so many subjects, several together; then those of each large one, of its subjects."""
    together, subjects = list[str](), 0
    for message_id, count in extents.items():
        if together and subjects + count > PORTION:
            yield Alert.message_id.in_(together)
            together, subjects = [], 0
        together.append(message_id)
        subjects += count
    if together:
        yield Alert.message_id.in_(together)
    for message_id, pressing in large.items():
        entries = select(JournalEntry.id).where(JournalEntry.subject_id.in_(pressing))
        yield (Alert.message_id == message_id) & or_(Alert.finding_id.in_(pressing), Alert.entry_id.in_(entries))
