"""处理意见 of the leadership team, reported to bureau and committee, and their 批复."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import existing
from service.findings.moves import move_finding, open_finding
from service.models import Finding, HandlingOpinion, Reply, new_id
from service.records.events import EventData
from service.scope import findings_seen
from workflows.findings.facts import Actor
from workflows.vocabulary import Measure, Move


def opine(
    session: Session,
    finding_id: str,
    *,
    actor: Actor,
    now: datetime,
    measure: Measure,
    opinion: str,
    new_deadline: datetime | None = None,
) -> HandlingOpinion:
    """Record a handling opinion, which reports the finding up; a new deadline sets it anew (part 4, paragraph 3)."""
    finding = open_finding(session, finding_id, actor=actor, now=now)
    row = HandlingOpinion(
        id=new_id(),
        finding_id=finding_id,
        measure=measure,
        opinion=opinion,
        new_deadline=new_deadline,
        opined_at=now,
        opined_by_id=actor.id,
        replies=[],
    )
    data = EventData(
        handling_opinion_id=row.id,
        measure=str(measure),
        new_deadline=new_deadline.isoformat() if new_deadline else None,
    )
    finding.move(Move.OPINE, reason=opinion, data=data)
    if new_deadline:
        finding.move(Move.SET_ANEW, deadline=new_deadline, data={"handling_opinion_id": row.id})
    session.add(row)
    finding.write()
    return row


def reply(session: Session, opinion_id: str, *, actor: Actor, now: datetime, text: str) -> Reply:
    """批复 of the education bureau or the committee on an opinion that has reached them."""
    query = select(HandlingOpinion).join(Finding, HandlingOpinion.finding_id == Finding.id)
    opinion = existing(session.scalar(query.where(HandlingOpinion.id == opinion_id, findings_seen(actor))))
    row = Reply(id=new_id(), handling_opinion_id=opinion_id, text=text, replied_at=now, replied_by_id=actor.id)
    data = EventData(handling_opinion_id=opinion_id, reply_id=row.id)
    move_finding(session, opinion.finding_id, Move.REPLY, actor=actor, now=now, reason=text, data=data)
    session.add(row)
    session.flush()
    return row
