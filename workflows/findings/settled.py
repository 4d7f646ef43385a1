"""Which steps of a finding are worth telling together: what a later one has settled calls for nothing any more."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

UP = ".up"  # of a step that brought the finding into `escalated`

_CLOSES = frozenset({"settle", "review_pass", "void"})
_WENT_UP = frozenset({"refuse.up", "review_partial.up", "review_fail.up", "escalate.1", "escalate.2"})
_REVIEWED = frozenset({"review_pass", "review_partial", "review_fail", "review_partial.up", "review_fail.up"})
_NEW_DEADLINE = frozenset({"grant_extension", "set_anew"})
_SHUT = _CLOSES | _NEW_DEADLINE  # what was due is put right, void, or due later
_ANEW = _CLOSES | {"set_anew"}

# By kind, the later steps after which it says nothing that is still so, and asks for nothing that is still to be done.
# What stays on record whatever comes (a major hazard, opinions and replies) is settled by being void alone.
SETTLED_BY: Mapping[str, frozenset[str]] = {
    "log.general": _CLOSES,
    "log.major": frozenset({"void"}),
    "log.proposed": _CLOSES | {"notify"},
    "settle": frozenset({"reopen", "void"}),
    "notify": _CLOSES,
    "begin": _CLOSES | _REVIEWED | {"submit"},
    "submit": _CLOSES | _REVIEWED | {"submit"},
    "review_pass": frozenset({"reopen", "void"}),
    "review_partial": _CLOSES | _REVIEWED,
    "review_partial.up": _ANEW | {"opine"},
    "review_fail": _CLOSES | _REVIEWED,
    "review_fail.up": _ANEW | {"opine"},
    "refuse.up": _ANEW | {"opine"},
    "expire": _SHUT,
    "escalate.1": _ANEW | {"opine"},
    "escalate.2": _ANEW,
    "ask_extension": _CLOSES | _WENT_UP | {"grant_extension", "deny_extension", "ask_extension"},
    "grant_extension": _SHUT,
    "deny_extension": _SHUT,
    "opine": frozenset({"void"}),
    "set_anew": _ANEW,
    "reply": frozenset({"void"}),
    "reopen": _ANEW,
    "void": frozenset(),
    "deem_received": _CLOSES | _REVIEWED | {"begin", "submit"},
    "remind.deadline": _SHUT | _WENT_UP | _REVIEWED | {"submit", "expire", "recount", "remind.deadline"},
    "remind.opinion": _ANEW | {"opine", "escalate.2", "breach.opinion", "remind.opinion"},
    "breach.notification": _CLOSES | {"notify", "breach.notification"},
    "breach.review": _CLOSES | _REVIEWED | {"breach.review"},
    "breach.decision": _CLOSES | _WENT_UP | {"grant_extension", "deny_extension", "breach.decision"},
    "breach.opinion": _ANEW | {"opine", "breach.opinion"},
    "breach.acknowledgement": _CLOSES,
    "repeat": _ANEW | {"repeat"},
    "recount": _SHUT | {"recount"},
    "acknowledge": _CLOSES,
}
_RUNGS = ("remind.deadline", "expire", "escalate.1", "escalate.2")  # the inbox has each of them all the same


class Step(NamedTuple):
    """One step of a finding: `kind` as alerts call it, with `.up` when it brought the finding into `escalated`."""

    kind: str
    at: datetime


def worth_telling(steps: Sequence[Step]) -> list[bool]:
    """For each of these steps of one finding, in order of time, whether it is still worth telling beside the others.

    Of rungs that were climbed at one instant, as after an outage, the highest stands for all.
    """
    return [
        not any(later.kind in SETTLED_BY.get(step.kind, ()) for later in steps[place + 1 :])
        and not any(_climbs_past(other, step) for other in steps)
        for place, step in enumerate(steps)
    ]


def _climbs_past(other: Step, step: Step) -> bool:
    if other.at != step.at or step.kind not in _RUNGS or other.kind not in _RUNGS:
        return False
    return _RUNGS.index(other.kind) > _RUNGS.index(step.kind)
