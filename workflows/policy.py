"""The policy of an office: what the notice leaves to it, read from a file and checked on load."""

import tomllib
from collections.abc import Iterator, Mapping
from datetime import time
from functools import cached_property
from importlib import resources
from itertools import product
from typing import Annotated, Literal, get_args

import msgspec

from workflows.report_policy import Reports, report_mistakes
from workflows.vocabulary import KINDS, Addressee, Origin, Role, Severity

Count = Annotated[int, msgspec.Meta(ge=0, le=1000)]
AtLeastOne = Annotated[int, msgspec.Meta(ge=1, le=1000)]

Language = Literal["zh", "en"]
AuthorityClock = Literal["notification", "review", "decision", "opinion"]

SHIPPED = "zhengzhou-2021-35.toml"
WRONG = "政策文件有误 / the policy file is wrong"
MUST_HEAR = {  # no office may leave these out: notice, part 4, paragraph 3
    "expire": (Addressee.UNIT,),
    "escalate.1": (Addressee.LEADERSHIP,),
    "escalate.2": (Addressee.BUREAU, Addressee.COMMITTEE),
    "opine": (Addressee.BUREAU, Addressee.COMMITTEE),
}

UNNAMED = {"log.proposed": (Addressee.OVERSEER,)}  # who hears where a policy was kept before there was such an event


class PolicyError(ValueError):
    """A policy file that cannot be followed; says where and why."""


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """A table of the file: unknown keys are errors."""


class Reminder(_Table, frozen=True):
    """One reminder of the unit before its deadline; 0 days before is the deadline's own day."""

    working_days_before: Count
    at: time  # in the calendar's zone


class BySeverity(_Table, frozen=True):
    """One number for each severity."""

    major: Count
    general: Count

    def of(self, severity: Severity) -> int:
        return self.major if severity is Severity.MAJOR else self.general


class Clocks(_Table, frozen=True):
    """Working days within which each side has to act."""

    receipt: AtLeastOne
    notification: AtLeastOne
    review: AtLeastOne
    decision: AtLeastOne
    opinion: AtLeastOne


class Ladder(_Table, frozen=True):
    """How an overdue finding climbs; durations in working days, the repeat in days."""

    leadership_after: BySeverity
    report_without_opinion_after: AtLeastOne | Literal["never"]
    warn_before_report: Count
    repeat_after_days: AtLeastOne


class Reviews(_Table, frozen=True):
    """What reviews lead to, and how long a resumed deadline runs at least."""

    failures: BySeverity
    partials: Count
    grace_working_days: AtLeastOne


class Extensions(_Table, frozen=True):
    """How often and how far a deadline may be moved within one cycle."""

    at_most: Count
    longest_working_days: AtLeastOne  # counted from the original deadline


class Evidence(_Table, frozen=True):
    """How many pieces of evidence an act needs."""

    submission: BySeverity
    settlement: AtLeastOne


class Acknowledgement(_Table, frozen=True):
    """Which alerts want a word of acknowledgement, and who hears when it is missing."""

    wanted_from: tuple[Role, ...]
    within_working_days: AtLeastOne
    next_above: Mapping[Role, Addressee]


class Inspections(_Table, frozen=True):
    """Working days within which an inspection feeds back, and how often each unit is looked at (part 4)."""

    feedback_working_days: AtLeastOne = 2
    every_days: AtLeastOne = 7  # a unit that no team has seen for longer counts as not inspected


class Readiness(_Table, frozen=True):
    """What follows when an item's completion time passes unconfirmed."""

    propose_findings: bool = True


class Hears(_Table, frozen=True):
    """Who is told of each kind of event: for all, and what differs by origin."""

    all: Mapping[str, tuple[Addressee, ...]]
    centre: Mapping[str, tuple[Addressee, ...]] = {}
    district: Mapping[str, tuple[Addressee, ...]] = {}
    unit: Mapping[str, tuple[Addressee, ...]] = {}


class Policy(_Table, frozen=True):
    """The whole file."""

    version: str
    title: Mapping[Language, str]
    reminders: tuple[Reminder, ...]
    clocks: Clocks
    breach: tuple[tuple[Addressee, ...], ...]  # who hears at the 1st, 2nd, … breach; the last repeats
    behind: Mapping[AuthorityClock, tuple[Addressee, ...]]
    ladder: Ladder
    reviews: Reviews
    extensions: Extensions
    evidence: Evidence
    acknowledgement: Acknowledgement
    hears: Hears
    reports: Reports = Reports()  # policies that were kept before these sections existed still load
    inspections: Inspections = Inspections()
    readiness: Readiness = Readiness()

    def heard_by(self, origin: Origin, kind: str) -> tuple[Addressee, ...]:
        """Who hears of an event of this kind (`expire`, `escalate.1`, …)."""
        return self._heard[origin].get(kind, ())

    @cached_property
    def _heard(self) -> dict[Origin, dict[str, tuple[Addressee, ...]]]:
        own = {
            Origin.CENTRE: self.hears.centre,
            Origin.DISTRICT: self.hears.district,
            Origin.UNIT: self.hears.unit,
        }
        return {origin: {**UNNAMED, **self.hears.all, **own[origin]} for origin in Origin}


def load_policy(text: str) -> Policy:
    """Read a policy from TOML; raises `PolicyError` naming the place that is wrong."""
    try:
        policy = msgspec.convert(tomllib.loads(text), Policy)
    except (ValueError, RecursionError, msgspec.ValidationError) as error:  # ValueError: no TOML, or a number too long
        raise PolicyError(f"{WRONG}: {error}") from error
    if found := next(_mistakes(policy), None):
        raise PolicyError(f"{WRONG}: {found}")
    return policy


def _mistakes(policy: Policy) -> Iterator[str]:
    """What types alone cannot say."""
    if not policy.version.strip():
        yield "version is empty"
    yield from (f"title lacks {language}" for language in get_args(Language) if not policy.title.get(language))
    yield from (
        f"behind names nobody for {clock}" for clock in get_args(AuthorityClock) if not policy.behind.get(clock)
    )
    if Addressee.LEADERSHIP not in (policy.breach or [()])[-1]:
        yield "breach must end with a stage that names leadership"
    report = policy.ladder.report_without_opinion_after
    if report != "never" and policy.ladder.warn_before_report >= report:
        yield "ladder.warn_before_report is not before ladder.report_without_opinion_after"
    yield from report_mistakes(policy.reports)
    named = {kind for table in _tables(policy.hears) for kind in table}
    yield from (f"hears names an unknown kind of event: {kind}" for kind in sorted(named - KINDS))
    for origin, (kind, hearers) in product(Origin, MUST_HEAR.items()):
        if missing := [str(hearer) for hearer in hearers if hearer not in policy.heard_by(origin, kind)]:
            yield f"hears does not tell {', '.join(missing)} of {kind} (findings of origin {origin})"


def _tables(hears: Hears) -> tuple[Mapping[str, tuple[Addressee, ...]], ...]:
    return (hears.all, hears.centre, hears.district, hears.unit)


def shipped_policy_text() -> str:
    """The policy of notice 2021-35, as shipped."""
    return (resources.files("workflows") / "policies" / SHIPPED).read_text("utf-8")
