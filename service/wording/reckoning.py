"""How a deadline came about in words, and who above hears next."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta, tzinfo

from service.wording.moments import short_day, short_moment
from service.wording.texts import text_in, word, wording, written
from workflows.findings.next_escalation import NextEscalation
from workflows.findings.reckoning import Bound, DayOff, DeadlineStep, Reckoned

FILE = "reckoning"
_PLAIN = (DeadlineStep.RECOUNTED, DeadlineStep.RESUMED)  # may be told without what was counted
_DAY, _MINUTE = timedelta(days=1), timedelta(minutes=1)
_SATURDAY = 5


def step_in_words(step: Reckoned, language: str, zone: tzinfo) -> str:
    """«4月2日16:10签收，5个工作日；4月3日至4月5日清明节放假；截至4月12日17:00。»."""
    clauses = [_beginning(step, language, zone)]
    if step.since and step.deadline:
        days = [*_skipped(step.skipped, language, zone), *_made_up(step, language, zone)]
        clauses += [written(FILE, "between", language).join(days)] if days else []
        clauses.append(_written(_end(step), step, language, zone))
    elif step.since is None and step.kind in _PLAIN:
        clauses.append(_written("end", step, language, zone))
    text = written(FILE, "clause", language).join(clauses)
    return text + ("" if step.is_certain else written(FILE, "uncertain", language)) + written(FILE, "stop", language)


def next_in_words(ahead: NextEscalation, language: str, zone: tzinfo) -> str:
    """«4月12日17:00前未提交整改反馈的，包干责任领导、领导班子于4月13日17:00知悉。»."""
    hears = written(FILE, "hears_between", language).join(word(one, language) for one in ahead.hears)
    by, at = (short_moment(instant, language, zone) for instant in (ahead.by, ahead.at))
    at_once = f"{ahead.unless}_at_once" if ahead.unless == "submission" and ahead.at - ahead.by < _MINUTE else None
    return written(FILE, at_once or str(ahead.unless), language, hears=hears, by=by, at=at)


def _beginning(step: Reckoned, language: str, zone: tzinfo) -> str:
    plain = step.kind in _PLAIN and step.since is None
    suffix = "_plain" if plain else "_deemed" if step.is_deemed else ""
    return _written(f"{step.kind}{suffix}", step, language, zone)


def _end(step: Reckoned) -> str:
    if step.by_rules_of_then:
        return "end_then"
    return {None: "end", Bound.NOTICE: "end_notice", Bound.EXAM: "end_exam"}[step.bound]


def _written(key: str, step: Reckoned, language: str, zone: tzinfo) -> str:
    instants = {"at": step.at, "since": step.since, "deadline": step.deadline, "counted_to": step.counted_to}
    blanks: dict[str, object] = {name: short_moment(at, language, zone) for name, at in instants.items() if at}
    blanks |= {"days": str(step.working_days or ""), "hours": _hours(step.remaining, language)}
    return text_in(wording(FILE), f"{FILE}: {key}", key, language, blanks)


def _hours(spent: timedelta | None, language: str) -> str:
    if spent is None:
        return ""
    hours, minutes = divmod(round(spent / _MINUTE), 60)
    key = "hours_and_minutes" if minutes else "hours"
    return written(FILE, key, language, hours=str(hours), minutes=str(minutes))


def _skipped(days: Sequence[DayOff], language: str, zone: tzinfo) -> Iterator[str]:
    """Runs of days that did not count for the same reason."""
    run: list[DayOff] = []
    for day in (*days, None):
        if run and (day is None or _reason(day) != _reason(run[-1]) or day.on - run[-1].on != _DAY):
            yield _run(run, language, zone)
            run = []
        run += [day] if day else []


def _reason(day: DayOff) -> str:
    return day.holiday or ("weekend" if day.on.weekday() >= _SATURDAY else "free")


def _run(run: Sequence[DayOff], language: str, zone: tzinfo) -> str:
    first = run[0]
    key = f"{'off' if first.holiday else _reason(first)}_day{'s' if len(run) > 1 else ''}"
    why = word(first.holiday, language) if first.holiday else ""
    return written(
        FILE, key, language, first=_day(first.on, language, zone), last=_day(run[-1].on, language, zone), why=why
    )


def _made_up(step: Reckoned, language: str, zone: tzinfo) -> list[str]:
    return [written(FILE, "worked_day", language, first=_day(day, language, zone)) for day in step.made_up]


def _day(on: date, language: str, zone: tzinfo) -> str:
    return short_day(datetime.combine(on, time(12), zone), language, zone)
