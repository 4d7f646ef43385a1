"""The notice's stories, each played by real use cases at instants of spring 2026 (holiday 1 to 5 May, 9 May worked)."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time

from demo.playback import Script
from demo.stage import Case, Stage
from service.findings.log import NewFinding
from workflows.calendar import Calendar
from workflows.findings.facts import Actor
from workflows.vocabulary import Measure, Outcome, Severity

YEAR = 2026
STARTS_ON, ENDS_ON = date(YEAR, 4, 7), date(YEAR, 6, 7)
EXAM_DAYS = (date(YEAR, 6, 6), date(YEAR, 6, 7))


@dataclass(slots=True)
class Show:
    """What the stories share: the stage, the actors by username, the calendar, and the findings that they are about."""

    stage: Stage
    actors: Mapping[str, Actor]
    calendar: Calendar
    findings: dict[str, str] = field(default_factory=dict)  # the story's name and its finding's id

    def at(self, month: int, day: int, hour: int, minute: int = 0) -> datetime:
        return self.calendar.instant(date(YEAR, month, day), time(hour, minute))

    def log(self, story: str, actor: str, unit: str, words: Mapping[str, str], severity: Severity) -> Case:
        """Log the story's finding against a unit, known by the username of its account."""
        unit_id = self.actors[unit].organization_id or ""
        photo = self.stage.photo(self.actors[actor], "现场照片")
        texts = {"summary": words["summary"], "location": words.get("location")}
        new = NewFinding(organization_id=unit_id, severity=severity, evidence_ids=[photo], **texts)  # type: ignore[arg-type]  # texts alone
        case = self.stage.log(self.actors[actor], new)
        self.findings[story] = case.id
        return case


Words = Mapping[str, str]
Story = Callable[[Show, Words], Script]


def put_right_in_time(show: Show, words: Words) -> Script:
    """Found, notified, received, submitted, seen."""
    inspector, unit = show.actors["inspector-1"], show.actors["first"]
    yield show.at(4, 20, 10, 12)
    case = show.log("put_right_in_time", "inspector-1", "first", words, Severity.GENERAL)
    yield show.at(4, 20, 15, 30)
    case.notify(inspector, words["requirement"], deadline=show.at(4, 30, 17))
    yield show.at(4, 21, 9, 5)
    case.begin(unit, plan=words["plan"])
    yield show.at(4, 28, 16, 20)
    case.submit(unit, words["measures"], show.stage.photo(unit, "整改后照片"))
    yield show.at(4, 29, 10, 40)
    case.review(inspector, Outcome.PASS, words["comment"])


def put_right_badly(show: Show, words: Words) -> Script:
    """Two failed reviews, one of a submission on a worked Saturday, and the leadership team."""
    inspector, unit = show.actors["inspector-1"], show.actors["bridge"]
    yield show.at(4, 28, 9, 30)
    case = show.log("put_right_badly", "inspector-1", "bridge", words, Severity.GENERAL)
    yield show.at(4, 28, 14)
    case.notify(inspector, words["requirement"], deadline=show.at(5, 8, 17))
    yield show.at(4, 29, 8, 50)
    case.begin(unit)
    yield show.at(5, 8, 10)
    case.submit(unit, words["measures"], show.stage.document(unit, "调整文件", words["measures"]))
    yield show.at(5, 8, 15)
    case.review(inspector, Outcome.FAIL, words["comment"])
    yield show.at(5, 9, 14)  # a Saturday that is worked
    case.submit(unit, words["measures_again"], show.stage.scan(unit, "承诺书"))
    yield show.at(5, 11, 10, 30)
    case.review(inspector, Outcome.FAIL, words["comment_again"])
    yield show.at(5, 12, 15)
    case.opine(show.actors["leadership-1"], Measure.SUPERVISED, words["opinion"], new_deadline=show.at(5, 19, 17))
    yield show.at(5, 18, 11)
    case.submit(unit, words["measures_last"], show.stage.scan(unit, "排查表"))
    yield show.at(5, 19, 9, 30)
    case.review(inspector, Outcome.PASS, words["comment_last"])


def nobody_touches(show: Show, words: Words) -> Script:
    """A major finding goes all the way up, and comes back."""
    inspector, unit = show.actors["inspector-4"], show.actors["eleventh"]
    yield show.at(4, 22, 9, 40)
    case = show.log("nobody_touches", "inspector-4", "eleventh", words, Severity.MAJOR)
    yield show.at(4, 22, 11, 20)
    case.notify(inspector, words["requirement"], deadline=show.at(4, 29, 17))
    yield show.at(5, 7, 10, 30)  # the leadership team decides only after the warning
    opinion = case.opine(show.actors["leadership-2"], Measure.TALK, words["opinion"], new_deadline=show.at(5, 14, 17))
    yield show.at(5, 8, 16)
    case.reply(show.actors["bureau"], opinion, words["reply"])
    yield show.at(5, 13, 9, 20)
    case.submit(unit, words["measures"], show.stage.photo(unit, "报警测试"))
    yield show.at(5, 14, 10, 15)
    case.review(inspector, Outcome.PASS, words["comment"])


def more_time(show: Show, words: Words) -> Script:
    """A deadline counted from receipt across the holiday, and lengthened."""
    inspector, unit = show.actors["inspector-4"], show.actors["lake"]
    yield show.at(4, 23, 14, 10)
    case = show.log("more_time", "inspector-4", "lake", words, Severity.GENERAL)
    yield show.at(4, 23, 16)
    case.notify(inspector, words["requirement"], working_days=6)
    yield show.at(4, 24, 10)
    case.begin(unit)
    yield show.at(4, 30, 9, 30)
    extension_id = case.ask_extension(unit, show.at(5, 13, 17), words["reason"])
    yield show.at(5, 6, 10, 20)
    case.decide(inspector, extension_id, words["granted"], granted=True)
    yield show.at(5, 12, 11)
    case.submit(unit, words["measures"], show.stage.document(unit, "断电测试记录", words["measures"]))
    yield show.at(5, 13, 9, 50)
    case.review(inspector, Outcome.PASS, words["comment"])


def nobody_reviews(show: Show, words: Words) -> Script:
    """The clock runs against the team."""
    inspector, unit = show.actors["inspector-4"], show.actors["tenth"]
    yield show.at(4, 27, 10)
    case = show.log("nobody_reviews", "inspector-4", "tenth", words, Severity.GENERAL)
    yield show.at(4, 27, 15)
    case.notify(inspector, words["requirement"], deadline=show.at(5, 8, 17))
    yield show.at(4, 28, 9)
    case.begin(unit)
    yield show.at(4, 29, 11)
    case.submit(unit, words["measures"], show.stage.photo(unit, "双锁照片"))
    yield show.at(5, 12, 10)  # after three weeks without a review the head of the team goes there
    case.review(show.actors["head-4"], Outcome.PASS, words["comment"])


STORIES: tuple[Story, ...] = (put_right_in_time, put_right_badly, nobody_touches, more_time, nobody_reviews)


def mornings(show: Show) -> Script:
    """Leaders read their alerts before nine, save the one who was away on 30 April."""
    for day in _working_days(show.calendar):
        yield show.calendar.instant(day, time(8, 45))
        for name in ("leader-1", "leader-3", "leadership-1", "leadership-2"):
            if (name, day) != ("leader-1", date(YEAR, 4, 30)):
                show.stage.acknowledge_all(show.actors[name])


def _working_days(calendar: Calendar) -> Iterator[date]:
    day = date(YEAR, 4, 20)
    while day < date(YEAR, 5, 21):
        yield day
        day = calendar.working_day_after(day, 1)
