"""Whatever policy an office writes: when it can be followed, nobody is told of what he or she may not open."""

from functools import cache
from itertools import product

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.findings.law import POLICY, finding, finding_of_district
from workflows.findings.addressees import addressees
from workflows.findings.audience import Audience, audience, unit_knows
from workflows.findings.facts import Facts
from workflows.policy import Policy
from workflows.policy.findings import EVENT_KINDS, Hears
from workflows.policy_check.hearing import hearing_mistakes
from workflows.vocabulary import Addressee, Move, Origin, Severity, State

LISTS = st.lists(st.sampled_from(list(Addressee)), max_size=4, unique=True).map(tuple)
ABOVE = (Addressee.BUREAU, Addressee.COMMITTEE)
INSIDE = (Addressee.TEAM, Addressee.RESPONSIBLE_LEADER, Addressee.LEADERSHIP)
# What bureau and committee do not read, and at which levels a move can happen: written down a second time.
HIDDEN_ABOVE = (Move.BREACH, Move.ACKNOWLEDGE, Move.REMIND, Move.DEEM_RECEIVED)
LEVELS = {"escalate.1": (1,), "escalate.2": (2,), "opine": (2,), "set_anew": (2,), "repeat": (2,), "reply": (2,)}
AT_FIRST = ("log.general", "log.major", "log.proposed", "settle", "notify")


@cache
def cases(kind: str) -> list[Facts]:
    """Findings as they are when this happens to them."""
    levels = LEVELS.get(kind, (0,) if kind in AT_FIRST else (0, 1, 2))
    units = [*product((finding,), Origin), (finding_of_district, Origin.CENTRE), (finding_of_district, Origin.UNIT)]
    severities = [one for one in Severity if kind not in ("log.general", "log.major") or kind == f"log.{one}"]
    state = State.FOUND if kind.startswith("log.") else State.RECTIFYING
    return [
        build(origin=origin, severity=severity, state=state, escalation_level=level)
        for (build, origin), severity, level in product(units, severities, levels)
        if (kind, origin) != ("log.proposed", Origin.UNIT)
    ]


def opens(addressee: Addressee, told: tuple[Addressee, ...], facts: Facts, move: Move, step: str | None) -> bool:
    """Whether the people of this side see the event, or at least that the finding is void."""
    circle = audience(move, step, told)
    unit = circle is Audience.UNIT or move is Move.VOID
    if addressee in INSIDE:
        return True
    if addressee in ABOVE:
        return facts.escalation_level == 2 and move not in HIDDEN_ABOVE
    if addressee is Addressee.TOLD:  # whoever has heard: all of the above may be among them
        return unit and move not in HIDDEN_ABOVE
    if addressee is Addressee.UNIT or facts.unit_is_district:
        return unit and unit_knows(state=facts.state, origin=facts.origin, severity=facts.severity)
    return circle is not Audience.CENTRE


def with_hears(part: str, kind: str, named: tuple[Addressee, ...]) -> Policy:
    tables = {name: dict(getattr(POLICY.hears, name)) for name in ("all", *map(str, Origin))}
    tables[part][kind] = named
    return msgspec.structs.replace(POLICY, hears=Hears(**tables))


@given(st.sampled_from(["all", *map(str, Origin)]), st.sampled_from(sorted(EVENT_KINDS)), LISTS)
def test_of_a_policy_that_loads_nobody_is_told_what_he_or_she_may_not_open(
    part: str, kind: str, named: tuple[Addressee, ...]
) -> None:
    policy = with_hears(part, kind, named)
    if any(hearing_mistakes(policy)):
        return
    move, _, step = kind.partition(".")
    for facts in cases(kind):
        if part in ("all", facts.origin):
            hearers = addressees(facts, kind, policy)
            knows = unit_knows(state=facts.state, origin=facts.origin, severity=facts.severity)
            mute = {Addressee.DISTRICT} if facts.unit_is_district and not knows else set()  # the books leave it out
            assert all(opens(one, hearers, facts, Move(move), step or None) for one in {*hearers} - mute), facts


@given(st.lists(LISTS, min_size=1, max_size=3).map(tuple))
def test_of_a_breach_nobody_hears_who_may_not_read_it(stages: tuple[tuple[Addressee, ...], ...]) -> None:
    policy = msgspec.structs.replace(POLICY, breach=stages)
    if any(hearing_mistakes(policy)):
        return
    for clock, facts in product(("notification", "review", "decision", "opinion"), cases("breach.review")):
        for stage in range(1, len(stages) + 1):
            hearers = addressees(facts, f"breach.{clock}", policy, stage=stage)
            assert all(opens(one, hearers, facts, Move.BREACH, clock) for one in hearers)


@given(st.sampled_from(sorted(POLICY.behind)), LISTS)
def test_whoever_stands_behind_a_clock_can_always_do_what_it_awaits(clock: str, named: tuple[Addressee, ...]) -> None:
    policy = msgspec.structs.replace(POLICY, behind={**POLICY.behind, clock: named})
    mistaken = any(one.where == ("behind", clock) for one in hearing_mistakes(policy))
    assert mistaken == (set(named) != set(POLICY.behind[clock]))  # type: ignore[index]  # its keys are these words
