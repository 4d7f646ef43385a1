"""One finding of the demo round as its course plays it: the words, the people around the unit, the working days."""

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import NamedTuple

from demo.stage import Case, Stage
from service.findings.log import NewFinding, Settlement
from workflows.calendar import Calendar
from workflows.findings.facts import Actor
from workflows.vocabulary import Severity

MINUTES_APART = 3  # so that not everything happens on the stroke of an hour


class Crew(NamedTuple):
    """The people around one unit."""

    unit: Actor
    office: Actor
    inspector: Actor
    head: Actor
    leader: Actor
    leadership: Actor
    bureau: Actor
    committee: Actor


class Days:
    """Working days counted from the last one that is over: 1 is the one before it, -1 the one after it."""

    def __init__(self, calendar: Calendar, now: datetime) -> None:
        today = calendar.working_day_before(calendar.local_date(now), 0)
        over = calendar.closing(today) <= now
        self._calendar = calendar
        self._last = today if over else calendar.working_day_before(today, 1)

    def at(self, day: int, hour: int, minute: int = 0) -> datetime:
        """A wall clock's time on that day."""
        return self._calendar.instant(self._day(day), time(hour, minute))

    def close(self, day: int) -> datetime:
        """The close of business on that day."""
        return self._calendar.closing(self._day(day))

    def _day(self, day: int) -> date:
        if day < 0:
            return self._calendar.working_day_after(self._last, -day)
        return self._calendar.working_day_before(self._last, day)


@dataclass(frozen=True, slots=True)
class Scene:
    """What a course needs; `place` is the finding's place in the list, which spreads instants a little."""

    stage: Stage
    text: Mapping[str, str]
    organization_id: str
    checklist_item_id: str
    crew: Crew
    days: Days
    place: int

    @property
    def overseer(self) -> Actor:
        """Who found it, or watches over what the unit found."""
        return {"district": self.crew.office}.get(self.text.get("origin", "centre"), self.crew.inspector)

    def at(self, day: int, hour: int) -> datetime:
        """Some minutes after the hour, on a working day counted back."""
        return self.days.at(day, hour, self.place * MINUTES_APART % 60)

    def log(self, *, settled: str | None = None) -> Case:
        """Log the finding, settled on the spot when a comment says so."""
        actor = self.crew.unit if self.text.get("origin") == "unit" else self.overseer
        photos = [self.stage.photo(actor, "现场照片")] if "location" in self.text else []
        settlement = Settlement([self.stage.photo(actor, "当场整改后")], settled) if settled else None
        new = NewFinding(
            organization_id=self.organization_id,
            summary=self.text["summary"],
            severity=Severity(self.text["severity"]),
            details=self.text.get("details"),
            location=self.text.get("location"),
            checklist_item_id=self.checklist_item_id,
            evidence_ids=photos,
            settled=settlement,
        )
        return self.stage.log(actor, new)

    def notified(self, *, found: int, deadline: int, hour: int = 17) -> Generator[datetime, None, Case]:
        """Found on one working day, notified later on it, due at an hour of another: the close of business."""
        yield self.at(found, 10)
        case = self.log()
        yield self.at(found, 15)
        case.notify(self.overseer, self.text["requirement"], deadline=self.days.at(deadline, hour))
        return case

    def received(self, *, found: int, deadline: int, hour: int = 17) -> Generator[datetime, None, Case]:
        """Likewise, and the unit signs the next morning."""
        case = yield from self.notified(found=found, deadline=deadline, hour=hour)
        yield self.at(found - 1, 9)
        case.begin(self.crew.unit, plan=self.text.get("plan"))
        return case

    def submit(self, case: Case) -> None:
        """The unit says what it did, with a picture and a page of text."""
        unit, measures = self.crew.unit, self.text["measures"]
        page = self.stage.document(unit, "整改情况说明", measures)
        case.submit(unit, measures, self.stage.scan(unit, "整改后照片"), page)
