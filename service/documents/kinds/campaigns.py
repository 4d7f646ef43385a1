"""What a district has done in the five special campaigns, on one paper."""

from collections import defaultdict
from typing import Any

from sqlalchemy import select

from service.documents.kinds.gathered import Desk, Gathered, amounts, day_of, issued_by, round_of, said
from service.errors import Conflict
from service.models import Assignment, CampaignAction, Organization, Round
from service.wording import word
from service.wording.numerals import ordinal_numeral
from workflows.campaigns import added, results_of
from workflows.vocabulary import CampaignCode


def campaign_summary(desk: Desk, district_id: str) -> Gathered:
    """The actions of a district's office in the round that it is in, campaign by campaign (notice, part 2)."""
    round_ = _round_of(desk, district_id)
    district = desk.session.get_one(Organization, district_id)
    query = select(CampaignAction).where(
        CampaignAction.district_id == district_id,
        CampaignAction.round_id == round_.id,
        CampaignAction.withdrawn_at.is_(None),
    )
    actions: dict[CampaignCode, list[CampaignAction]] = defaultdict(list)
    for action in desk.session.scalars(
        query.order_by(CampaignAction.acted_on, CampaignAction.recorded_at, CampaignAction.id)
    ):
        actions[action.campaign].append(action)
    data = {
        **issued_by(district),
        "number": desk.blank_number(desk.now),
        "district": district.name,
        "recipient": desk.centre().name,
        "round": round_of(round_),
        "campaigns": [_campaign(place, code, actions[code]) for place, code in enumerate(CampaignCode, 1)],
        "date": desk.day(desk.now),
    }
    return Gathered(f"{district.name}关于开展“五个专项行动”情况的报告", data, None, round_.id, district_id, district_id)


def _round_of(desk: Desk, district_id: str) -> Round:
    """The newest round that the district is assigned in."""
    query = select(Round).join(Assignment, Assignment.round_id == Round.id).where(Assignment.district_id == district_id)
    round_ = desk.session.scalars(query.order_by(Round.starts_on.desc()).limit(1)).first()
    if round_ is None:
        raise Conflict("no_round_in_force")
    return round_


def _campaign(place: int, code: CampaignCode, actions: list[CampaignAction]) -> dict[str, Any]:
    heading = f"{ordinal_numeral(place)}、{word(code, 'zh')}"
    if not actions:
        return {"heading": heading, "overview": "尚未开展行动。", "actions": []}
    totals = amounts(added(result for action in actions for result in results_of(action.results)))
    return {
        "heading": heading,
        "overview": said(f"共开展行动{len(actions)}次{f'，累计：{totals}' if totals else ''}"),
        "actions": [_line(number, action) for number, action in enumerate(actions, 1)],
    }


def _line(number: int, action: CampaignAction) -> str:
    together = f"，会同{'、'.join(action.departments)}" if action.departments else ""
    places = f"在{'、'.join(action.places)}" if action.places else ""
    results = amounts(results_of(action.results))
    return (
        f"{number}. {day_of(action.acted_on)}，{action.lead_department}牵头{together}{places}开展行动："
        f"{said(action.summary)}{said(f'成效：{results}') if results else ''}"
    )
