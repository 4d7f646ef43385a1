"""A small round to try the law on: its rules, its people with outsiders, and findings that have come some way."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from workflows.calendar import load_calendar, shipped_calendar_text
from workflows.findings.attempts import Attempt
from workflows.findings.clocks import next_timer
from workflows.findings.facts import CLOCK, Actor, Assigned, Facts
from workflows.findings.rectification import advance, apply
from workflows.findings.transitions import Transition
from workflows.policy import Policy, load_policy, shipped_policy_text
from workflows.rules import Rules
from workflows.vocabulary import Move, Origin, Role, Severity

SHANGHAI = ZoneInfo("Asia/Shanghai")
CALENDAR = load_calendar(shipped_calendar_text())
POLICY = load_policy(shipped_policy_text())
RULES = Rules(POLICY, CALENDAR)
EXAM_ON = date(2021, 6, 6)  # a Sunday; the last working moment before it is Friday 4 June, 17:00

JINSHUI, ERQI = "金水区招考机构", "二七区招考机构"
ROUND = "专升本轮次"
HERE, THERE = Assigned(ROUND, JINSHUI), Assigned(ROUND, ERQI)
UNIVERSITY, OTHER_UNIVERSITY = "中原示例学院", "嵩山示例学院"

INSPECTOR = Actor(Role.INSPECTOR, "督查员", "市招考中心", frozenset({HERE}))
TEAM_HEAD = Actor(Role.TEAM_HEAD, "组长", "市招考中心", frozenset({HERE}))
DISTRICT = Actor(Role.DISTRICT, "区招考办", JINSHUI)
UNIT = Actor(Role.UNIVERSITY, "教务处", UNIVERSITY)
LEADER = Actor(Role.LEADER, "责任领导", "市招考中心", frozenset({HERE}))
LEADERSHIP = Actor(Role.LEADERSHIP, "领导班子", "市招考中心")
BUREAU = Actor(Role.BUREAU, "教育局", "市教育局")
COMMITTEE = Actor(Role.COMMITTEE, "招委", "市招委")
ADMIN = Actor(Role.ADMIN, "管理员", "市招考中心")

ACTORS = {
    "inspector": INSPECTOR,
    "team_head": TEAM_HEAD,
    "district": DISTRICT,
    "university": UNIT,
    "leader": LEADER,
    "leadership": LEADERSHIP,
    "bureau": BUREAU,
    "committee": COMMITTEE,
    "admin": ADMIN,
    "clock": CLOCK,
    "other_inspector": replace(INSPECTOR, id="外组督查员", assigned=frozenset({THERE})),
    "other_team_head": replace(TEAM_HEAD, id="外组组长", assigned=frozenset({THERE})),
    "other_district": replace(DISTRICT, id="外区招考办", organization_id=ERQI),
    "other_university": replace(UNIT, id="外校教务处", organization_id=OTHER_UNIVERSITY),
    "other_leader": replace(LEADER, id="另一位责任领导", assigned=frozenset({THERE})),
}


def local(month: int, day: int, hour: int = 17, minute: int = 0) -> datetime:
    """An instant of 2021 by the clock of Zhengzhou."""
    return datetime(2021, month, day, hour, minute, tzinfo=SHANGHAI).astimezone(UTC)


FOUND_AT = local(4, 12, 10)  # a Monday with two plain working weeks ahead
DEADLINE = local(4, 23)  # a Friday
SUBMITTED_AT = local(4, 20, 10)
REFUSED_AT = local(4, 14, 12)


def finding(
    *, severity: Severity = Severity.GENERAL, origin: Origin = Origin.CENTRE, at: datetime = FOUND_AT, **known: Any
) -> Facts:
    """A finding against the university, just logged."""
    place = {"unit_id": UNIVERSITY, "unit_is_district": False, "district_id": JINSHUI, "round_id": ROUND}
    return Facts(**{"severity": severity, "origin": origin, "created_at": at, **place, **known})


def finding_of_district(*, origin: Origin = Origin.CENTRE, **known: Any) -> Facts:
    """A finding against the district office itself."""
    return replace(finding(origin=origin, **known), unit_id=JINSHUI, unit_is_district=True)


def overseer_of(facts: Facts) -> Actor:
    """Who acts for the other side; the team's head stands for the team."""
    by_team = facts.unit_is_district if facts.origin is Origin.UNIT else facts.origin is Origin.CENTRE
    return TEAM_HEAD if by_team else DISTRICT


