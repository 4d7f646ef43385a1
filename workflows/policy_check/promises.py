"""What a policy promises besides who hears: numbers that mean what they say, and keys that something reads."""

from collections.abc import Iterator
from typing import get_args

from workflows.file_mistakes import Mistake
from workflows.policy import Policy
from workflows.policy.file import Language
from workflows.vocabulary import ADMINISTRATORS, Addressee, Role, Severity

_NEVER_ALERTED = (*ADMINISTRATORS, Role.SYSTEM)
# Who may be told of what leaders left unacknowledged: the circle of people who may read such an event.
_ABOVE = {
    Addressee.DISTRICT: (Role.UNIVERSITY,),
    Addressee.TEAM: (Role.UNIVERSITY, Role.DISTRICT),
    Addressee.RESPONSIBLE_LEADER: (Role.UNIVERSITY, Role.DISTRICT, Role.INSPECTOR, Role.TEAM_HEAD),
    Addressee.LEADERSHIP: (Role.UNIVERSITY, Role.DISTRICT, Role.INSPECTOR, Role.TEAM_HEAD, Role.LEADER),
}


def promise_mistakes(policy: Policy) -> Iterator[Mistake]:
    """What the form alone cannot say, apart from who hears of what."""
    if not policy.version.strip():
        yield Mistake(("version",), "不能为空", "must not be empty")
    for language in get_args(Language):
        if not policy.title.get(language, "").strip():
            yield Mistake(("title",), f"缺少 {language} 的标题", f"lacks {language}")
    if not policy.offices.above:
        yield Mistake(("offices",), "bureau 与 committee 不能都没有", "must leave one of bureau and committee")
    yield from _of_ladder(policy)
    yield from _of_reminders(policy)
    yield from _of_acknowledgements(policy)


def _of_ladder(policy: Policy) -> Iterator[Mistake]:
    ladder, failures = policy.ladder, policy.reviews.failures
    report = ladder.report_without_opinion_after
    if report != "never" and ladder.warn_before_report >= report:
        yield Mistake(
            ("ladder", "warn_before_report"),
            f"须小于 report_without_opinion_after（{report}），否则预警不早于上报；不预警请写 0",
            f"is not before report_without_opinion_after ({report}); write 0 for no warning",
        )
    for severity in Severity:
        if failures.of(severity) == 0:
            yield Mistake(
                ("reviews", "failures", str(severity)),
                "0 次不可能发生：第 1 次复查不到位即上报请写 1",
                "cannot be 0: write 1 for going up at the first failed review",
                str(severity),
            )


def _of_reminders(policy: Policy) -> Iterator[Mistake]:
    for place, reminder in enumerate(policy.reminders):
        if reminder in policy.reminders[:place]:
            yield Mistake(("reminders", place), "与前面的提醒重复，请删去一个", "stands there twice, remove one")
    reports = policy.reports
    for at in reports.remind_at:
        if at >= reports.at:
            yield Mistake(
                ("reports", "remind_at"),
                f"{at} 不早于截止时刻 {reports.at}，这一提醒不会发出",
                f"{at} is not before the deadline at {reports.at}: it would never be sent",
                str(at),
            )
    if len(set(reports.remind_at)) < len(reports.remind_at):
        yield Mistake(("reports", "remind_at"), "有重复的时刻，请删去", "names an instant twice, remove one")


def _of_acknowledgements(policy: Policy) -> Iterator[Mistake]:
    wanted = policy.acknowledgement
    for role in wanted.wanted_from:
        if role in _NEVER_ALERTED:
            yield Mistake(
                ("acknowledgement", "wanted_from"),
                f"{role} 从不收到提醒，请删去",
                f"names {role}, who is never alerted; remove it",
                str(role),
            )
    for role, above in wanted.next_above.items():
        where = ("acknowledgement", "next_above", str(role))
        if role not in wanted.wanted_from:
            yield Mistake(
                where,
                f"wanted_from 未要求 {role} 确认，这一项不起作用，请删去或补入 wanted_from",
                f"does nothing, for wanted_from does not name {role}; remove it or add it there",
                str(role),
            )
        elif role not in _ABOVE.get(above, ()):
            possible = [str(one) for one, below in _ABOVE.items() if role in below]
            listed = ", ".join(possible)
            yield Mistake(
                where,
                f"{above} 不是其上级，或无权查看这类记录" + (f"；可写：{listed}" if listed else "，请删去"),
                f"{above} is not above, or may not read such an event"
                + (f"; use {listed}" if listed else "; remove it"),
                str(role),
            )
