"""周报: what a unit writes, what is counted, and how it stands."""

from typing import Any

from marshmallow import fields

from api.schemas.checklists import RequirementSchema
from api.schemas.fields import Choice, Id, Part, Several, Strict, Text, Whole, Word
from api.schemas.findings import ChecklistItemSchema
from api.schemas.paging import PagingQuery
from api.schemas.shown import NumberedSchema, Shown, at, count, id_, named, part, several, text, word, yes_no
from api.schemas.statistics import FailingAtSchema
from service.report_list import SORTS
from service.report_views import WholeReportView
from workflows.vocabulary import CampaignCode, InspectionKind, Light, OrganizationKind, Origin, ReportState

LONGEST_REMARK, MOST_REMARKS = 2000, 100
LATEST_WEEK = 520
_OF_VIEW = WholeReportView.__dataclass_fields__


class ProblemWordsBody(Strict):
    """A common problem in the district's own words."""

    checklist_item_id = Id(required=True)
    words = Text(LONGEST_REMARK, required=True)


class DifficultyBody(Strict):
    """A problem or difficulty that is raised to those above."""

    text = Text(LONGEST_REMARK, required=True)
    category = Text(80, allow_none=True)


class WordsBody(Strict):
    """The written part, by section; what is left out or null is not said."""

    self_check = Text(allow_none=True, metadata={"description": "自查情况"})
    inspection = Text(allow_none=True, metadata={"description": "督查情况"})
    campaigns = Text(allow_none=True, metadata={"description": "五个专项行动成效"})
    common_problems = Several(Part(ProblemWordsBody), most=MOST_REMARKS, metadata={"description": "共性问题"})
    difficulties = Several(Part(DifficultyBody), most=MOST_REMARKS, metadata={"description": "问题和困难"})
    plan = Text(allow_none=True, metadata={"description": "下步安排"})
    remarks = Text(allow_none=True, metadata={"description": "其他"})


class DraftBody(Strict):
    """Words that are kept and not handed in yet."""

    words = Part(WordsBody, required=True)


class ReportSubmissionBody(Strict):
    """A report that is handed in, or handed in again."""

    words = Part(WordsBody, required=True)
    language = Choice("zh", "en", metadata={"description": "of the words; the caller's own when left out"})


class ReportQuery(PagingQuery):
    """Which reports are listed."""

    round_id = Id()
    organization_id = Id()
    district_id = Id()
    week = Whole(1, LATEST_WEEK, in_query=True)
    state = Word(ReportState)
    kind = Choice(OrganizationKind.UNIVERSITY, OrganizationKind.DISTRICT)
    sort = Choice(*SORTS)


class FlowsSchema(Shown):
    """How often each thing happened."""

    found = count()
    proposed = count(metadata={"description": "of those found: by the clock, from what was never confirmed"})
    notified = count()
    put_right = count()
    overdue = count()
    escalated = count()
    voided = count()
    reopened = count()


class CountsSchema(FlowsSchema):
    """What happened in the period; carried_over + new - put_right - voided = open."""

    new = count(metadata={"description": "found or reopened"})
    carried_over = count(metadata={"description": "open when the period began"})
    open = count(metadata={"description": "open when the period ended"})
    to_date = part(FlowsSchema)


class CategoryCountsSchema(CountsSchema):
    """The same under one heading of the checklists."""

    category = text()


class SheetCountsSchema(Shown):
    """How sheets came out that were closed in the period."""

    about = text(metadata={"enum": ["own", "universities"]})
    kind = word(InspectionKind)
    origin = word(Origin)
    sheets = count()
    units = count()
    items = count()
    in_place = count()
    not_in_place = count()
    not_applicable = count()
    not_seen = count()


class CampaignResultSchema(Shown):
    """One result in figures."""

    name = text()
    unit = text(maybe=True)
    value = fields.Float(required=True)


class CampaignCountsSchema(Shown):
    """One special campaign: actions recorded in the period, and their results added up."""

    campaign = word(CampaignCode)
    actions = count()
    results = several(part(CampaignResultSchema))


class CommonProblemCountsSchema(Shown):
    """An item that failed at several universities since the round began."""

    checklist_item = part(ChecklistItemSchema)
    requirement = part(RequirementSchema)
    findings = count()
    open = count()
    put_right = count()
    universities = several(part(FailingAtSchema))


class RaisedSchema(Shown):
    """A difficulty that a university raised in its report."""

    organization = named()
    report_id = id_()
    text = text()
    category = fields.String(required=True, allow_none=True)


class ReportFiguresSchema(Shown):
    """What was counted, after `since` up to `until`; a district's report holds more."""

    since = at(maybe=True)
    until = at()
    total = part(CountsSchema)
    major = part(CountsSchema)
    own = fields.Nested(CountsSchema)
    universities = fields.Nested(CountsSchema)
    categories = several(part(CategoryCountsSchema))
    sheets = several(part(SheetCountsSchema))
    campaigns = fields.List(part(CampaignCountsSchema))
    common_problems = fields.List(part(CommonProblemCountsSchema))
    difficulties = fields.List(part(RaisedSchema))


class ProblemWordsSchema(Shown):
    """A common problem in the district's own words."""

    checklist_item_id = id_()
    words = text()


class DifficultySchema(Shown):
    """A difficulty as it is written."""

    text = text()
    category = fields.String()


class WordsSchema(Shown):
    """The sections that were written."""

    self_check = fields.String()
    inspection = fields.String()
    campaigns = fields.String()
    common_problems = fields.List(part(ProblemWordsSchema))
    difficulties = fields.List(part(DifficultySchema))
    plan = fields.String()
    remarks = fields.String()


class ReportVersionSchema(Shown):
    """A report as it was handed in."""

    id = id_()
    report_id = id_()
    version = count()
    language = text(metadata={"enum": ["zh", "en"]})
    words = part(WordsSchema)
    figures = part(ReportFiguresSchema)
    submitted_at = at()
    submitted_by = named()


class ReportSchema(Shown):
    """What one unit owes for one week, and how it stands."""

    id = id_()
    round = part(NumberedSchema)
    kind = text(metadata={"enum": ["university", "district"]})
    week = count()
    organization = named()
    district = named()
    recipient = named()
    deadline = at()
    missing_at = at()
    state = word(ReportState)
    light = word(Light)
    late = yes_no()
    counted_until = at(maybe=True)
    submitted_at = at(maybe=True)
    submitted_by = named(maybe=True)
    version = count()

    def get(self, obj: Any, name: str) -> Any:
        """How it stands comes from the view, the rest from the report's row."""
        return getattr(obj if name in _OF_VIEW else obj.report, name)


class WholeReportSchema(ReportSchema):
    """The same with its figures, frozen once it is handed in; the draft is for its unit alone."""

    figures = part(ReportFiguresSchema)
    words = part(WordsSchema, maybe=True)
    draft = part(WordsSchema, maybe=True)
    versions = several(count())

    def get(self, obj: Any, name: str) -> Any:
        """Of its versions, the numbers."""
        value = super().get(obj, name)
        return [made.version for made in value] if name == "versions" else value
