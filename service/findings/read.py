"""One finding with its events, submissions, reviews and so on, as far as the actor may see them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload, with_loader_criteria
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.sql.base import ExecutableOption

from service.errors import existing
from service.models import (
    Assignment,
    Attachment,
    Event,
    Evidence,
    Extension,
    Finding,
    HandlingOpinion,
    Person,
    Reply,
    Review,
    Submission,
    with_names,
)
from service.records.events import LockedFinding
from service.records.facts import facts_of_finding
from service.records.past_events import events_with_actors
from service.scope import events_seen, findings_seen, replies_seen, sees_acts, sees_opinions
from workflows.findings.facts import Actor
from workflows.findings.rectification import allowed_moves
from workflows.rules import Rules
from workflows.vocabulary import Move

_MOVED = "moved_findings"
_PENDING = ("pending_submission", "pending_extension")


def seen_finding(
    session: Session, finding_id: str, *, actor: Actor, lock: bool = False, whole: bool = False
) -> Finding:
    """The finding, locked, or whole, with all that an answer names.

    Raises `NotFound` when it does not exist or the actor does not see it.
    """
    query = select(Finding).where(Finding.id == finding_id, findings_seen(actor))
    if lock:
        query = query.with_for_update(of=Finding).execution_options(populate_existing=True)
    elif whole:
        query = query.options(*what_answers_name())
    return existing(session.scalar(query))


def moves_under(rules: Rules, finding: Finding, *, actor: Actor) -> list[Move]:
    """The moves that the actor may make by these rules; none in a closed round."""
    return [] if rules.silent else allowed_moves(facts_of_finding(finding, rules), actor, rules)


def events_of(session: Session, finding: Finding, *, actor: Actor) -> Sequence[Event]:
    """The finding's events that the actor may see, oldest first."""
    query = events_with_actors(Finding.id == finding.id, events_seen(actor))
    return session.scalars(query.order_by(Event.position)).all()


def submissions_of(session: Session, finding: Finding, *, actor: Actor) -> Sequence[Submission]:
    """Submissions, oldest first."""
    query = select(Submission).where(Submission.finding_id == finding.id).order_by(Submission.submitted_at)
    return session.scalars(query).all() if sees_acts(actor) else []


def reviews_of(session: Session, finding: Finding, *, actor: Actor) -> Sequence[Review]:
    """Reviews, oldest first."""
    query = select(Review).where(Review.finding_id == finding.id).order_by(Review.reviewed_at)
    return session.scalars(query).all() if sees_acts(actor) else []


def extensions_of(session: Session, finding: Finding, *, actor: Actor) -> Sequence[Extension]:
    """Extensions, oldest first."""
    query = select(Extension).where(Extension.finding_id == finding.id).order_by(Extension.asked_at)
    return session.scalars(query).all() if sees_acts(actor) else []


def handling_opinions_of(session: Session, finding: Finding, *, actor: Actor) -> Sequence[HandlingOpinion]:
    """Handling opinions with their replies, oldest first."""
    query = opinions_with_replies(actor).where(HandlingOpinion.finding_id == finding.id)
    ordered = query.order_by(HandlingOpinion.opined_at)
    return session.scalars(ordered).unique().all() if sees_opinions(actor, finding) else []


def opinions_with_replies(actor: Actor) -> Select[HandlingOpinion]:
    """Handling opinions, each with those of its replies that the actor sees."""
    of_whom = (Person.name, Person.organization_id)  # whose side has replied
    replied_by = joinedload(Reply.replied_by).load_only(*of_whom).lazyload(Person.organization)
    replies = joinedload(HandlingOpinion.replies).options(replied_by)
    loaded = (replies, with_loader_criteria(Reply, replies_seen(actor)), *with_names(HandlingOpinion.opined_by))
    return select(HandlingOpinion).options(*loaded).execution_options(populate_existing=True)


def evidence_of(session: Session, finding_ids: Sequence[str], *, actor: Actor) -> dict[str, list[Evidence]]:
    """The evidence put to each finding or to one of its acts, each piece once, oldest first, by the finding's id."""
    if not sees_acts(actor):
        return {}
    attached: dict[str, dict[str, Evidence]] = defaultdict(dict)
    for row in session.scalars(select(Attachment).where(Attachment.finding_id.in_(finding_ids))):
        attached[row.finding_id][row.evidence_id] = row.evidence
    return {finding_id: oldest_first(pieces.values()) for finding_id, pieces in attached.items()}


def evidence_by_act(session: Session, finding: Finding, *, actor: Actor) -> dict[str, list[Evidence]]:
    """The evidence of a finding by the id of what it was put to: the finding itself, a submission, a review."""
    attached: dict[str, list[Evidence]] = defaultdict(list)
    query = select(Attachment).where(Attachment.finding_id == finding.id)
    for row in session.scalars(query) if sees_acts(actor) else ():
        attached[row.subject_id].append(row.evidence)
    return {act: oldest_first(pieces) for act, pieces in attached.items()}


def oldest_first(pieces: Iterable[Evidence]) -> list[Evidence]:
    """Pieces of evidence in the order in which every answer lists them."""
    return sorted(pieces, key=lambda piece: (piece.uploaded_at, piece.id))


@dataclass(frozen=True, slots=True)
class MoveContext:
    """The rules that a finding was moved by, and all its evidence; none when that was not looked up."""

    rules: Rules
    evidence: Sequence[Evidence] | None = None


def recorded(
    session: Session, finding: Finding, locked: LockedFinding, evidence: Sequence[Evidence] | None = None
) -> Finding:
    """Let the object of a finding whose moves were recorded just now say what its row does."""
    stale = [name for name in _PENDING if getattr(finding, f"{name}_id") != locked.row[f"{name}_id"]]
    if stale and finding in session:
        session.expire(finding, stale)
    if finding in session:
        for name, value in locked.row.items():
            set_committed_value(finding, name, value)
    else:  # a new object, of which nothing is to be forgotten
        vars(finding).update(locked.row)
    moved = session.info.setdefault(_MOVED, {})
    moved[finding.id] = finding.version, MoveContext(locked.rules, evidence)
    return finding


def take_move_context(session: Session, finding: Finding) -> MoveContext | None:
    """That of the move which this call has recorded last; once, for the answer that follows at once."""
    found: dict[str, tuple[int, MoveContext]] = session.info.pop(_MOVED, {})
    version, context = found.get(finding.id, (0, None))
    return context if version == finding.version else None


@cache
def what_answers_name() -> Sequence[ExecutableOption]:
    """Options that load, in the statement of findings, everybody and everything that an answer about them names."""
    around = (joinedload(place, innerjoin=True) for place in (Finding.organization, Finding.district, Finding.round))
    labour = joinedload(Finding.assignment).options(joinedload(Assignment.team), *with_names(Assignment.leader))
    submission = joinedload(Finding.pending_submission).options(*with_names(Submission.submitted_by))
    extension = joinedload(Finding.pending_extension).options(*with_names(Extension.asked_by))
    item, logger = joinedload(Finding.checklist_item), with_names(Finding.created_by)
    return (*around, item, labour, submission, extension, *logger)
