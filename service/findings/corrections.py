"""Correcting the text of a finding: who may, and what stood before is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from service.errors import Conflict, DubanError, InvalidInput, NotAllowed, NotFound
from service.findings.moves import load
from service.findings.read import seen_finding
from service.models import Finding, Revision
from service.models.findings import SEARCHED, searched
from service.records.facts import facts_of_finding
from service.records.words import keep_words
from service.rounds.rulebooks import RulesOfRounds
from service.scope import findings_seen
from workflows.findings.facts import Actor
from workflows.findings.sides import sides_of
from workflows.vocabulary import Side, State

TEXTS = ("summary", "details", "location", "requirement")
AT_A_TIME = 500  # findings in one query
Texts = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Correction:
    """The new texts of a finding that stands at a version."""

    finding_id: str
    version: int
    texts: Texts


def edit(session: Session, finding_id: str, texts: Texts, *, version: int, actor: Actor, now: datetime) -> Finding:
    """Correct the text of an open finding; the clock is not touched, what stood before is kept.

    Raises `Conflict` («stale_version») when the finding is no longer at `version`.
    """
    finding = seen_finding(session, finding_id, actor=actor, lock=True)
    _check(RulesOfRounds(session), finding, Correction(finding_id, version, texts), actor)
    _write(session, finding, texts, actor, now)
    session.flush()
    keep_words(session, [finding])
    return load(session, [finding.id])[0]


def edit_all(
    session: Session, corrections: Sequence[Correction], *, actor: Actor, now: datetime
) -> Mapping[str, DubanError]:
    """Correct many findings; returns why which of them may not be: then the caller takes all of it back."""
    found = _found(session, corrections, actor, lock=True)
    refused = _refused(session, found, corrections, actor)
    for one in corrections:
        if one.finding_id not in refused:
            _write(session, found[one.finding_id], one.texts, actor, now)
    session.flush()
    keep_words(session, [found[one.finding_id] for one in corrections if one.finding_id not in refused])
    return refused


def refused_corrections(
    session: Session, corrections: Sequence[Correction], *, actor: Actor
) -> Mapping[str, DubanError]:
    """Why which of the findings may not be corrected, by their ids; nothing is written."""
    return _refused(session, _found(session, corrections, actor, lock=False), corrections, actor)


def _found(session: Session, corrections: Sequence[Correction], actor: Actor, *, lock: bool) -> Mapping[str, Finding]:
    """The findings that the actor sees, in the order of their ids: two imports wait for each other in turn."""
    ids = sorted(one.finding_id for one in corrections)
    found: dict[str, Finding] = {}
    for at in range(0, len(ids), AT_A_TIME):
        query = select(Finding).where(Finding.id.in_(ids[at : at + AT_A_TIME]), findings_seen(actor))
        query = query.order_by(Finding.id).options(joinedload(Finding.round))
        query = query.with_for_update(of=Finding) if lock else query
        found |= {one.id: one for one in session.scalars(query.execution_options(populate_existing=True))}
    return found


def _refused(
    session: Session, found: Mapping[str, Finding], corrections: Sequence[Correction], actor: Actor
) -> Mapping[str, DubanError]:
    refused: dict[str, DubanError] = {}
    rules = RulesOfRounds(session)
    for one in corrections:
        finding = found.get(one.finding_id)
        try:
            if finding is None:
                raise NotFound("not_found")
            _check(rules, finding, one, actor)
        except DubanError as error:
            refused[one.finding_id] = error
    return refused


def _check(rules: RulesOfRounds, finding: Finding, correction: Correction, actor: Actor) -> None:
    if finding.round.closed_at is not None:
        raise Conflict("round_closed")
    _may_edit(rules, finding, actor)
    if finding.version != correction.version:
        raise Conflict("stale_version")
    if finding.notified_at and correction.texts.get("requirement", finding.requirement) != finding.requirement:
        raise InvalidInput({"requirement": "already_notified"})  # the unit has it in writing


def _write(session: Session, finding: Finding, texts: Texts, actor: Actor, now: datetime) -> None:
    for name, text in texts.items():
        before = getattr(finding, name)
        if before != text:
            session.add(
                Revision(finding_id=finding.id, field=name, before=before, revised_at=now, revised_by_id=actor.id)
            )
            setattr(finding, name, text)
    finding.search_text = searched({name: getattr(finding, name) for name in SEARCHED})
    finding.version += 1


def _may_edit(rules: RulesOfRounds, finding: Finding, actor: Actor) -> None:
    """Raise unless the actor oversees the open finding, or has logged it and no move has followed."""
    facts = facts_of_finding(finding, rules.of(finding.round_id, finding.policy_version))
    sides = sides_of(actor, facts)
    own = actor.id == finding.created_by_id and facts.state is State.FOUND
    if Side.OVERSEER not in sides and not own:
        raise NotAllowed("not_yours")
    if facts.closed:
        raise Conflict("wrong_state", state=str(facts.state), allowed_moves=[])
