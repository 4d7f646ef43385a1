"""五个专项行动."""

from api.schemas.evidence import EvidenceSchema
from api.schemas.paging import PagingQuery
from api.schemas.request_fields import (
    Amount,
    CorrectionBody,
    Day,
    EvidenceIds,
    Id,
    Part,
    RequestSchema,
    Several,
    Text,
    YesNo,
)
from api.schemas.response_fields import (
    NumberedSchema,
    ResponseSchema,
    at,
    count,
    id_,
    named,
    number,
    on,
    part,
    several,
    text,
    word,
)
from workflows.vocabulary import CampaignCode

MOST_EVIDENCE = 50


class BilingualSchema(ResponseSchema):
    """A name in both languages."""

    zh = text()
    en = text()


class ResultSchema(ResponseSchema):
    """A result in figures; of a total, those of one name and unit added up."""

    name = text()
    value = number()
    unit = text(maybe=True)


class TotalSchema(ResponseSchema):
    """Some actions together."""

    actions = count()
    latest_on = on(maybe=True)
    results = several(part(ResultSchema))


class DistrictTotalSchema(ResponseSchema):
    """What one district has done; also when that is nothing."""

    district = named()
    total = part(TotalSchema)


class WeekTotalSchema(ResponseSchema):
    """What was done in the week that begins on a Monday."""

    starts_on = on()
    total = part(TotalSchema)


class CampaignSchema(ResponseSchema):
    """One of the five special campaigns, with what it has come to."""

    rest_from = "campaign"

    code = word(CampaignCode)
    name = part(BilingualSchema)
    total = part(TotalSchema)
    districts = several(part(DistrictTotalSchema))
    weeks = several(part(WeekTotalSchema))


class ActionSchema(ResponseSchema):
    """One action of a campaign in one district."""

    rest_from = "action"

    id = id_()
    campaign = word(CampaignCode)
    round = part(NumberedSchema)
    district = named()
    acted_on = on()
    lead_department = text()
    departments = several(text())
    places = several(text())
    summary = text()
    results = several(part(ResultSchema))
    evidence = several(part(EvidenceSchema))
    recorded_at = at()
    recorded_by = named()
    withdrawn_at = at(maybe=True)
    withdrawal_reason = text(maybe=True)
    version = count()


class ResultBody(RequestSchema):
    """A result in figures."""

    name = Text(60, required=True)
    value = Amount(required=True)
    unit = Text(20, allow_none=True)


class ActionTexts(CorrectionBody):
    """Corrections of an action; at least one. A list that is given replaces the one before."""

    acted_on = Day()
    lead_department = Text(120)
    departments = Several(Text(120), most=30)
    places = Several(Text(200), most=100)
    summary = Text()
    results = Several(Part(ResultBody), most=50)
    evidence_ids = EvidenceIds(most=MOST_EVIDENCE)


class ActionBody(RequestSchema):
    """An action of the caller's district."""

    acted_on = Day(required=True)
    lead_department = Text(120, required=True)
    departments = Several(Text(120), most=30)
    places = Several(Text(200), most=100)
    summary = Text(required=True)
    results = Several(Part(ResultBody), most=50)
    evidence_ids = EvidenceIds(most=MOST_EVIDENCE)
    round_id = Id(allow_none=True)
    client_id = Text(100, allow_none=True)


class WithdrawalBody(RequestSchema):
    """Why it does not count."""

    reason = Text(required=True)


class CampaignQuery(RequestSchema):
    """Which actions count; without a round those of the rounds in force, and the days are inclusive."""

    round_id = Id()
    district_id = Id()
    since = Day(data_key="from")
    until = Day(data_key="to")


class ActionQuery(CampaignQuery, PagingQuery):
    """Which actions are listed."""

    withdrawn = YesNo(in_query=True, load_default=False)
