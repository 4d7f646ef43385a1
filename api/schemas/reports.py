"""周报: what a unit writes, what is counted, and how it stands."""

from typing import Any

from marshmallow import fields

from api.schemas.paging import PagingQuery
from api.schemas.report_figures import ReportFiguresSchema
from api.schemas.request_fields import AnyOf, Choice, Id, Part, RequestSchema, Several, Text, WholeNumber, Word
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
from service.reports.list import SORTS
from workflows.vocabulary import UNIT_KINDS, Light, ReportState

LONGEST_REMARK, MOST_REMARKS = 2000, 100
LATEST_WEEK = 520


class ProblemWordsBody(RequestSchema):
    """A common problem in the district's own words."""

    checklist_item_id = Id(required=True)
    words = Text(LONGEST_REMARK, required=True)


class DifficultyBody(RequestSchema):
    """A problem or difficulty that is raised to those above."""

    text = Text(LONGEST_REMARK, required=True)
    category = Text(80, allow_none=True)


class WordsBody(RequestSchema):
    """The written part, by section; what is left out or null is not said."""

    self_check = Text(allow_none=True, metadata={"description": "自查情况"})
    inspection = Text(allow_none=True, metadata={"description": "督查情况"})
    campaigns = Text(allow_none=True, metadata={"description": "五个专项行动成效"})
    common_problems = Several(Part(ProblemWordsBody), most=MOST_REMARKS, metadata={"description": "共性问题"})
    difficulties = Several(Part(DifficultyBody), most=MOST_REMARKS, metadata={"description": "问题和困难"})
    plan = Text(allow_none=True, metadata={"description": "下步安排"})
    remarks = Text(allow_none=True, metadata={"description": "其他"})


class DraftBody(RequestSchema):
    """Words that are kept and not handed in yet."""

    words = Part(WordsBody, required=True)


class ReportSubmissionBody(RequestSchema):
    """A report that is handed in, or handed in again."""

    words = Part(WordsBody, required=True)
    language = Choice("zh", "en", metadata={"description": "of the words; the caller's own when left out"})


class ReportQuery(PagingQuery):
    """Which reports are listed."""

    round_id = Id()
    organization_id = AnyOf(Id())
    district_id = AnyOf(Id())
    week = AnyOf(WholeNumber(1, LATEST_WEEK, in_query=True))
    state = AnyOf(Word(ReportState))
    kind = AnyOf(Word(UNIT_KINDS))
    sort = Choice(*SORTS)


class ProblemWordsSchema(ResponseSchema):
    """A common problem in the district's own words."""

    checklist_item_id = id_()
    words = text()


class DifficultySchema(ResponseSchema):
    """A difficulty as it is written."""

    text = text()
    category = fields.String()


class WordsSchema(ResponseSchema):
    """The sections that were written."""

    self_check = fields.String()
    inspection = fields.String()
    campaigns = fields.String()
    common_problems = fields.List(part(ProblemWordsSchema))
    difficulties = fields.List(part(DifficultySchema))
    plan = fields.String()
    remarks = fields.String()


class DifficultyQuery(PagingQuery):
    """Of whose reports."""

    round_id = Id()
    district_id = AnyOf(Id())
    organization_id = AnyOf(Id())
    week = AnyOf(WholeNumber(1, LATEST_WEEK, in_query=True))


class RaisingReportSchema(ResponseSchema):
    """A report that raises something, and what it raises."""

    rest_from = "report"

    report_id = id_()
    week = count()
    organization = named()
    district = named()
    submitted_at = at()
    difficulties = several(part(DifficultySchema))

    def get(self, obj: Any, name: str) -> Any:
        """The difficulties stand among its words."""
        return obj.words[name] if name == "difficulties" else super().get(obj, name)


class ReportVersionSchema(ResponseSchema):
    """A report as it was handed in."""

    id = id_()
    report_id = id_()
    version = count()
    language = text(metadata={"enum": ["zh", "en"]})
    words = part(WordsSchema)
    figures = part(ReportFiguresSchema)
    submitted_at = at()
    submitted_by = named()


class ReportSchema(ResponseSchema):
    """What one unit owes for one week, and how it stands."""

    rest_from = "report"

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


class WholeReportSchema(ReportSchema):
    """A report with its figures, frozen once it is handed in; the draft is for its unit alone."""

    figures = part(ReportFiguresSchema)
    words = part(WordsSchema, maybe=True)
    draft = part(WordsSchema, maybe=True)
    versions = several(count())

    def get(self, obj: Any, name: str) -> Any:
        """Of its versions, the numbers."""
        value = super().get(obj, name)
        return [made.version for made in value] if name == "versions" else value
