"""What a notice lays down that the policy lays down too: days of reports, the order of the steps and their terms."""

import re
from collections.abc import Iterator, Sequence
from datetime import time
from enum import StrEnum
from itertools import pairwise

import msgspec

from service.setup.notice_file.text import arabic_number
from workflows.vocabulary import OrganizationKind

_WEEKDAYS = "一二三四五六日"
_NUMERAL = "[0-9]{1,2}|[一二两三四五六七八九十]{1,3}"
_REPORT_DAY = re.compile(
    rf"每(?:个)?(?:周|星期)([{_WEEKDAYS}天])(?:的)?(上午|下午|晚上?|中午)?"
    rf"(?:({_NUMERAL})(?:[:：时点])([0-9]{{1,2}}|半)?分?(?:钟|整)?)?"
)
_TO_CENTRE = re.compile("市招|中心|我办|我院|市考试院|市招生")
_TO_DISTRICT = re.compile("考区|区县|县区|县（市|招考机构|招考办|招办|招生考试机构")
_TERM = re.compile(rf"({_NUMERAL})(个?工作日|个?小时|[日天])(?:之|以)?内")
_LEADERSHIP = re.compile("领导班子|(?:中心|分管|主要)领导|班子成员")
_UPWARD = re.compile("教育局|招委|招生委员会|教育行政部门")
_ABOUT_STEPS = re.compile("逾期|不到位|拒不整改|拒不改正")
NOON = 12


class Step(StrEnum):
    """A step that has a term in the policy."""

    OPINION = "opinion"  # 研究提出处理意见
    UPWARD = "upward"  # 向市教育局、市招委报告
    LEADERSHIP = "leadership"  # 向领导班子汇报
    FEEDBACK = "feedback"  # 反馈督查意见
    REVIEW = "review"  # 复查
    RECEIPT = "receipt"  # 签收


_STEPS = {
    Step.OPINION: re.compile("处理意见"),
    Step.UPWARD: _UPWARD,
    Step.LEADERSHIP: re.compile(f"{_LEADERSHIP.pattern}|责任领导"),
    Step.FEEDBACK: re.compile("反馈"),
    Step.REVIEW: re.compile("复查|验收"),
    Step.RECEIPT: re.compile("签收"),
}


class ReportDay(msgspec.Struct, frozen=True):
    """When weekly reports of a kind of units are due; the hour is None where the notice says none."""

    audience: OrganizationKind
    weekday: int  # 1 is Monday
    at: time | None


class StepTerm(msgspec.Struct, frozen=True):
    """Within how long a step follows, in the notice's words; `working_days` is None where it counts otherwise."""

    step: Step
    words: str
    working_days: int | None


class Provisions(msgspec.Struct, frozen=True):
    """All of them; `upward_first` are the words by which bureau or committee hear before the leadership team."""

    report_days: tuple[ReportDay, ...] = ()
    terms: tuple[StepTerm, ...] = ()
    upward_first: str | None = None


def read_provisions(sentences: Sequence[str]) -> tuple[Provisions, list[str]]:
    """What the sentences lay down, and the words that were read."""
    used: list[str] = []
    reports = tuple(dict.fromkeys(_report_days(sentences, used)))
    terms = tuple(dict.fromkeys(_terms(sentences, used)))
    return Provisions(reports, terms, next(_upward_first(sentences), None)), used


def _report_days(sentences: Sequence[str], used: list[str]) -> Iterator[ReportDay]:
    for sentence in sentences:
        for found in _REPORT_DAY.finditer(sentence):
            audience = _who_reports(sentence[: found.start()], sentence[found.end() :])
            if audience is not None:
                used.append(found[0])
                weekday = _WEEKDAYS.index(found[1].replace("天", "日")) + 1
                yield ReportDay(audience, weekday, _hour(found[2], found[3], found[4]))


def _who_reports(before: str, after: str) -> OrganizationKind | None:
    """By whom it goes to, or else by who is spoken of; None where nothing is reported."""
    to = after.partition("报")[2][:12]
    if not to and "报" not in before:
        return None
    if _TO_CENTRE.search(to):
        return OrganizationKind.DISTRICT
    if _TO_DISTRICT.search(to) or "高校" in before:
        return OrganizationKind.UNIVERSITY
    return OrganizationKind.DISTRICT if _TO_DISTRICT.search(before) else None


def _hour(half_day: str, hour: str, minutes: str) -> time | None:
    number = _number(hour) if hour else None
    if number is None:
        return None
    if half_day and half_day != "上午" and number < NOON:
        number += NOON
    minute = 30 if minutes == "半" else int(minutes or 0)
    return time(number, minute) if number < 2 * NOON and minute < 60 else None


def _terms(sentences: Sequence[str], used: list[str]) -> Iterator[StepTerm]:
    """Each term with the step that is spoken of after it."""
    for sentence in sentences:
        clauses = [*re.split("[，；：,;]", sentence), ""]
        for clause, following in pairwise(clauses):
            for found in _TERM.finditer(clause):
                step = _step(clause[found.end() :] or following)
                number = _number(found[1])
                if step is not None and number is not None:
                    used.append(found[0])
                    yield StepTerm(step, found[0], number if "工作" in found[2] else None)


def _step(text: str) -> Step | None:
    """The step that is named first."""
    found = [(match.start(), step) for step, words in _STEPS.items() if (match := words.search(text))]
    return min(found)[1] if found else None


def _upward_first(sentences: Sequence[str]) -> Iterator[str]:
    for sentence in sentences:
        leadership, upward = _LEADERSHIP.search(sentence), _UPWARD.search(sentence)
        if _ABOUT_STEPS.search(sentence) and leadership and upward and upward.start() < leadership.start():
            yield sentence[upward.start() : leadership.end()][:40]


def _number(words: str) -> int | None:
    return 2 if words == "两" else arabic_number(words)
