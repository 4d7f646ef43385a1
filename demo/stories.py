"""The notice's stories, played in spring 2026 (holiday 1 to 5 May, 9 May worked) in an office of their own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
from sqlalchemy.orm import Session, sessionmaker

from demo.fast_clock import FastClock
from demo.office import Office, cases, mornings
from demo.people import districts_of
from demo.steps import Days
from demo.story import Case, Story, keep_evidence
from demo.texts import texts
from service.alerts.channels.mail import Sender
from service.alerts.channels.outbox import Outbox
from service.alerts.channels.transport import Channel
from service.alerts.delivery import deliver, next_delivery_at
from service.files.store import EvidenceStore
from service.rounds.rounds import NewRound
from service.rounds.rulebooks import calendar_in_force, keep_shipped
from workflows.calendar import Calendar
from workflows.findings.facts import Actor

FILE = "stories.toml"
BASE_URL = "https://duban.example"
FIRST_MORNING, LAST_MORNING = "2026-04-20", "2026-05-20"
AWAY = {"leader-1": ("2026-04-30", "2026-04-30")}  # whose acknowledgement is missed
END = "2026-05-29 18:00"


@dataclass(frozen=True, slots=True)
class Played:
    """What has been played: the round, each story's case by the story's key, and everybody by user name."""

    round: NewRound
    cases: Mapping[str, Case]
    actors: Mapping[str, Actor]
    calendar: Calendar


def play_stories(
    sessions: sessionmaker[Session], store: EvidenceStore, channels: Sequence[Channel], language: str
) -> Played:
    """Play the stories of demo/stories.toml in an empty database, and deliver their alerts at once; commits."""
    content = texts(FILE, language)
    stories = msgspec.convert(content["story"], dict[str, Story])
    evidence = keep_evidence(store)
    with sessions() as session:
        calendar = calendar_in_force(session)
        days = Days(calendar, calendar.opening(content["round"]["starts_on"]))
        clock = FastClock(session, now=calendar.opening(content["round"]["starts_on"]))
        new = NewRound(**content["round"], policy_version=keep_shipped(session, now=clock.now))
        districts = districts_of([story.unit for story in stories.values()])
        office = Office(session, clock.now, districts, language, content["english"] if language == "en" else {})
        office.add_organizations()
        office.add_people()
        # the stories fill in no sheets: every item of the checklists would be proposed
        office.open_demo_round(new, asks_from=calendar.closing(new.ends_on))
        session.commit()

        def deliver_what_waits() -> None:
            due_at = next_delivery_at(session)
            session.commit()
            if due_at and due_at <= clock.now:
                deliver(sessions, channels, base_url=BASE_URL, now=lambda _: clock.now)

        clock.after = deliver_what_waits
        played = cases(list(stories.values()), office, evidence)
        acts = [act for case in played for act in case.acts(days)]
        leaders = mornings(office, days, FIRST_MORNING, LAST_MORNING, away=AWAY)
        clock.play([*acts, *leaders], until=days.instant(END))
        session.commit()
        return Played(new, dict(zip(stories, played, strict=True)), office.actors(), calendar)


def outbox(folder: Path) -> Outbox:
    """The channel that writes mails as files into a folder."""
    return Outbox(folder, Sender("duban@duban.example", "duban.example"))
