"""“五个专项行动”情况: what a district has done in the five special campaigns."""

from collections import defaultdict

import msgspec
from sqlalchemy import ColumnElement, exists, false, select

from service.documents.kinds.definition import DocumentData, DocumentDefinition, DocumentReader, Subject
from service.documents.kinds.fields import DocumentFields, RoundFields, amounts, as_sentence, day_in_words
from service.errors import Conflict
from service.models import Assignment, CampaignAction, Document, Organization, Round
from service.rounds.rulebooks import calendar_in_force
from service.rounds.running import running
from service.scope import places_seen
from service.wording import word
from service.wording.numerals import ordinal_numeral
from workflows.campaigns import added, results_of
from workflows.findings.facts import Actor
from workflows.vocabulary import CENTRE_ROLES, CampaignCode, OrganizationKind, Role


class CampaignFields(msgspec.Struct, frozen=True, kw_only=True):
    """One campaign: a heading, its sums in a sentence, and a line for each action."""

    heading: str
    overview: str
    actions: list[str]


class CampaignSummaryFields(DocumentFields, frozen=True, kw_only=True):
    """The fields of the template."""

    district: str
    recipient: str
    campaigns: list[CampaignFields]


def gather(reader: DocumentReader, district_id: str) -> DocumentData:
    """The actions of a district's office in the round that it is in, campaign by campaign (notice, part 2)."""
    round_ = _round_of(reader, district_id)
    district = reader.session.get_one(Organization, district_id)
    fields = CampaignSummaryFields(
        office=district.name,
        issuer_id=district.id,
        number=reader.blank_number(round_, district),
        district=district.name,
        recipient=reader.centre().name,
        round=RoundFields.of(round_),
        campaigns=_campaigns(reader, district_id, round_.id),
        date=reader.day(reader.now),
    )
    title = f"{district.name}关于开展“五个专项行动”情况的报告"
    return DocumentData(title, fields, None, round_.id, district_id, district_id)


def _round_of(reader: DocumentReader, district_id: str) -> Round:
    """The round that runs, has the district and is seen: of several the newest; between rounds the last begun."""
    query = select(Round).join(Assignment, Assignment.round_id == Round.id).where(Assignment.district_id == district_id)
    if reader.actor:
        district = Assignment.district_id.expression
        query = query.where(places_seen(reader.actor, district, district, Assignment.round_id.expression))
    rounds = reader.session.scalars(query.order_by(Round.starts_on.desc())).all()
    if not rounds:
        raise Conflict("no_round_in_force")
    today = calendar_in_force(reader.session).local_date(reader.now)
    begun = [round_ for round_ in rounds if round_.starts_on <= today]
    return [*running(rounds, today), *begun, *rounds][0]


def _campaigns(reader: DocumentReader, district_id: str, round_id: str) -> list[CampaignFields]:
    query = select(CampaignAction).where(
        CampaignAction.district_id == district_id,
        CampaignAction.round_id == round_id,
        CampaignAction.withdrawn_at.is_(None),
    )
    query = query.order_by(CampaignAction.acted_on, CampaignAction.recorded_at, CampaignAction.id)
    actions: dict[CampaignCode, list[CampaignAction]] = defaultdict(list)
    for action in reader.session.scalars(query):
        actions[action.campaign].append(action)
    return [_campaign(place, code, actions[code]) for place, code in enumerate(CampaignCode, 1)]


def _campaign(place: int, code: CampaignCode, actions: list[CampaignAction]) -> CampaignFields:
    overview = "尚未开展行动。"
    if actions:
        totals = amounts(added(result for action in actions for result in results_of(action.results)))
        overview = as_sentence(f"共开展行动{len(actions)}次{f'，累计：{totals}' if totals else ''}")
    return CampaignFields(
        heading=f"{ordinal_numeral(place)}、{word(code, 'zh')}",
        overview=overview,
        actions=[_line(number, action) for number, action in enumerate(actions, 1)],
    )


def _line(number: int, action: CampaignAction) -> str:
    together = f"，会同{'、'.join(action.departments)}" if action.departments else ""
    places = f"在{'、'.join(action.places)}" if action.places else ""
    results = amounts(results_of(action.results))
    return (
        f"{number}. {day_in_words(action.acted_on)}，{action.lead_department}牵头{together}{places}开展行动："
        f"{as_sentence(action.summary)}{as_sentence(f'成效：{results}') if results else ''}"
    )


def _visible(subject: Subject, actor: Actor) -> ColumnElement[bool]:
    """The district office's own, and for the centre: its universities have no part in it."""
    if not actor.holds(*CENTRE_ROLES, Role.DISTRICT):
        return false()
    places = places_seen(actor, Organization.id.expression, Organization.id.expression)
    return exists().where(Organization.id == subject, Organization.kind == OrganizationKind.DISTRICT, places)


def _in_round(actor: Actor) -> ColumnElement[bool]:
    """The summary of a round that runs beside another is not for the other's team."""
    district = Document.district_id.expression
    return places_seen(actor, district, district, Document.round_id.expression)


DEFINITION = DocumentDefinition(
    subject="the district office", fields=CampaignSummaryFields, gather=gather, visible=_visible, in_round=_in_round
)
