"""Where a notice says something else than the policy that its round will go by, or dates an item outside of it."""

from collections.abc import Iterator
from datetime import date

from service.setup.notice_file import Doubt, Notice
from service.setup.notice_file.provisions import ReportDay, Step
from workflows.completion import CompletionKind, RoundDays, named_day
from workflows.completion_words import CompletionError, completion_rule
from workflows.policy import Policy
from workflows.vocabulary import OrganizationKind

_WEEKDAYS = "一二三四五六日"
_STEPS = {
    Step.OPINION: "提出处理意见",
    Step.UPWARD: "报告市教育局、市招委",
    Step.LEADERSHIP: "向领导班子汇报",
    Step.FEEDBACK: "反馈督查意见",
    Step.REVIEW: "复查",
    Step.RECEIPT: "签收",
}


def doubts_beside_policy(notice: Notice, policy: Policy) -> list[Doubt]:
    """Reports, steps and terms that differ, both named; the policy is what the round goes by."""
    said = notice.provisions
    doubts = [
        Doubt("report_day_differs", "周报", particulars)
        for day in said.report_days
        if (particulars := _other_report_day(day, policy)) is not None
    ]
    if said.upward_first:
        doubts.append(Doubt("upward_first", "上报顺序", {"words": said.upward_first}))
    in_force = _terms(policy)
    doubts += [
        Doubt("term_differs", "时限", {"step": _STEPS[term.step], "notice": term.words, "policy": in_force[term.step]})
        for term in said.terms
        if f"{term.working_days}个工作日" != in_force[term.step]
    ]
    return doubts


def doubts_of_days(notice: Notice) -> Iterator[Doubt]:
    """Items and exam days that lie outside of the round: a date of last year's notice, perhaps."""
    begin, end = notice.heading.starts_on, notice.heading.ends_on
    if begin is None or end is None:
        return
    exam_days = notice.heading.exam_days
    if exam_days and min(exam_days) < begin:
        yield Doubt("exam_before_round", "考试日", {"day": f"{min(exam_days)}"})
    last = max((end, *exam_days))
    for catalogue in notice.checklists:
        for number, row in catalogue.numbered():
            if (day := _exact_day(row.completion, RoundDays(begin, end, exam_days))) and not begin <= day <= last:
                yield Doubt("completion_outside_round", number, {"words": row.completion, "day": f"{day}"})


def _exact_day(words: str, days: RoundDays) -> date | None:
    try:
        rule = completion_rule(words)
    except CompletionError:
        return None
    return named_day(rule, days) if rule.kind is CompletionKind.DAY else None


def _other_report_day(day: ReportDay, policy: Policy) -> dict[str, str] | None:
    reports = policy.reports
    university = day.audience is OrganizationKind.UNIVERSITY
    weekday = reports.university_weekday if university else reports.district_weekday
    at = day.at or reports.at
    if (day.weekday, at) == (weekday, reports.at):
        return None
    return {
        "organization_kind": str(day.audience),
        "notice": f"周{_WEEKDAYS[day.weekday - 1]} {at:%H:%M}",
        "policy": f"周{_WEEKDAYS[weekday - 1]} {reports.at:%H:%M}",
    }


def _terms(policy: Policy) -> dict[Step, str]:
    never = policy.ladder.report_without_opinion_after == "never"
    days = {
        Step.OPINION: policy.clocks.opinion,
        Step.LEADERSHIP: policy.ladder.leadership_after.general,
        Step.FEEDBACK: policy.inspections.feedback_working_days,
        Step.REVIEW: policy.clocks.review,
        Step.RECEIPT: policy.clocks.receipt,
        Step.UPWARD: policy.ladder.report_without_opinion_after,
    }
    return {step: "不报" if never and step is Step.UPWARD else f"{number}个工作日" for step, number in days.items()}
