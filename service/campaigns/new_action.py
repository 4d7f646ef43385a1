"""A campaign's action as it comes, as it is stored, and as the journal writes it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from service.errors import InvalidInput
from workflows.campaigns import Result, tidy
from workflows.vocabulary import CampaignCode

REVISABLE = ("acted_on", "lead_department", "departments", "places", "summary", "results")


@dataclass(frozen=True, slots=True)
class NewAction:
    """What was done: when, by which departments, where, with which results in figures."""

    campaign: CampaignCode
    acted_on: date
    lead_department: str
    summary: str
    departments: Sequence[str] = ()  # also involved
    places: Sequence[str] = ()
    results: Sequence[Result] = ()
    evidence_ids: Sequence[str] = ()
    client_id: str | None = None


def normalized(values: Mapping[str, Any], *, today: date) -> dict[str, Any]:
    """The revisable ones among the values, as columns store them: blanks and repeats removed, results as JSON.

    Raises `InvalidInput` for a day that has not come, and for a result named twice.
    """
    stored = {name: value for name, value in values.items() if name in REVISABLE}
    if "acted_on" in stored and stored["acted_on"] > today:
        raise InvalidInput({"acted_on": "in_future"})
    for name in {"departments", "places"} & set(stored):
        stored[name] = list(dict.fromkeys(" ".join(words.split()) for words in stored[name]))
    if "results" in stored:
        results = [tidy(result) for result in stored["results"]]
        if len({result.counted_as for result in results}) < len(results):
            raise InvalidInput({"results": "duplicate"})
        stored["results"] = [result._asdict() for result in results]
    return stored


def as_json(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values with dates as ISO text, for JSON."""
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
