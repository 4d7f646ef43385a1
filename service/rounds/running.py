"""Rounds side by side: which of them is meant at a moment when none is named, and what one takes."""

from collections.abc import Sequence
from datetime import date

from service.errors import Conflict, InvalidInput
from service.models import Round


def running(rounds: Sequence[Round], today: date) -> list[Round]:
    """Those of the rounds that run on that day: the open ones in their days, or else the last to have ended.

    A round that nobody has closed goes on taking what comes, until another one is in its days.
    """
    begun = [round_ for round_ in rounds if round_.closed_at is None and round_.starts_on <= today]
    last_day = max((round_.last_day for round_ in begun), default=today)
    return [round_ for round_ in begun if min(today, last_day) <= round_.last_day]


def round_meant(rounds: Sequence[Round], round_id: str | None, *, today: date) -> Round:
    """The round of that id among those that may be meant; without one, the only one that runs on that day.

    Raises `InvalidInput` on `round_id` when it is none of them, or when several run; `Conflict` («round_not_begun»),
    with the day on which it begins, when nothing runs yet: before it begins, a round takes nothing.
    """
    named = [round_ for round_ in rounds if round_.id == round_id]
    if round_id is not None and not named:
        raise InvalidInput({"round_id": "not_a_round_here"}, rounds=listed(rounds), numbers=_numbers(rounds))
    meant = running(named or rounds, today)
    if not meant:
        first = min(named or rounds, key=lambda round_: round_.starts_on)
        raise Conflict("round_not_begun", number=first.number, starts_on=first.starts_on.isoformat())
    return the_only(meant)


def the_only(rounds: Sequence[Round]) -> Round:
    """The round, when it is one; raises `InvalidInput` that lists them when there are several."""
    if len(rounds) > 1:
        raise InvalidInput({"round_id": "several_rounds"}, rounds=listed(rounds), numbers=_numbers(rounds))
    return rounds[0]


def listed(rounds: Sequence[Round]) -> list[dict[str, str]]:
    """The rounds by number and id, for a caller who has to choose."""
    return [{"id": round_.id, "number": round_.number} for round_ in sorted(rounds, key=lambda one: one.number)]


def _numbers(rounds: Sequence[Round]) -> str:
    return "、".join(sorted(round_.number for round_ in rounds)) or "—"
