"""What the page of one finding shows to one reader."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from api import findings
from api.alerts import alerts_with_texts
from api.console.acts import ActForm, forms_of
from api.console.history import History, history_of
from api.console.rendering import has_text, text
from api.console.timeline import timeline_of
from api.http.context import RequestContext, language
from service.alerts.inbox import unacknowledged_of
from service.findings.read import events_of, handling_opinions_of, seen_finding
from service.findings.view import FindingView, offer_to, view_finding, waits_for, working_days_late_of
from service.scope import holds_to_account, sees_acts
from service.wording import word


@dataclass(frozen=True, slots=True)
class Tried:
    """An act that was tried: what was typed, and why it did not happen."""

    act: str
    given: Mapping[str, str] = field(default_factory=dict)
    kept: Sequence[str] = ()  # files that are there already
    errors: Mapping[str, str] = field(default_factory=dict)
    refusal: str | None = None
    note: str | None = None
    paper: Any = None  # what would be reported up, to be looked at first


def shown_finding(context: RequestContext, finding_id: str, tried: Tried | None) -> dict[str, Any]:
    """Everything that the template shows."""
    session, actor = context.session, context.actor
    finding = seen_finding(session, finding_id, actor=actor, whole=True)
    view = view_finding(session, finding, actor=actor, now=context.now)
    events = events_of(session, finding, actor=actor)
    forms = _forms(context, view, tried)
    history = history_of(context, finding)
    told = findings.in_words(context, view, events)
    moved = finding.original_deadline != finding.deadline
    review = next((form for form in forms if form.address == "reviews"), None)
    others = [form for form in forms if form is not review]
    return {
        "title": finding.summary,
        "view": view,
        "finding": finding,
        "item": _item_text(finding.checklist_item),
        "review": review,
        "forms": others,
        "first": next((form for form in others if form.is_asked), None),
        "waits_for": _waits_for(view, forms),
        "history": history,
        "sees_acts": sees_acts(actor),
        "submitted": history.submitted[1:] if review else history.submitted,  # the newest stands beside its review
        "is_paired": bool(history.found and history.latest and not review),
        "is_newer": _is_newer(view, tried, history),
        "tried": tried,
        "lost": _lost(forms, tried),
        "errors": _other_errors(forms, tried),
        "originally": None if told["deadline_reckoning"] or not moved else finding.original_deadline,
        "opinions": handling_opinions_of(session, finding, actor=actor) if finding.highest_level else [],
        "timeline": timeline_of(context, finding, events),
        "late": working_days_late_of(view, now=context.now),
        "unread": _unread(context, view),
        "holds_to_account": holds_to_account(actor),
        **told,
    }


def _unread(context: RequestContext, view: FindingView) -> list[Any]:
    """What the caller was told of it and has not acknowledged, where the office wants that."""
    if not context.actor.holds(*view.rules.policy.acknowledgement.wanted_from):
        return []
    found = unacknowledged_of(context.session, view.finding.id, actor=context.actor)
    return alerts_with_texts(context, found) if found else []


def _forms(context: RequestContext, view: FindingView, tried: Tried | None) -> list[ActForm]:
    made = tried or Tried("")
    offer = offer_to(view, actor=context.actor)
    return forms_of(view, offer=offer, now=context.now, tried=made.act, given=made.given, errors=made.errors)


def _waits_for(view: FindingView, forms: Sequence[ActForm]) -> str | None:
    """Whom it waits for, in words, when nothing is asked of the caller."""
    awaited = None if any(form.is_asked for form in forms) else waits_for(view)
    return word(awaited, language()) if awaited else None


def _is_newer(view: FindingView, tried: Tried | None, history: History) -> bool:
    """Whether the unit has handed in again while somebody wrote about what came before."""
    seen = tried.given.get("submission_id") if tried else None
    return bool(seen and history.latest and view.pending_submission and seen != view.pending_submission.id)


def _lost(forms: Sequence[ActForm], tried: Tried | None) -> list[tuple[str, str]]:
    """What was typed for an act that cannot be done any more: shown, so that nobody has to write it twice."""
    if tried is None or any(form.address == tried.act for form in forms):
        return []
    return [
        (text(f"forms.{name}"), typed)
        for name, typed in tried.given.items()
        if typed.strip() and has_text(f"forms.{name}") and not name.endswith(("_id", "_level"))
    ]


def _other_errors(forms: Sequence[ActForm], tried: Tried | None) -> list[str]:
    """Errors that no field of the page stands for."""
    if tried is None:
        return []
    shown = {field.name for form in forms if form.address == tried.act for field in form.fields}
    return [sentence for name, sentence in tried.errors.items() if name not in shown]


def _item_text(item: Any) -> str | None:
    """What the checklist asks for, in the caller's language where somebody has translated it."""
    if item is None:
        return None
    asked = item.requirement_en if language() == "en" else None
    return f"{item.number} {item.category}：{asked or item.requirement_zh}"
