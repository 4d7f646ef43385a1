"""Who hears of findings: those whom the notice names, and nobody who may not open what he or she is told of."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import product

from workflows.file_mistakes import Mistake, Path, unknown_word
from workflows.findings.addressees import resolved
from workflows.findings.facts import Facts
from workflows.findings.sides import decider_of, overseer_of, reviewer_of
from workflows.findings.sight import may_open, situations_of
from workflows.policy import Policy
from workflows.policy.findings import EVENT_KINDS
from workflows.vocabulary import AUTHORITY_CLOCKS, Addressee, Clock, Move, Origin

UNITS = (Addressee.UNIT,)
AND_TOLD = (Addressee.UNIT, Addressee.TOLD)  # whoever heard of an escalation hears how it ended
# No office may leave these out: notice, part 4, paragraphs 2 and 3. Bureau and committee: those that there are.
MUST_HEAR: Mapping[str, tuple[Addressee, ...]] = {
    "log.major": (Addressee.UNIT, Addressee.RESPONSIBLE_LEADER),
    **dict.fromkeys(("notify", "deem_received", "expire", "review_partial", "review_fail", "recount"), UNITS),
    **dict.fromkeys(("review_pass", "set_anew", "reopen"), AND_TOLD),
    "void": (Addressee.TOLD,),
    **dict.fromkeys(("grant_extension", "deny_extension"), UNITS),
    "escalate.1": (Addressee.LEADERSHIP,),
    "escalate.2": (Addressee.BUREAU, Addressee.COMMITTEE),
    "opine": (Addressee.BUREAU, Addressee.COMMITTEE),
}
KNOWS = {(Origin.UNIT, "log.major", Addressee.UNIT)}  # it has found that itself
# What the clock proposes, it finds for those who inspect; a unit that found something itself knows of it.
NEVER_HAPPENS = {(Origin.UNIT, "log.proposed")}
_ACTS = {
    Clock.NOTIFICATION: (overseer_of, "overseer"),
    Clock.REVIEW: (reviewer_of, "reviewer"),
    Clock.DECISION: (decider_of, "decider"),
    Clock.OPINION: (lambda _facts: Addressee.LEADERSHIP, "leadership"),
}
_UPWARD = {Addressee.BUREAU, Addressee.COMMITTEE}


def hearing_mistakes(policy: Policy) -> Iterator[Mistake]:
    """Everything about who hears of findings that the notice or the rights of the people do not allow."""
    yield from _without_office(policy)
    yield from _behind(policy)
    yield from _breach(policy)
    yield from _kinds(policy)
    yield from _left_out(policy)
    yield from _strangers(policy)


def _addressee_lists(policy: Policy) -> Iterator[tuple[Path, Iterable[Addressee]]]:
    """Every list of addressees of findings with its place in the file."""
    for part in ("all", *Origin):
        for kind, named in getattr(policy.hears, str(part)).items():
            yield ("hears", str(part), kind), named
    for clock, named in policy.behind.items():
        yield ("behind", clock), named
    for stage, named in enumerate(policy.breach):
        yield ("breach", stage), named


def _without_office(policy: Policy) -> Iterator[Mistake]:
    missing = [one for one in (Addressee.BUREAU, Addressee.COMMITTEE) if one not in policy.offices.above]
    for (where, named), one in product(_addressee_lists(policy), missing):
        if one in named:
            yield Mistake(
                where,
                f"[offices] 写明没有 {one}，请从名单中删去",
                f"names {one}, whom [offices] says there is not; remove it",
                str(one),
            )


def _behind(policy: Policy) -> Iterator[Mistake]:
    """Whoever is named behind a clock must be able to do the act that ends it, wherever that clock runs."""
    for clock in AUTHORITY_CLOCKS:
        where, (actor_of, right) = ("behind", str(clock)), _ACTS[clock]
        named = policy.behind.get(clock, ())  # type: ignore[call-overload]  # the four clocks are its keys
        if not named:
            yield Mistake(where, f'须写明由谁办理，如 {clock} = ["{right}"]', f'names nobody, write ["{right}"]')
        for one in named:
            if any(resolved(one, facts) is not actor_of(facts) for facts in _while_running(clock)):
                yield Mistake(
                    where,
                    f'{one} 未必有权办理，请写 ["{right}"]；还要通知谁，写在 breach 各次提醒里',
                    f'{one} may not always do what is awaited, write ["{right}"]; who else hears stands in breach',
                    str(one),
                )


def _while_running(clock: Clock) -> Iterator[Facts]:
    """The findings for which a clock of the authority can run."""
    ends = {Clock.NOTIFICATION: Move.NOTIFY, Clock.OPINION: Move.OPINE}
    yield from situations_of(ends.get(clock, Move.REVIEW_PASS))


def _breach(policy: Policy) -> Iterator[Mistake]:
    if Addressee.LEADERSHIP not in (policy.breach or [()])[-1]:
        yield Mistake(
            ("breach",),
            '最后一次提醒须包括 leadership，如 [[], ["responsible_leader"], ["responsible_leader", "leadership"]]',
            "must end with a stage that names leadership",
        )
    for stage, named in enumerate(policy.breach):
        yield from _may_not_open(("breach", stage), named, Move.BREACH, None, Origin)


def _kinds(policy: Policy) -> Iterator[Mistake]:
    for part in ("all", *Origin):
        for kind in getattr(policy.hears, str(part)):
            where = ("hears", str(part), kind)
            if kind not in EVENT_KINDS:
                yield unknown_word(where, kind, sorted(EVENT_KINDS))
            elif part != "all" and (Origin(part), kind) in NEVER_HAPPENS:
                yield Mistake(
                    where, "这种来源不会有这类事件，请删去", "never happens to findings of this origin; remove it"
                )


def _left_out(policy: Policy) -> Iterator[Mistake]:
    """Those whom the notice names, and those for whom a clock of the policy is set."""
    there = {*Addressee} - (_UPWARD - {*policy.offices.above})
    must: dict[str, tuple[Addressee, ...]] = {**MUST_HEAR}
    if policy.reminders:
        must["remind.deadline"] = UNITS
    if policy.ladder.warn_before_report and policy.ladder.report_without_opinion_after != "never":
        must["remind.opinion"] = (Addressee.LEADERSHIP,)
    for kind, named in must.items():
        for origin in Origin:
            heard = policy.heard_by(origin, kind)
            needed = [one for one in named if one in there and (origin, kind, one) not in KNOWS]
            if missing := [str(one) for one in needed if one not in heard]:
                yield _leaves_out(policy, origin, kind, missing)
    for origin in Origin:
        if not policy.heard_by(origin, "repeat"):
            part = _part_of(policy, origin, "repeat")
            yield Mistake(("hears", part, "repeat"), "须有人知悉，如 leadership", "must tell somebody, e.g. leadership")


def _leaves_out(policy: Policy, origin: Origin, kind: str, missing: list[str]) -> Mistake:
    listed = ", ".join(missing)
    where = ("hears", _part_of(policy, origin, kind), kind)
    return Mistake(where, f"须通知 {listed}，请补入名单", f"does not tell {listed}, add it")


def _part_of(policy: Policy, origin: Origin, kind: str) -> str:
    """The part of `hears` that says who hears of this kind where a finding has that origin."""
    return str(origin) if kind in getattr(policy.hears, str(origin)) else "all"


def _strangers(policy: Policy) -> Iterator[Mistake]:
    """Addressees who may not open the event, or the finding at that time."""
    for part in ("all", *Origin):
        for kind, named in getattr(policy.hears, str(part)).items():
            if kind in EVENT_KINDS:
                move, _, step = kind.partition(".")
                origins = [Origin(part)] if part != "all" else _not_overridden(policy, kind)
                yield from _may_not_open(("hears", str(part), kind), named, Move(move), step or None, origins)


def _not_overridden(policy: Policy, kind: str) -> list[Origin]:
    return [origin for origin in Origin if kind not in getattr(policy.hears, str(origin))]


def _may_not_open(
    where: Path, named: Iterable[Addressee], move: Move, step: str | None, origins: Iterable[Origin]
) -> Iterator[Mistake]:
    within = {*origins}
    for one in dict.fromkeys(named):
        if not all(may_open(one, facts, move, step) for facts in situations_of(move, step) if facts.origin in within):
            yield Mistake(
                where,
                f"{one} 此时未必能查看该问题或该事项，请从名单中删去",
                f"tells {one}, who may not open it at that time; remove it",
                str(one),
            )
