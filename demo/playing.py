"""What a fast clock plays in an office: the cases that stories become, and the mornings of its leaders."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, time
from functools import partial

from sqlalchemy.orm import Session

from demo.fast_clock import Act
from demo.office import Office
from demo.people import LEADERS, LEADERSHIP, people_around
from demo.steps import Days
from demo.story import Case, Story
from service.alerts.inbox import acknowledge, alerts
from service.files.store import EvidenceStore
from service.findings.acknowledgements import next_unacknowledged_at
from workflows.findings.facts import Actor

MORNING = time(8, 45)


def cases(stories: Sequence[Story], office: Office, store: EvidenceStore) -> list[Case]:
    """A case for each story, in the same order."""
    actors = office.actors()
    return [
        Case(
            office.session,
            store,
            story,
            organization_id=office.organizations[story.unit].id,
            checklist_item_id=office.items[story.item] if story.item else None,
            actors={who: actors[name] for who, name in people_around(story.unit, story.origin, place).items()},
        )
        for place, story in enumerate(stories)
    ]


def mornings(
    office: Office, days: Days, first: str, last: str, *, away: Mapping[str, tuple[str, str]]
) -> Iterator[Act]:
    """Leaders acknowledge their alerts on every working day from first to last, save those `away` between two days.

    Days are written as in stories.
    """
    absences = {name: (days.day(begins), days.day(ends)) for name, (begins, ends) in away.items()}
    leaders = {name: actor for name, actor in office.actors().items() if name in (*LEADERS, *LEADERSHIP)}
    day = days.day(first)
    while day <= days.day(last):
        at = days.calendar.instant(day, MORNING)
        for name, actor in leaders.items():
            if name not in absences or not absences[name][0] <= day <= absences[name][1]:
                yield at, partial(_acknowledge_all, office.session, actor)
        day = days.calendar.working_day_after(day, 1)


def _acknowledge_all(session: Session, actor: Actor, now: datetime) -> None:
    if next_unacknowledged_at(session) is None:  # nobody is waited for: spares the look into the inbox
        return
    for alert in alerts(session, actor=actor, unacknowledged=True, limit=200).items:
        acknowledge(session, alert.id, actor=actor, now=now)
