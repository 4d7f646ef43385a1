"""Who hears of sheets, weekly reports and rounds: whoever owes or awaits them, and nobody who may not open them."""

from collections.abc import Iterator

from workflows.file_mistakes import Mistake, Path, unknown_word
from workflows.journal import JournalAct, SubjectKind
from workflows.policy import Policy
from workflows.policy.findings import EVENT_KINDS
from workflows.policy.inspections import SheetHears
from workflows.policy.messages import Digest
from workflows.policy.rounds import RoundHears
from workflows.vocabulary import Addressee, Move, Role

_FEEDBACK_MUST = (Addressee.UNIT, Addressee.RESPONSIBLE_LEADER)  # notice, part 4, paragraph 3
_WHO_OWES_FEEDBACK = {Addressee.OVERSEER, Addressee.REVIEWER, Addressee.DECIDER}
_UPWARD = {Addressee.BUREAU, Addressee.COMMITTEE}  # they see findings alone that have reached them
_MAY_WAIT = (Role.LEADER, Role.LEADERSHIP)  # whoever else has to act within hours
_KINDS_AT_ONCE = {*Move, *EVENT_KINDS, *(f"{kind}.{act}" for kind in SubjectKind for act in JournalAct)}
_SIDES_OF_FINDINGS = {Addressee.OVERSEER, Addressee.REVIEWER, Addressee.DECIDER, Addressee.TOLD}


def duty_mistakes(policy: Policy) -> Iterator[Mistake]:
    """Everything about who hears of them that the notice or the rights of the people do not allow.

    `told` means nobody where there are no events; of feedback that is missing the unit does not hear.
    """
    yield from _of_inspections(policy.inspections.hears)
    yield from _of_reports(policy)
    yield from _of_rounds(policy)
    yield from _of_digest(policy.messages.digest)


def _of_inspections(hears: SheetHears) -> Iterator[Mistake]:
    where: Path = ("inspections", "hears")
    if missing := [str(one) for one in _FEEDBACK_MUST if one not in hears.feedback]:
        listed = ", ".join(missing)
        yield Mistake((*where, "feedback"), f"须通知 {listed}，请补入名单", f"does not tell {listed}, add it")
    if not _WHO_OWES_FEEDBACK & {*hears.breach}:
        yield Mistake(
            (*where, "breach"),
            "须通知应当反馈的 overseer，请补入名单",
            "does not tell overseer, who owes the feedback; add it",
        )
    if Addressee.UNIT in hears.breach:
        yield Mistake(
            (*where, "breach"), "被督查单位不能列入，请删去 unit", "tells unit, who waits for the feedback; remove it"
        )
    for name in SheetHears.__struct_fields__:
        for one in sorted({Addressee.TOLD, *_UPWARD} & {*getattr(hears, name)}):
            yield Mistake(
                (*where, name),
                f"{one} 无权查看督查表，请删去",
                f"names {one}, who may not open inspections; remove it",
                str(one),
            )


def _of_reports(policy: Policy) -> Iterator[Mistake]:
    for part, above in (("university_hears", Addressee.DISTRICT), ("district_hears", Addressee.TEAM)):
        hears = getattr(policy.reports, part)
        if missing := [str(one) for one in (Addressee.UNIT, above) if one not in hears.late]:
            listed = ", ".join(missing)
            yield Mistake(("reports", part, "late"), f"须通知 {listed}，请补入名单", f"does not tell {listed}, add it")
        for name in hears.__struct_fields__:
            for one in sorted((_SIDES_OF_FINDINGS | _UPWARD) & {*getattr(hears, name)}):
                yield Mistake(
                    ("reports", part, name),
                    f"周报没有 {one} 一方，或其无权查看周报，请删去",
                    f"names {one}, who is nobody here or may not open weekly reports; remove it",
                    str(one),
                )


def _of_rounds(policy: Policy) -> Iterator[Mistake]:
    """Addressees who would hear of findings that they may not know of; leaving somebody out is no mistake."""
    meant_for = RoundHears()
    for act, hears in (("close", policy.rounds.close), ("carry_over", policy.rounds.carry_over)):
        for part in RoundHears.__struct_fields__:
            for one in sorted(set(getattr(hears, part)) - set(getattr(meant_for, part))):
                listed = ", ".join(getattr(meant_for, part))
                yield Mistake(
                    ("rounds", act, part),
                    f"{one} 不属于这一项，可写：{listed}",
                    f"names {one}, for whom this is not meant; use {listed}",
                    str(one),
                )


def _of_digest(digest: Digest) -> Iterator[Mistake]:
    """Digests for those who have to act within hours, and kinds of alerts that do not exist."""
    where: Path = ("messages", "digest")
    for role in digest.roles:
        if role not in _MAY_WAIT:
            yield Mistake(
                (*where, "roles"),
                f"{role} 须及时办理，不能等每日汇总；可写：leader, leadership",
                f"names {role}, who cannot wait; use leader, leadership",
                str(role),
            )
    for kind in digest.at_once:
        if kind not in _KINDS_AT_ONCE:
            yield unknown_word((*where, "at_once"), kind, sorted(map(str, _KINDS_AT_ONCE)))
