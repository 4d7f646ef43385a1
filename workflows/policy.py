"""The policy of an office: what the notice leaves to it, read from a file and checked on load."""

import tomllib
from collections.abc import Mapping
from datetime import time
from functools import cached_property
from importlib import resources
from typing import Annotated, Literal

import msgspec

from workflows.happenings import KINDS
from workflows.vocabulary import Hearer, Origin, Role, Severity

Count = Annotated[int, msgspec.Meta(ge=0, le=1000)]
AtLeastOne = Annotated[int, msgspec.Meta(ge=1, le=1000)]

SHIPPED = "zhengzhou-2021-35.toml"


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
    next_above: Mapping[Role, Hearer]


class Hears(_Table, frozen=True):
    """Who is told of each kind of event: for all, and what differs by origin."""

    all: Mapping[str, tuple[Hearer, ...]]
    centre: Mapping[str, tuple[Hearer, ...]] = {}
    district: Mapping[str, tuple[Hearer, ...]] = {}
    unit: Mapping[str, tuple[Hearer, ...]] = {}


class Policy(_Table, frozen=True):
    """The whole file."""

    version: str
    title: Mapping[Literal["zh", "en"], str]
    reminders: tuple[Reminder, ...]
    clocks: Clocks
    breach: tuple[tuple[Hearer, ...], ...]  # who hears at the 1st, 2nd, … breach; the last repeats
    behind: Mapping[Literal["notification", "review", "decision", "opinion"], tuple[Hearer, ...]]
    ladder: Ladder
    reviews: Reviews
    extensions: Extensions
    evidence: Evidence
    acknowledgement: Acknowledgement
    hears: Hears

    def heard_by(self, origin: Origin, kind: str) -> tuple[Hearer, ...]:
        """Who hears of an event of this kind (`expire`, `escalate.1`, …)."""
        return self._heard[origin].get(kind, ())

    @cached_property
    def _heard(self) -> dict[Origin, dict[str, tuple[Hearer, ...]]]:
        own = {
            Origin.CENTRE: self.hears.centre,
            Origin.DISTRICT: self.hears.district,
            Origin.UNIT: self.hears.unit,
        }
        return {origin: {**self.hears.all, **own[origin]} for origin in Origin}


def load_policy(text: str) -> Policy:
    """Read a policy from TOML; raises `PolicyError` naming the place that is wrong."""
    try:
        policy = msgspec.convert(tomllib.loads(text), Policy)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise PolicyError(f"政策文件有误 / the policy file is wrong: {error}") from error
    _check(policy)
    return policy


def _check(policy: Policy) -> None:
    """What types alone cannot say."""
    named = {kind for table in _tables(policy.hears) for kind in table}
    for wrong, why in (
        (sorted(named - KINDS), "hears names unknown kinds of events"),
        (["breach"] if not policy.breach else [], "needs at least one stage"),
        (
            [c for c in ("notification", "review", "decision", "opinion") if c not in policy.behind],
            "behind does not say who is behind these clocks",
        ),
    ):
        if wrong:
            raise PolicyError(f"政策文件有误 / the policy file is wrong: {why}: {', '.join(wrong)}")
    report = policy.ladder.report_without_opinion_after
    if report != "never" and policy.ladder.warn_before_report >= report:
        raise PolicyError("政策文件有误 / the policy file is wrong: warn_before_report is not before the report")


def _tables(hears: Hears) -> tuple[Mapping[str, tuple[Hearer, ...]], ...]:
    return (hears.all, hears.centre, hears.district, hears.unit)


def shipped_policy_text() -> str:
    """The policy of notice 2021-35, as shipped."""
    return (resources.files("workflows") / "policies" / SHIPPED).read_text("utf-8")
