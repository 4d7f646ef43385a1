"""Bodies, queries and answers about findings."""

from api.schemas.evidence import EvidenceSchema
from api.schemas.extensions import ExtensionSchema
from api.schemas.handling_opinions import HandlingOpinionSchema
from api.schemas.paging import PagingQuery
from api.schemas.request_fields import (
    AnyOf,
    Choice,
    CorrectionBody,
    EvidenceIds,
    Id,
    Instant,
    Part,
    RequestSchema,
    Text,
    WholeNumber,
    Word,
    YesNo,
)
from api.schemas.response_fields import (
    NumberedSchema,
    ResponseSchema,
    at,
    count,
    id_,
    named,
    part,
    several,
    text,
    word,
    yes_no,
)
from api.schemas.submissions import SubmissionSchema
from service.findings.list import SORTS
from workflows.vocabulary import LAST_LEVEL, ClosingOutcome, Light, Move, Origin, Severity, State


class ChecklistItemSchema(NumberedSchema):
    """督查内容."""

    category = text()


class ClosingSchema(ResponseSchema):
    """What was decided of a finding that was still open when its round closed; units are not told why."""

    outcome = word(ClosingOutcome)
    reason = text(maybe=True)
    at = at()
    successor_id = id_(maybe=True)


class FindingSchema(ResponseSchema):
    """问题, as the caller sees it."""

    rest_from = "finding"

    id = id_()
    number = text()
    round = part(NumberedSchema)
    origin = word(Origin)
    state = word(State)
    escalation_level = count()
    awaiting_review = yes_no()
    light = word(Light)
    severity = word(Severity)
    summary = text()
    details = text(maybe=True)
    location = text(maybe=True)
    organization = named()
    district = named()
    team = named(maybe=True)
    responsible_leader = named(maybe=True)
    checklist_item = part(ChecklistItemSchema, maybe=True)
    requirement = text(maybe=True)
    found_at = at()
    notified_at = at(maybe=True)
    received_at = at(maybe=True)
    receipt_deemed = yes_no()
    deadline = at(maybe=True)
    original_deadline = at(maybe=True)
    overdue_at = at(maybe=True)
    escalated_at = at(maybe=True)
    verified_at = at(maybe=True)
    voided_at = at(maybe=True)
    next_action_at = at(maybe=True)
    failures = count(metadata={"description": "failed reviews since the deadline was last set anew"})
    ever_overdue = yes_no(metadata={"description": "whether any of its deadlines was ever missed"})
    first_overdue_at = at(maybe=True, metadata={"description": "when a deadline was missed for the first time"})
    first_deadline = at(maybe=True, metadata={"description": "the original deadline of its very first cycle"})
    failures_in_all = count(metadata={"description": "failed reviews since it was found"})
    highest_level = count(metadata={"description": "the highest level that it was ever escalated to"})
    cycle = count()
    recurrences = count()
    pending_submission = part(SubmissionSchema, maybe=True)
    pending_extension = part(ExtensionSchema, maybe=True)
    latest_opinion = part(HandlingOpinionSchema, maybe=True)
    evidence = several(part(EvidenceSchema))
    policy_version = text()
    created_by = named(maybe=True)
    version = count()
    allowed_moves = several(word(Move))
    inspection_id = id_(maybe=True)
    proposed = yes_no()
    carried_from_id = id_(maybe=True)
    closing = part(ClosingSchema, maybe=True)


class SettlementBody(RequestSchema):
    """立行立改: put right on the spot."""

    evidence_ids = EvidenceIds(required=True)
    comment = Text(required=True)


class FindingBody(RequestSchema):
    """A finding to be logged."""

    organization_id = Id(required=True)
    summary = Text(500, required=True)
    severity = Word(Severity, required=True)
    details = Text(allow_none=True)
    checklist_item_id = Id(allow_none=True)
    inspection_id = Id(allow_none=True)
    location = Text(300, allow_none=True)
    found_at = Instant(allow_none=True)
    evidence_ids = EvidenceIds()
    round_id = Id(allow_none=True)
    client_id = Text(100, allow_none=True)
    settled = Part(SettlementBody, allow_none=True)


class FindingTexts(CorrectionBody):
    """Corrections of the text; at least one."""

    summary = Text(500)
    details = Text(allow_none=True)
    location = Text(300, allow_none=True)
    requirement = Text()


class FindingFilters(RequestSchema):
    """Which findings, in a query as in a body."""

    state = AnyOf(Word(State))
    organization_id = AnyOf(Id())
    district_id = AnyOf(Id())
    round_id = Id()
    origin = AnyOf(Word(Origin))
    severity = AnyOf(Word(Severity))
    light = AnyOf(Word(Light))
    checklist_item_id = AnyOf(Id())
    category = Text(200)
    inspection_id = Id()
    deadline_before = Instant()
    deadline_after = Instant()
    q = Text(200)


class FindingQuery(FindingFilters, PagingQuery):
    """Which findings are listed."""

    escalation_level = AnyOf(WholeNumber(0, LAST_LEVEL, in_query=True))
    awaiting_review = YesNo(in_query=True)
    proposed = YesNo(in_query=True)
    extension_pending = YesNo(in_query=True)
    ever_overdue = YesNo(in_query=True)
    voided = YesNo(in_query=True)
    sort = Choice(*SORTS)
