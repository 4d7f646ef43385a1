"""What the forms of acts say: what follows from an act, who hears of it, and what the rules say of its fields."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from api.console.rendering import text
from api.http.context import language
from service.findings.view import FindingView, extension_limit_of, resolved_of, told_of
from service.wording import moment, word
from workflows.vocabulary import Addressee, Move

NEXT = {"receipt": Addressee.OVERSEER, "submissions": Addressee.REVIEWER, "extensions": Addressee.DECIDER}  # acts then


def what_follows(address: str, views: Sequence[FindingView]) -> str:
    """What becomes of an act on these findings, with everybody whose turn it is then on one of them."""
    whose = NEXT.get(address, Addressee.OVERSEER)
    names = dict.fromkeys(word(resolved_of(view, whose), language()) for view in views)
    who = text("acts.or").join(names)
    return text(f"acts.{address}.sees", who=text("acts.by_finding", who=who) if len(names) > 1 else who)


def hints_for_all(address: str, views: Sequence[FindingView], *, now: datetime) -> dict[str, str]:
    """What the rules say of an act's fields and of each of these findings alike, by field."""
    first, *others = [_hints(address, view, now) for view in views]
    return {name: hint for name, hint in first.items() if all(one.get(name) == hint for one in others)}


def hearers_of(view: FindingView, moves: Iterable[Move]) -> str | None:
    """«督查组、区县招考机构», who hear at once whichever of the moves is made, as the policy has it."""
    told = told_of(view, sorted(moves))
    return text("acts.between").join(word(one, language()) for one in told) or None


def _hints(address: str, view: FindingView, now: datetime) -> dict[str, str]:
    """What the rules say of the fields of one act on one finding."""
    zone = view.rules.calendar.zone
    match address:
        case "reviews":
            return {"remaining": text("forms.reviews.remaining.hint")}
        case "submissions" if least := view.rules.policy.evidence.submission.of(view.finding.severity):
            return {"evidence_ids": text("acts.least_evidence", count=least)}
        case "extensions" if (limit := extension_limit_of(view, now=now)).latest:
            latest = moment(limit.latest, language(), zone)
            return {"deadline": text("acts.extension_limit", left=limit.left, latest=latest, days=limit.working_days)}
        case "notification" if end := view.rules.latest_deadline():
            return {"deadline": text("acts.before_exam", latest=moment(end, language(), zone))}
    return {}
