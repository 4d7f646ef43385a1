"""The policy of an office: what the notice leaves to it, read from a file and checked on load."""

import tomllib
from collections.abc import Mapping
from functools import cached_property
from importlib import resources
from typing import Literal

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
)
from workflows.policy.inspections import Inspections
from workflows.policy.messages import Messages
from workflows.policy.offices import Offices
from workflows.policy.papers import Papers
from workflows.policy.reports import Reports
from workflows.policy.rounds import Rounds
from workflows.policy.table import Addressees, Table
from workflows.vocabulary import Origin

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
    messages: Messages = Messages()
    offices: Offices = Offices()
    papers: Papers = Papers()

    def heard_by(self, origin: Origin, kind: str) -> Addressees:
        """Who hears of an event of this kind (`expire`, `escalate.1`, …)."""
        return self._addressees_by_origin[origin].get(kind, ())

    @cached_property
    def _addressees_by_origin(self) -> dict[Origin, dict[str, Addressees]]:
        return self.hears.by_origin()


def load_policy(text: str) -> Policy:
    """Read a policy from TOML; raises `PolicyError` when it has not the form of one.

    For what was kept already: whether a file says what can be followed, `workflows.policy_check` decides beforehand.
    """
    try:
        return msgspec.convert(tomllib.loads(text), Policy)
    except (ValueError, RecursionError, msgspec.ValidationError) as error:  # ValueError: no TOML, or a number too long
        raise PolicyError(f"{WRONG}: {error}") from error


def shipped_policy_text() -> str:
    """The policy of notice 2021-35, as shipped."""
    return (resources.files("workflows") / "policies" / SHIPPED).read_text("utf-8")
