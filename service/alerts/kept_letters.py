"""Letters as they were first written: kept until nobody can send them again, so that a repeat has the same words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, select
from sqlalchemy.orm import Session

from service.alerts.channels.transport import OutgoingMessage
from service.alerts.details import readable_findings_by_alert
from service.alerts.enclosures import Papers
from service.alerts.texts import ReadableAlert
from service.models import Alert, Delivery, Letter, Message, Person
from service.people.callers import callers_of
from service.store.bulk import insert_into

# A sender that slept with its lease lost may still wake up; what was never sent is kept as long as it is tried.
KEPT_FOR = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class KeptLetter:
    """The headers and text of a letter, and the papers that went along."""

    words: Mapping[str, Any]
    papers: Sequence[Mapping[str, str]]  # document_id, name and ascii_name of each attachment
    alerts: Sequence[str]  # ids of those that it tells of: of the message's others nothing was said


@dataclass(frozen=True, slots=True)
class WrittenLetter:
    """A letter that was just written, its papers, and the alerts that it tells of."""

    message: Message
    letter: OutgoingMessage
    papers: Papers
    alerts: Sequence[ReadableAlert]


def kept_letters(session: Session, messages: Sequence[Message]) -> dict[str, KeptLetter]:
    """The letters of those messages that were written before and whose readers may still be told all of it."""
    people = {message.id: message.person for message in messages}
    found = session.scalars(select(Letter).where(Letter.message_id.in_(people))).all()
    readable = _still_readable(session, found, people)
    return {letter.message_id: KeptLetter(**letter.content) for letter in found if letter.message_id in readable}


def keep_letters(session: Session, written: Sequence[WrittenLetter], *, now: datetime) -> dict[str, KeptLetter]:
    """Keep letters that were just written; returns those to be sent, which another may have written a moment before."""
    in_order = sorted(written, key=lambda one: one.message.id)  # as another who writes the same waits for them
    kept = _keep_new(session, [_row(one, None, now) for one in in_order])
    while older := [one for one in in_order if one.message.id not in kept]:
        kept |= _keep_beside_older(session, older, now)  # none of a letter that was replaced while this waited for it
    return kept


def _keep_new(session: Session, rows: Sequence[dict[str, Any]]) -> dict[str, KeptLetter]:
    """Those of the letters whose messages had none, as they are kept now."""
    new = insert_into(session, Letter).on_conflict_do_nothing(index_elements=["message_id"])
    kept = set(session.scalars(new.returning(Letter.message_id), rows))
    return {row["message_id"]: KeptLetter(**row["content"]) for row in rows if row["message_id"] in kept}


def _keep_beside_older(session: Session, written: Sequence[WrittenLetter], now: datetime) -> dict[str, KeptLetter]:
    """Of messages that have a letter the older one, as long as it may be read.

    One that its reader may not read any more is replaced, under another Message-ID, for under one id there are only
    ever the same words.
    """
    people = {one.message.id: one.message.person for one in written}
    these = select(Letter).where(Letter.message_id.in_(people)).order_by(Letter.message_id)
    older = {letter.message_id: letter for letter in session.scalars(these.with_for_update())}
    readable = _still_readable(session, list(older.values()), people)
    outdated = {id_: old for id_, old in older.items() if id_ not in readable}
    kept = {id_: KeptLetter(**old.content) for id_, old in older.items() if id_ not in outdated}
    if outdated:
        gone = delete(Letter).where(Letter.message_id.in_(outdated))
        session.execute(gone.execution_options(synchronize_session=False))
    rows = [_row(one, outdated.get(one.message.id), now) for one in written if one.message.id not in kept]
    return kept | _keep_new(session, rows) if rows else kept


def _row(one: WrittenLetter, older: Letter | None, now: datetime) -> dict[str, Any]:
    revision = older.revision + 1 if older else 1
    id_ = one.message.id
    return {
        "message_id": id_,
        "revision": revision,
        "written_at": now,
        "content": {
            "words": _words(one.letter, id_ if revision == 1 else f"{id_}.{revision}"),
            "papers": [paper.reference for paper in one.papers.papers if paper.attachment],
            "alerts": [alert.id for alert in one.alerts],
        },
        "told": sorted({alert.subject_id for alert in one.alerts if alert.details}),
    }


def is_waiting() -> ColumnElement[bool]:
    """That a letter may still be sent, as a condition on `Letter`."""
    return exists().where(Delivery.message_id == Letter.message_id, Delivery.next_attempt_at.is_not(None))


def _words(letter: OutgoingMessage, sent_as: str) -> dict[str, str]:
    return {
        "id": sent_as,
        "to_name": letter.to_name,
        "sender_name": letter.sender_name,
        "language": letter.language,
        "subject": letter.subject,
        "body": letter.body,
        "created_at": letter.created_at.isoformat(),
    }


def _still_readable(session: Session, letters: Sequence[Letter], people: Mapping[str, Person]) -> set[str]:
    """The messages whose readers may be told now of all that their letters told, and in full of what they told in full.

    `people` are by message.
    """
    if not letters:
        return set()
    readers = callers_of(
        session, {people[letter.message_id].id: people[letter.message_id] for letter in letters}.values()
    )
    readable = readable_findings_by_alert(
        session, Alert.message_id.in_([letter.message_id for letter in letters]), readers
    )
    return {
        letter.message_id
        for letter in letters
        if readable.keys() >= {*letter.content["alerts"]}
        and {readable[id_] for id_ in letter.content["alerts"]} >= {*letter.told}
    }
