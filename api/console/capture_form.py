"""The form of capture as a page: with what was typed, or with the rounds to choose from where none is meant."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from secrets import token_urlsafe
from typing import Any

import marshmallow as ma
from werkzeug.wrappers import Response

from api.console.first_letters import first_letters
from api.console.forms import Field, fields_of
from api.console.pages import REFILL
from api.console.rendering import page, text
from api.console.sealing import SENDER
from api.http.context import RequestContext
from api.schemas.findings import FindingBody
from api.schemas.rectification_notices import NotificationBody
from service.rounds.capture_choices import choices_of, rounds_to_log_in
from service.wording.texts import ZONE

KNOWN = ("client_id", "round_id", "inspection_id")  # to the page
KEPT = "kept_evidence"  # ids of files that came before
NEW = (KEPT, REFILL, SENDER, "round_id")  # what the choice of a round sends anew


class CaptureBody(FindingBody):
    """A finding as it is captured; what is put right on the spot is said on its own page."""

    class Meta(FindingBody.Meta):
        exclude = ("settled",)


@dataclass(frozen=True, slots=True)
class Tried:
    """A form that was refused: what was typed stays, and each field says what is wrong."""

    status: int = 200
    errors: Mapping[str, str] = field(default_factory=dict)
    refusal: str | None = None
    kept: list[str] = field(default_factory=list)
    note: str | None = None  # why what was typed stands there again, though nothing was refused

    @property
    def stands(self) -> bool:
        """Whether the form holds what was typed."""
        return self.status != 200 or self.note is not None


def capture_page(context: RequestContext, given: Mapping[str, str], tried: Tried) -> Response:
    """The form in the round that is meant; without one, the rounds in which the caller logs."""
    session, actor, now = context.session, context.actor, context.now
    rounds = rounds_to_log_in(session, actor=actor, now=now)
    meant = [one for one in rounds if one.id == given.get("round_id") or len(rounds) == 1]
    if not meant:
        return _rounds_page(rounds, given, tried)
    choices = choices_of(session, meant[0], actor=actor, now=now)
    known = {"client_id": token_urlsafe(18), **{name: given[name] for name in KNOWN if given.get(name)}}
    known["round_id"] = meant[0].id
    return page(
        "capture/new.html",
        status=tried.status,
        title=text("capture.title"),
        choices=choices,
        fields=_by_name(CaptureBody, given, tried, known),
        demand=_by_name(NotificationBody, given, tried, {}),
        hidden=known,
        given=given,
        tried=tried,
        letters=first_letters,
        as_local=lambda at: at.astimezone(ZONE).strftime("%Y-%m-%dT%H:%M"),
    )


def _rounds_page(rounds: Sequence[Any], given: Mapping[str, str], tried: Tried) -> Response:
    """The rounds to choose from; what was typed is shown, and goes along to the one that is chosen."""
    typed = given if tried.stands else {}
    asked = _by_name(CaptureBody, typed, tried, dict.fromkeys(KNOWN, "")), _by_name(NotificationBody, typed, tried, {})
    fields = [one for named in asked for one in named.values()]
    return page(
        "capture/rounds.html",
        status=tried.status,
        title=text("capture.title"),
        rounds=rounds,
        tried=tried,
        written=[(one.label, one.value) for one in fields if one.value and one.kind in ("text", "lines")],
        carried=[
            *((name, said) for name, said in typed.items() if name not in NEW),
            *((KEPT, id_) for id_ in tried.kept),
        ],
    )


def _by_name(
    body: type[ma.Schema], given: Mapping[str, str], tried: Tried, hidden: Mapping[str, str]
) -> dict[str, Field]:
    asked = fields_of(body, "capture", given=given, errors=tried.errors, hidden=hidden)
    return {one.name: one for one in asked}
