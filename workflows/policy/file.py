"""The policy of an office: what the notice leaves to it, read from a file and checked on load."""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cached_property
from importlib import resources
from typing import Literal, get_args

import msgspec

from workflows.policy.findings import (
    Acknowledgement,
    Clocks,
    Evidence,
    Extensions,
    Hears,
    Ladder,
    Reminder,
    Reviews,
    hears_mistakes,
)
from workflows.policy.inspections import Inspections, inspection_mistakes
from workflows.policy.reports import Reports, report_mistakes
from workflows.policy.rounds import Rounds, round_mistakes
from workflows.policy.table import Addressees, Table
from workflows.vocabulary import Addressee, Origin

Language = Literal["zh", "en"]
AuthorityClock = Literal["notification", "review", "decision", "opinion"]

SHIPPED = "zhengzhou-2021-35.toml"
WRONG = "政策文件有误 / the policy file is wrong"


class PolicyError(ValueError):
    """A policy file that cannot be followed; says where and why."""


class Readiness(Table, frozen=True):
    """What follows when an item's completion time passes unconfirmed."""

    propose_findings: bool = True


class Policy(Table, frozen=True):
    """The whole file."""

    version: str
    title: Mapping[Language, str]
    reminders: tuple[Reminder, ...]
    clocks: Clocks
    breach: tuple[Addressees, ...]  # who hears at the 1st, 2nd, … breach; the last repeats
    behind: Mapping[AuthorityClock, Addressees]
    ladder: Ladder
    reviews: Reviews
    extensions: Extensions
    evidence: Evidence
    acknowledgement: Acknowledgement
    hears: Hears
    reports: Reports = Reports()  # policies that were kept before these sections existed still load
    inspections: Inspections = Inspections()
    rounds: Rounds = Rounds()
    readiness: Readiness = Readiness()

    def heard_by(self, origin: Origin, kind: str) -> Addressees:
        """Who hears of an event of this kind (`expire`, `escalate.1`, …)."""
        return self._addressees_by_origin[origin].get(kind, ())

    @cached_property
    def _addressees_by_origin(self) -> dict[Origin, dict[str, Addressees]]:
        return self.hears.by_origin()


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
    yield from inspection_mistakes(policy.inspections)
    yield from round_mistakes(policy.rounds)
    yield from hears_mistakes(policy.hears)


def shipped_policy_text() -> str:
    """The policy of notice 2021-35, as shipped."""
    return (resources.files("workflows") / "policies" / SHIPPED).read_text("utf-8")
