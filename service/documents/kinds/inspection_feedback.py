"""督查反馈意见: what an inspection tells the unit, also when nothing was found."""

from collections import Counter, defaultdict

import msgspec
from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import joinedload

from service.documents.kinds.definition import DocumentData, DocumentDefinition, DocumentReader, Subject
from service.documents.kinds.fields import (
    FindingFields,
    IllustratedFields,
    RoundFields,
    as_sentence,
    day_in_words,
)
from service.errors import Conflict
from service.models import ChecklistItem, Finding, Inspection, InspectionAnswer
from service.scope import places_seen
from service.wording import word
from workflows.findings.facts import Actor
from workflows.vocabulary import Answer, InspectionKind, Method


class CountFields(msgspec.Struct, frozen=True, kw_only=True):
    """How many items have each answer."""

    in_place: int
    not_in_place: int
    not_applicable: int
    not_seen: int


class TotalFields(CountFields, frozen=True, kw_only=True):
    """How many items have each answer, and how many there are."""

    total: int


class CategoryFields(CountFields, frozen=True, kw_only=True):
    """How the items under one of the notice's headings came out."""

    category: str


class FeedbackFields(IllustratedFields, frozen=True, kw_only=True):
    """The fields of the template."""

    unit: str
    by: str
    inspected_on: str
    methods: str
    rooms: str
    checklist: str
    summary: str
    counts: TotalFields
    categories: list[CategoryFields]
    findings: list[FindingFields]
    notice: str


def gather(reader: DocumentReader, inspection_id: str) -> DocumentData:
    """The feedback of a closed sheet (notice, part 4, paragraphs 2 and 3)."""
    sheet = reader.session.get_one(Inspection, inspection_id)
    if sheet.kind is InspectionKind.SELF_CHECK:
        raise Conflict("no_feedback_to_oneself")
    if sheet.closed_at is None:
        raise Conflict("sheet_open")
    query = select(Finding).where(Finding.inspection_id == inspection_id, Finding.voided_at.is_(None))
    query = query.order_by(Finding.number).options(joinedload(Finding.checklist_item))
    findings = reader.session.scalars(query).all()
    counts, categories = _counts(reader, sheet)
    fields = FeedbackFields(
        office=sheet.by_organization.name,
        issuer_id=sheet.by_organization.id,
        number=sheet.number,
        unit=sheet.organization.name,
        round=RoundFields.of(sheet.round),
        by=reader.inspecting_side(sheet.origin, sheet.round_id, sheet.district_id),
        inspected_on=day_in_words(sheet.inspected_on),
        methods="、".join(word(Method(method), "zh") for method in sheet.methods),
        rooms="、".join(sheet.rooms),
        checklist=f"《{sheet.checklist.title}》",
        summary=as_sentence(sheet.summary or ""),
        counts=counts,
        categories=categories,
        findings=[reader.finding(finding) for finding in findings],
        notice=sheet.notice.number if sheet.notice else "",
        date=reader.day(sheet.closed_at),
        copies=reader.copies(sheet.by_organization, sheet.organization, sheet.district_id),
        pictures=reader.pictures(findings),
    )
    title = f"督查反馈意见（{sheet.number}）"
    return DocumentData(title, fields, sheet.number, sheet.round_id, sheet.organization_id, sheet.district_id)


def _counts(reader: DocumentReader, sheet: Inspection) -> tuple[TotalFields, list[CategoryFields]]:
    """How the items came out, in all and under each of the notice's headings."""
    items = select(ChecklistItem.id, ChecklistItem.category).where(ChecklistItem.checklist_id == sheet.checklist_id)
    answered = select(InspectionAnswer.item_id, InspectionAnswer.answer).where(
        InspectionAnswer.inspection_id == sheet.id
    )
    answers = dict(reader.session.execute(answered).all())
    by_category: dict[str, Counter[Answer]] = defaultdict(Counter)
    for item_id, category in reader.session.execute(items.order_by(ChecklistItem.position)):
        by_category[category][answers.get(item_id, Answer.NOT_SEEN)] += 1
    total = sum(by_category.values(), Counter())
    return (
        TotalFields(total=total.total(), **_by_answer(total)),
        [CategoryFields(category=category, **_by_answer(counts)) for category, counts in by_category.items()],
    )


def _by_answer(counts: Counter[Answer]) -> dict[str, int]:
    return {str(answer): counts[answer] for answer in Answer}


def _visible(subject: Subject, actor: Actor) -> ColumnElement[bool]:
    place = (Inspection.organization_id.expression, Inspection.district_id.expression, Inspection.round_id.expression)
    places = places_seen(actor, *place)
    return exists().where(Inspection.id == subject, Inspection.closed_at.is_not(None), places)


DEFINITION = DocumentDefinition(subject="the inspection", fields=FeedbackFields, gather=gather, visible=_visible)
