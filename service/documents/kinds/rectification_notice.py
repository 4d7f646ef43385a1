"""限期整改通知书: what a rectification notice says to its unit."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import ColumnElement, exists, false, select
from sqlalchemy.orm import joinedload

from service.documents.kinds.definition import DocumentData, DocumentDefinition, DocumentReader, Subject
from service.documents.kinds.fields import NONE_YET, FindingFields, IllustratedFields, RoundFields, as_sentence
from service.models import Event, Finding, RectificationNotice, Round
from service.rounds.rulebooks import RulesOfRounds
from service.scope import findings_seen, sees_acts
from workflows.findings.event_deadlines import deadlines_of
from workflows.findings.facts import Actor
from workflows.vocabulary import Move


class NoticeFields(IllustratedFields, frozen=True, kw_only=True):
    """The fields of the template."""

    unit: str
    by: str
    receipt_days: int
    findings: list[FindingFields]


def gather(reader: DocumentReader, notice_id: str) -> DocumentData:
    """The notice as it was issued, with all of its findings (notice, part 4, paragraphs 2 and 3)."""
    session = reader.session
    notice = session.get_one(RectificationNotice, notice_id)
    query = select(Finding).where(Finding.notice_id == notice_id).order_by(Finding.number)
    findings = session.scalars(query.options(joinedload(Finding.checklist_item))).all()
    first, round_ = findings[0], session.get_one(Round, notice.round_id)
    rules = RulesOfRounds(session).of(first.round_id, first.policy_version)
    office = reader.office(first.origin, first.district_id)
    fields = NoticeFields(
        office=office.name,
        issuer_id=office.id,
        number=notice.number,
        unit=notice.organization.name,
        round=RoundFields.of(round_),
        by=reader.inspecting_side(first.origin, notice.round_id, first.district_id),
        receipt_days=rules.policy.clocks.receipt,
        findings=_as_issued(reader, findings),
        date=reader.day(notice.issued_at),
        copies=reader.copies(office, notice.organization, first.district_id),
        pictures=reader.pictures(findings),
    )
    title = f"限期整改通知书（{notice.number}）"
    return DocumentData(title, fields, notice.number, notice.round_id, notice.organization_id, first.district_id)


def _as_issued(reader: DocumentReader, findings: Sequence[Finding]) -> list[FindingFields]:
    """The findings with the requirements and deadlines of the notice, not those that were granted since."""
    ids = [finding.id for finding in findings]
    query = select(Event.finding_id, Event.data).where(Event.finding_id.in_(ids), Event.move == Move.NOTIFY)
    demands = {row.finding_id: row.data for row in reader.session.execute(query)}
    issued = []
    for finding in findings:
        demand = demands[finding.id]
        deadline = deadlines_of(Move.NOTIFY, demand).set
        until = datetime.fromisoformat(deadline) if deadline else None
        requirement = as_sentence(demand.get("requirement") or "") or NONE_YET
        in_words = reader.deadline(until, demand.get("working_days"))
        issued.append(msgspec.structs.replace(reader.finding(finding), requirement=requirement, deadline=in_words))
    return issued


def _visible(subject: Subject, actor: Actor) -> ColumnElement[bool]:
    return exists().where(Finding.notice_id == subject, findings_seen(actor)) if sees_acts(actor) else false()


DEFINITION = DocumentDefinition(subject="the notice", fields=NoticeFields, gather=gather, visible=_visible)
