"""What a list of findings can be narrowed by: fields of a form, and chips of what is chosen; all in the address."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

from api.console.rendering import has_text, text, words_of
from api.http.context import RequestContext
from api.schemas.findings import FindingQuery
from api.schemas.request_fields import AnyOf
from service.checklists.checklists import items_by_id
from service.people.directory import organizations, rounds
from service.store.paging import LARGEST_LIMIT
from service.wording.texts import ZONE
from workflows.vocabulary import LAST_LEVEL, Light, OrganizationKind, Origin, Severity, State

WORDS: Mapping[str, type[StrEnum]] = {"state": State, "light": Light, "severity": Severity, "origin": Origin}
FLAGS = ("awaiting_review", "extension_pending", "ever_overdue", "proposed", "voided")
DAYS = ("deadline_after", "deadline_before")  # chosen as days
PLACES = {"district_id": OrganizationKind.DISTRICT, "organization_id": OrganizationKind.UNIVERSITY}
SORTS = ("-created_at", "deadline", "number")
OF_ONE = ("round_id", "inspection_id", "checklist_item_id")  # come from other pages, with nothing but an id
BESIDES = ("cursor", "limit", "sort", "select")  # of an address, and no filters
EVERYTHING = f"/findings?sort={SORTS[0]}"  # the bare address shows what its reader wants to see first
Asked = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Choices:
    """One thing to choose by: values with their words, and those that are chosen."""

    name: str
    label: str
    choices: Sequence[tuple[str, str]]
    chosen: Sequence[str]


@dataclass(frozen=True, slots=True)
class Box:
    """A box to tick."""

    name: str
    value: str
    said: str
    is_ticked: bool


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter that is on, in words, and the address without it."""

    label: str
    without: str


def asked_for(args: Iterable[tuple[str, list[str]]]) -> dict[str, list[str]]:
    """What an address asks for, without what was left empty."""
    return {name: [value for value in values if value] for name, values in args if any(values)}


def query_of(asked: Asked) -> dict[str, Any]:
    """The query as the schema reads it: a day becomes the instant at which it begins or ends."""
    several = {name for name, field in FindingQuery().load_fields.items() if isinstance(field, AnyOf)}
    return {
        name: list(values) if name in several else _instant(name, values[-1])
        for name, values in asked.items()
        if name != "select"
    }


def saved_query_of(asked: Asked) -> str:
    """What is saved of an address: its filters and its order, as the API reads them."""
    named = {name: value for name, value in query_of(asked).items() if name == "sort" or name not in BESIDES}
    return urlencode(named, doseq=True) if named.keys() - set(BESIDES) else ""


def day_of(name: str, written: str) -> str:
    """The day that a filter by `name` begins or ends with; what is a day already, or no instant, stays."""
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        return written
    if len(written) <= len("2026-05-20") or at.tzinfo is None:
        return written
    inner = -timedelta(microseconds=1) if name == "deadline_before" else timedelta(microseconds=1)
    return (at + inner).astimezone(ZONE).date().isoformat()


def address_of(asked: Asked, **changed: str | None) -> str:
    """The list's address with these filters; None takes one away."""
    merged = {**asked, **{name: [value] if value else [] for name, value in changed.items()}}
    query = urlencode({name: values for name, values in merged.items() if values}, doseq=True)
    return f"/findings?{query}" if query else EVERYTHING


def ledger_of(asked: Asked) -> str:
    """Where the ledger of the same findings is asked for."""
    filters = {name: value for name, value in query_of(asked).items() if name not in BESIDES}
    return f"/ledgers?{urlencode(filters, doseq=True)}" if filters else "/ledgers"


def boxes_of(asked: Asked) -> list[tuple[str, list[Box]]]:
    """What is chosen by ticking, by headings: words of the law, levels, and whether something is so."""
    levels = [(str(level), text("findings.level_number", level=level)) for level in range(LAST_LEVEL + 1)]
    words = {**{name: words_of(list(of)) for name, of in WORDS.items()}, "escalation_level": levels}
    flags = [Box(name, "true", text(f"findings.{name}"), "true" in asked.get(name, [])) for name in FLAGS]
    return [
        *((text(f"findings.{name}"), _boxes(name, choices, asked)) for name, choices in words.items()),
        (text("findings.others"), flags),
    ]


def _boxes(name: str, choices: Sequence[tuple[str, str]], asked: Asked) -> list[Box]:
    return [Box(name, value, said, value in asked.get(name, [])) for value, said in choices]


def places_of(context: RequestContext, asked: Asked) -> list[Choices]:
    """Districts and units to choose from, as far as the caller sees them."""
    kinds = tuple(PLACES.values())
    found = organizations(context.session, actor=context.actor, kind=kinds, limit=LARGEST_LIMIT).items
    return [
        Choices(
            name,
            text(f"findings.{name}"),
            [(one.id, one.name) for one in found if one.kind is kind],
            asked.get(name, []),
        )
        for name, kind in PLACES.items()
    ]


def chips_of(context: RequestContext, asked: Asked, query: Mapping[str, Any], places: Iterable[Choices]) -> list[Chip]:
    """What is chosen, one chip for each value; `query` is what the schema has read of it."""
    names = _names_of(context, query) | {value: said for place in places for value, said in place.choices}
    words = {name: dict(words_of(list(of))) for name, of in WORDS.items()}
    chips = []
    for name, values in asked.items():
        if name in BESIDES or name not in FindingQuery().load_fields:
            continue
        for value in values:
            left = [one for one in values if one != value]
            said = _words_of_chip(name, value, words.get(name, names).get(value))
            chips.append(Chip(said, address_of({**asked, name: left, "cursor": []})))
    return chips


def _names_of(context: RequestContext, query: Mapping[str, Any]) -> dict[str, str]:
    """The numbers of rounds and items that are chosen, by id; items with their heading."""
    names = {}
    if "round_id" in query:
        names = {one.id: one.number for one in rounds(context.session, limit=LARGEST_LIMIT).items}
    if wanted := query.get("checklist_item_id"):
        names |= {one.id: f"{one.number} {one.category}" for one in items_by_id(context.session, wanted)}
    return names


def _words_of_chip(name: str, value: str, named: str | None) -> str:
    if name in FLAGS:
        return text(f"findings.{name}" if value == "true" else f"findings.{name}_not")
    label = text(f"findings.{name}") if has_text(f"findings.{name}") else name
    if name in OF_ONE and not named:
        return text("findings.chip_of_one", label=label)
    return text("findings.chip", label=label, value=day_of(name, value) if name in DAYS else named or value)


def _instant(name: str, written: str) -> str:
    """The day's begin, or of `deadline_before` its end; what is no day stays, and the schema says so."""
    if name not in DAYS:
        return written
    ends = timedelta(days=1) if name == "deadline_before" else -timedelta(microseconds=1)
    try:
        return (datetime.combine(date.fromisoformat(written), time.min, ZONE) + ends).isoformat()
    except (ValueError, OverflowError):  # no day, or the first or last that can be reckoned with
        return written
