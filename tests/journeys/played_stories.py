"""The five stories, played once on each database, and their history in short words."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from demo.stories import Played, outbox, play_stories
from service.files.store import FolderStore
from service.models import Event, Finding
from service.records.recipients import recipients_of_events
from service.store.db import connect, sessions

# instant by the clock of Zhengzhou, move, state and level then, usernames of those who were told
Step = tuple[str, str, str, int, str]


@dataclass(frozen=True, slots=True)
class PlayedStories:
    """The books, the mails and the people after the stories."""

    engine: Engine
    played: Played
    outbox: Path

    def at(self, month: int, day: int, hour: int) -> datetime:
        """An instant of 2026 by the clock of Zhengzhou."""
        return self.played.calendar.instant(date(2026, month, day), time(hour))

    def session(self) -> Session:
        return sessions(self.engine)()

    def finding(self, session: Session, story: str) -> Finding:
        return session.get_one(Finding, self.played.cases[story].finding_id)

    def events(self, session: Session, story: str) -> Sequence[Event]:
        query = select(Event).where(Event.finding_id == self.played.cases[story].finding_id)
        return session.scalars(query.order_by(Event.position)).all()

    def steps(self, story: str, *, acknowledgements: bool = False) -> list[Step]:
        """The story step by step."""
        with self.session() as session:
            heard = recipients_of_events(session, self.played.cases[story].finding_id)
            return [
                (
                    f"{event.at.astimezone(self.played.calendar.zone):%m-%d %H:%M}",
                    f"{event.move}.{event.step}" if event.step else str(event.move),
                    str(event.to_state),
                    event.escalation_level,
                    " ".join(sorted(person.username or "" for person in heard.get(event.id, ()))),
                )
                for event in self.events(session, story)
                if acknowledgements or event.move != "acknowledge"
            ]

    def mails(self) -> dict[str, list[EmailMessage]]:
        """Every mail by the username that it went to, in order of time."""
        mails = defaultdict(list)
        for file in sorted(self.outbox.glob("*.eml")):
            mail = BytesParser(policy=policy.default).parsebytes(file.read_bytes())
            mails[mail["To"].addresses[0].username].append(mail)
        return mails


def playing(url: str, folder: Path) -> PlayedStories:
    """Play them in an empty database."""
    engine = connect(url)
    played = play_stories(sessions(engine), FolderStore(folder / "evidence"), [outbox(folder / "outbox")], "zh")
    return PlayedStories(engine, played, folder / "outbox")