def reviewer_of(facts: Facts) -> Actor:
    """Who checks: the centre from level 1 on and for every major finding."""
    centre = facts.severity is Severity.MAJOR or facts.escalation_level > 0
    return TEAM_HEAD if centre else overseer_of(facts)


def decider_of(facts: Facts) -> Actor:
    """Who decides extensions."""
    return LEADER if facts.severity is Severity.MAJOR else overseer_of(facts)


def do(facts: Facts, move: Move, actor: Actor, at: datetime, *, rules: Rules = RULES, **particulars: Any) -> Transition:
    """Let the clock catch up, as the books do, then make one move."""
    advance(facts, rules, at)
    return apply(facts, Attempt(move, actor, at, **{"names_remainder": True, **particulars}), rules)


def notified(*, deadline: datetime = DEADLINE, at: datetime = FOUND_AT, rules: Rules = RULES, **known: Any) -> Facts:
    """A finding whose notice went out in the minute it was found."""
    facts = finding(at=at, **known)
    do(facts, Move.NOTIFY, overseer_of(facts), at, rules=rules, deadline=deadline)
    return facts


def rectifying(*, rules: Rules = RULES, **known: Any) -> Facts:
    """The same, received an hour later."""
    facts = notified(rules=rules, **known)
    do(facts, Move.BEGIN, UNIT, facts.created_at + timedelta(hours=1), rules=rules)
    return facts


def submitted(*, at: datetime = SUBMITTED_AT, submission_id: str = "反馈一", **known: Any) -> Facts:
    """The same, marked done before the deadline."""
    facts = rectifying(**known)
    do(facts, Move.SUBMIT, UNIT, at, evidence=1, submission_id=submission_id)
    return facts


def overdue(*, rules: Rules = RULES, **known: Any) -> Facts:
    """The same, its deadline of Friday 17:00 just missed; the ladder has not gone on (general findings)."""
    facts = rectifying(rules=rules, **known)
    advance(facts, rules, DEADLINE + timedelta(minutes=1))
    return facts


def escalated(*, rules: Rules = RULES, **known: Any) -> Facts:
    """Before the leadership team since the unit refused on 14 April at noon."""
    facts = rectifying(rules=rules, **known)
    do(facts, Move.REFUSE, overseer_of(facts), REFUSED_AT, rules=rules)
    return facts


def policy(old: str = "", new: str = "") -> Policy:
    """The shipped policy with one place changed."""
    text = shipped_policy_text()
    if old not in text:
        raise ValueError(f"the shipped policy does not say {old!r}")
    return load_policy(text.replace(old, new, 1))


def happened(transitions: list[Transition]) -> list[str]:
    """The kinds, in order."""
    return [transition.kind for transition in transitions]


def until(facts: Facts, *, to: datetime, rules: Rules = RULES) -> list[tuple[str, str]]:
    """Let only the clock act, timer by timer; what happened, and when it was due, by Zhengzhou's clock."""
    return [
        (transition.kind, transition.due_at.astimezone(SHANGHAI).strftime("%m-%d %H:%M"))
        for transition in advance_in_steps(facts, rules, to)
        if transition.due_at
    ]


def advance_in_steps(facts: Facts, rules: Rules, to: datetime) -> list[Transition]:
    """Advance to each timer in turn, as workers that are never late do."""
    transitions: list[Transition] = []
    while (timer := next_timer(facts, rules)) and timer.due_at <= to:
        transitions += advance(facts, rules, timer.due_at)
    return transitions
