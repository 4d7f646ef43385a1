"""From a message to what is sent: the letter as it was first written, or one written now once its papers are there."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy.orm import Session, sessionmaker

from service.alerts.channels.transport import Attachment, OutgoingMessage, PermanentFailure, TemporaryFailure
from service.alerts.enclosures import MOST, Encloser, Papers
from service.alerts.kept_letters import KeptLetter, WrittenLetter, keep_letters, kept_letters
from service.alerts.letters import NO_PAPERS, outgoing
from service.alerts.messages import UnwrittenMessage, load_messages, messages_with_people, reached_at, requests_of
from service.models import Message
from service.store.db import is_locked, is_lost

Clock = Callable[[Session], datetime]
Failure = PermanentFailure | TemporaryFailure

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Draft:
    """A message that can be sent; without a letter its reader may see nothing of it, or is reached no more."""

    message: Message
    kept: KeptLetter | None
    requests: Sequence[str] = ()  # ids of those in which what it tells of was caused


Drafts = dict[str, Draft | Failure | None]  # by message id


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes letters, each in short transactions of its own and outside those of the leases."""

    sessions: sessionmaker[Session]
    readers: sessionmaker[Session]
    base_url: str
    now: Clock
    encloser: Encloser | None

    def drafts(self, message_ids: Sequence[str], channel: str) -> Drafts:
        """The letters of some messages, kept from now on; None while papers are made, or why one cannot be written.

        Written together; when that fails each alone, so that whatever is wrong with one message, the others are sent.
        Raises when the database is lost or locked: then nothing has been tried.
        """
        try:
            return self._drafts(message_ids, channel)
        except Exception as error:  # whatever it is, it must not keep the others
            if is_lost(error) or is_locked(error):
                raise
            if len(message_ids) == 1:
                return {id_: _failure(id_, error) for id_ in message_ids}
            return {id_: draft for one in message_ids for id_, draft in self.drafts([one], channel).items()}

    def letter(self, draft: Draft, channel: str) -> OutgoingMessage | Failure | None:
        """The letter with its papers; None when the channel reaches its reader no more. Raises as `drafts` does."""
        address = reached_at(draft.message.person, channel)
        if address is None or draft.kept is None:
            return None
        try:
            return outgoing(draft.kept.words, address, self._attachments(draft.kept) or ())
        except Exception as error:  # as above
            if is_lost(error) or is_locked(error):
                raise
            return _failure(draft.message.id, error)

    def _drafts(self, message_ids: Sequence[str], channel: str) -> Drafts:
        with self.readers.begin() as session:
            messages = messages_with_people(session, message_ids)
            kept, requests = kept_letters(session, messages), requests_of(session, message_ids)
        whole = {id_: letter for id_, letter in kept.items() if self._attachments(letter) is not None}
        unwritten = [message for message in messages if message.id not in whole]
        loaded = load_messages(self.readers, unwritten, base_url=self.base_url) if unwritten else {}
        ready = [one for one in loaded.values() if self._has_its_papers(one)]
        whole |= self._keep(ready, channel)
        awaiting = loaded.keys() - {one.message.id for one in ready}
        return {
            message.id: None
            if message.id in awaiting
            else Draft(message, whole.get(message.id), requests.get(message.id, ()))
            for message in messages
        }

    def _has_its_papers(self, unwritten: UnwrittenMessage) -> bool:
        wanted = unwritten.wanted_papers[:MOST]
        if not wanted or not self.encloser:
            return True
        with self.sessions.begin() as session:
            return self.encloser.order(session, unwritten.message.person, wanted, now=self.now(session))

    def _keep(self, ready: Sequence[UnwrittenMessage], channel: str) -> dict[str, KeptLetter]:
        written = []
        for one in ready:
            papers = self._papers(one)
            letter = one.letter(channel, papers)
            if letter:
                written.append(WrittenLetter(one.message, letter, papers, one.alerts))
        if not written:
            return {}
        with self.sessions.begin() as session:
            return keep_letters(session, written, now=self.now(session))

    def _papers(self, unwritten: UnwrittenMessage) -> Papers:
        wanted = unwritten.wanted_papers
        if not self.encloser or not wanted:
            return NO_PAPERS
        papers = self.encloser.papers(unwritten.message.person, wanted[:MOST])
        return Papers(papers, max(0, len(wanted) - MOST))

    def _attachments(self, kept: KeptLetter) -> tuple[Attachment, ...] | None:
        """The papers that a kept letter speaks of; None when one of them is not to be had any more."""
        if not kept.papers or not self.encloser:
            return None if kept.papers else ()
        found = [self.encloser.reopen(**paper) for paper in kept.papers]
        return tuple(attachment for attachment in found if attachment) if all(found) else None


def _failure(message_id: str, error: Exception) -> Failure:
    _log.exception("letter_unwritable", message=message_id)
    if isinstance(error, OSError):  # papers are read from files
        return TemporaryFailure(f"附件暂时无法读取 / a paper cannot be read at present: {error!r}")
    return PermanentFailure(f"无法生成邮件 / the mail cannot be written: {error!r}")
