"""The acts on a finding as forms: which of them somebody may do now is the law's word, what they ask for the API's."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import marshmallow as ma

from api.console.act_words import hearers_of, hints_for_all, what_follows
from api.console.forms import Field, fields_of
from api.console.rendering import has_text, text
from api.http.context import RequestContext
from api.http.moves import REGISTERED
from api.schemas.extensions import DecisionBody
from api.schemas.handling_opinions import ReplyBody
from service.errors import NotFound
from service.findings import extensions, handling_opinions
from service.findings.view import FindingView, Offer
from workflows.vocabulary import Move

WITH_PAPER = "handling-opinions"  # the act that a paper follows
REPLIES = "replies"
Do = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Act:
    """One form of a finding: the moves that it can make, its address below the finding's, its body."""

    moves: frozenset[Move]
    address: str
    body: type[ma.Schema]
    do: Do


@dataclass(frozen=True, slots=True)
class ActForm:
    """An act as it stands on the page."""

    address: str
    label: str
    sees: str  # what becomes of it
    told: str | None  # who will hear of it at once
    fields: Sequence[Field]
    is_open: bool
    is_asked: bool  # that the finding waits for it now
    has_paper: bool  # that can be looked at before it goes out


def _decide(context: RequestContext, view: FindingView, **body: Any) -> Any:
    if view.pending_extension is None:
        raise NotFound("not_found")
    id_ = view.pending_extension.id
    return extensions.decide(context.session, id_, actor=context.actor, now=context.now, **body)


def _reply(context: RequestContext, view: FindingView, **body: Any) -> Any:
    if view.latest_opinion is None:
        raise NotFound("not_found")
    id_ = view.latest_opinion.id
    return handling_opinions.reply(context.session, id_, actor=context.actor, now=context.now, **body)


def _registered(address: str, *moves: Move) -> Act:
    move = REGISTERED[address]

    def do(context: RequestContext, view: FindingView, **body: Any) -> Any:
        return move.act(context, view.finding.id, **body)

    return Act(frozenset(moves), address, move.body, do)


def acts() -> dict[str, Act]:
    """All acts by address, in the order in which a page shows them."""
    found = (
        _registered("receipt", Move.BEGIN),
        _registered("submissions", Move.SUBMIT),
        _registered("reviews", Move.REVIEW_PASS, Move.REVIEW_PARTIAL, Move.REVIEW_FAIL),
        _registered("notification", Move.NOTIFY),
        _registered("handling-opinions", Move.OPINE),
        Act(frozenset({Move.REPLY}), REPLIES, ReplyBody, _reply),
        Act(frozenset({Move.GRANT_EXTENSION, Move.DENY_EXTENSION}), "decision", DecisionBody, _decide),
        _registered("extensions", Move.ASK_EXTENSION),
        _registered("settlement", Move.SETTLE),
        _registered("reopening", Move.REOPEN),
        _registered("escalations", Move.ESCALATE),
        _registered("refusal", Move.REFUSE),
        _registered("voiding", Move.VOID),
    )
    return {act.address: act for act in found}


def forms_of(
    view: FindingView,
    *,
    offer: Offer,
    now: datetime,
    tried: str | None = None,
    given: Mapping[str, str],
    errors: Mapping[str, str],
) -> list[ActForm]:
    """The forms of what the caller may do now, the asked ones in front; open is the refused one, or the first asked."""
    allowed = [act for act in acts().values() if act.moves & set(view.allowed_moves)]
    if view.latest_opinion is None:  # what went up by itself has no opinion yet that could be replied to
        allowed = [act for act in allowed if act.address != REPLIES]
    allowed.sort(key=lambda act: not act.moves & set(offer.asked))  # stable: the order of the page within each
    in_front = next((act.address for act in allowed if act.moves & set(offer.asked)), None)
    shown = tried if any(act.address == tried for act in allowed) else in_front

    def form(act: Act) -> ActForm:
        fields = fields_of(
            act.body,
            act.address,
            given=given if act.address == tried else {},
            errors=errors if act.address == tried else {},
            hidden=_page_knows(view, act.body),
            hints=hints_for_all(act.address, [view], now=now),
        )
        return ActForm(
            address=act.address,
            label=_label(act, offer),
            sees=what_follows(act.address, [view]),
            told=hearers_of(view, act.moves & set(view.allowed_moves)),
            fields=_asked(view, act, fields),
            is_open=act.address == shown,
            is_asked=bool(act.moves & set(offer.asked)),
            has_paper=act.address == WITH_PAPER,
        )

    return [form(act) for act in allowed]


def _label(act: Act, offer: Offer) -> str:
    again = f"acts.{act.address}.again"
    return text(again if act.moves & set(offer.repeated) and has_text(again) else f"acts.{act.address}")


def _asked(view: FindingView, act: Act, fields: Sequence[Field]) -> list[Field]:
    """The fields that make sense now: what came with a notice has its deadline already."""
    noticed = act.address == "receipt" and view.finding.notice_id
    return [field for field in fields if not (noticed and field.name == "deadline")]


def _page_knows(view: FindingView, body: type[ma.Schema]) -> dict[str, str]:
    """What the page knows itself: which submission was looked at, and which level was seen."""
    known = {
        "submission_id": view.pending_submission.id if view.pending_submission else "",
        "from_level": str(view.finding.escalation_level),
    }
    return {name: value for name, value in known.items() if name in body().load_fields}
