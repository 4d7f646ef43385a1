"""The figures of a weekly report: one structure from counting to freezing, to paper, and to the next week."""

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from workflows.vocabulary import CampaignCode, InspectionKind, Origin

Id = Annotated[str, Meta(extra_json_schema={"format": "uuid"})]
Part = Literal["own", "universities"]  # of a district: what is about the office itself, and about its universities


class Flows(msgspec.Struct, frozen=True):
    """How often each thing happened to findings."""

    found: int = 0
    proposed: Annotated[int, Meta(description="of those found: by the clock, from what was never confirmed")] = 0
    notified: int = 0
    put_right: int = 0
    overdue: int = 0
    escalated: int = 0
    voided: int = 0
    reopened: int = 0


class Counts(Flows, frozen=True, kw_only=True):
    """What happened in the period; carried_over + new - put_right - voided = open."""

    new: Annotated[int, Meta(description="found or reopened")] = 0
    carried_over: Annotated[int, Meta(description="open when the period began")] = 0
    open: Annotated[int, Meta(description="open when the period ended")] = 0
    to_date: Flows = Flows()  # what happened since the round began


class CategoryCounts(Counts, frozen=True, kw_only=True):
    """The counts under one heading of the checklists."""

    category: str


class SheetCounts(msgspec.Struct, frozen=True, kw_only=True):
    """How the sheets of one kind came out that were closed in the period."""

    about: Part
    kind: InspectionKind
    origin: Origin
    sheets: int
    units: int
    items: int
    in_place: int
    not_in_place: int
    not_applicable: int
    not_seen: int


class CampaignResult(msgspec.Struct, frozen=True, kw_only=True):
    """One result of a campaign in figures."""

    name: str
    unit: str | None = None
    value: int | float


class CampaignCounts(msgspec.Struct, frozen=True, kw_only=True):
    """One special campaign: actions recorded in the period, and their results added up."""

    campaign: CampaignCode
    actions: int
    results: list[CampaignResult]


class FailingItem(msgspec.Struct, frozen=True):
    """A checklist item that fails."""

    id: str
    number: str
    category: str


class Requirement(msgspec.Struct, frozen=True):
    """What an item requires, in both languages."""

    zh: str
    en: str | None = None  # none: nobody has written it in English


class FailingUniversity(msgspec.Struct, frozen=True):
    """A university at which an item fails, and the findings on it."""

    id: str
    name: str
    district_id: str
    findings: int
    open: int
    put_right: int


class CommonProblemCounts(msgspec.Struct, frozen=True, kw_only=True):
    """An item that failed at several universities, those with the most findings first."""

    checklist_item: FailingItem
    requirement: Requirement
    findings: int
    open: int
    put_right: int
    universities: list[FailingUniversity]


class Reference(msgspec.Struct, frozen=True, kw_only=True):
    """An organization by id and name."""

    id: str
    name: str


class RaisedDifficulty(msgspec.Struct, frozen=True, kw_only=True):
    """A difficulty that a university raised in its report."""

    organization: Reference
    report_id: Id
    text: str
    category: str | None = None


class Figures(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was counted, after `since` (none: from the round's beginning) up to and with `until`."""

    since: datetime | None
    until: datetime
    total: Counts
    major: Counts
    own: Counts | None = None  # from here on what has a default stands in reports of district offices alone
    universities: Counts | None = None
    categories: list[CategoryCounts]
    sheets: list[SheetCounts]
    campaigns: list[CampaignCounts] | None = None
    common_problems: list[CommonProblemCounts] | None = None
    difficulties: list[RaisedDifficulty] | None = None

    def as_json(self) -> dict[str, Any]:
        """The figures as they are stored, hashed and shown; what a university's report has none of is left out."""
        instants = {"since": self.since and self.since.isoformat(), "until": self.until.isoformat()}
        return {**msgspec.to_builtins(self, builtin_types=(datetime,)), **instants}
