"""What is said of a campaign's action: as it comes, as it is kept, as the journal writes it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from service.errors import InvalidInput
from workflows.campaigns import Result, tidy
from workflows.vocabulary import CampaignCode

WORDS = ("acted_on", "lead_department", "departments", "places", "summary", "results")  # what may be revised


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

    @property
    def words(self) -> dict[str, Any]:
        """Those that may be revised later, by name."""
        return {name: getattr(self, name) for name in WORDS}


def as_kept(given: Mapping[str, Any], *, today: date) -> dict[str, Any]:
    """What was given, as it is kept; InvalidInput for a day that has not come, and for a result named twice."""
    kept = {name: value for name, value in given.items() if name in WORDS}
    if "acted_on" in kept and kept["acted_on"] > today:
        raise InvalidInput({"acted_on": "in_future"})
    for name in {"departments", "places"} & set(kept):
        kept[name] = list(dict.fromkeys(" ".join(words.split()) for words in kept[name]))
    if "results" in kept:
        results = [tidy(result) for result in kept["results"]]
        if len({result.counted_as for result in results}) < len(results):
            raise InvalidInput({"results": "duplicate"})
        kept["results"] = [result._asdict() for result in results]
    return kept


def as_noted(kept: Mapping[str, Any]) -> dict[str, Any]:
    """The same, for the journal."""
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in kept.items()}
