"""Findings whose deadlines lie some seconds ahead, by the database's own clock."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from service.audit.checkpoints import BOOKS, checkpoint
from service.models import Alert, Delivery, Event
from service.store import clock
from tests.worlds.books import Town, build_town, make_finding
from workflows.vocabulary import Move


def make_open_town(sessions: sessionmaker[Session]) -> Town:
    """A town without exam days and weekly reports: only the deadlines of findings fall due."""
    with sessions() as session:
        town = build_town(session)
        town.round.replan_at = None
        session.commit()
    _seal(sessions)
    return town


def due_in(sessions: sessionmaker[Session], town: Town, *seconds: float, first: int = 1) -> list[str]:
    """A received finding for each number of seconds until its deadline; returns their ids."""
    with sessions.begin() as session:
        now = clock.now(session)
        ids = []
        for number, ahead in enumerate(seconds, first):
            at = now + timedelta(seconds=ahead)
            since = {"created_at": now, "found_at": now, "notified_at": now, "received_at": now}
            finding = make_finding(
                session,
                town,
                number,
                deadline=at,
                original_deadline=at,
                next_action_at=at,
                receipt_signed=True,
                **since,
            )
            ids.append(finding.id)
    _seal(sessions)
    return ids


def _seal(sessions: sessionmaker[Session]) -> None:
    """Put what is on record under checkpoints, as was done long ago: only deadlines are to be waited for."""
    for book in BOOKS:
        with sessions.begin() as session:
            checkpoint(session, now=clock.now(session), book=book)


def expiries(sessions: sessionmaker[Session]) -> list[Event]:
    """The events of findings that went overdue, in order."""
    with sessions() as session:
        return list(session.scalars(select(Event).where(Event.move == Move.EXPIRE).order_by(Event.serial)))


def unsent(sessions: sessionmaker[Session]) -> int:
    """Alerts whose message was not sent yet."""
    with sessions() as session:
        sent = select(Delivery.message_id).where(Delivery.sent_at.is_not(None))
        return len(
            session.scalars(select(Alert.id).where(Alert.message_id.not_in(sent) | Alert.message_id.is_(None))).all()
        )


def doubled(sessions: sessionmaker[Session]) -> int:
    """Findings that went overdue more than once."""
    findings = [event.finding_id for event in expiries(sessions)]
    return len(findings) - len(set(findings))
