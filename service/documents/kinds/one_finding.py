"""What documents about one finding share: its head, its course, and whose it is."""

import msgspec
from sqlalchemy import Select

from service.documents.kinds.definition import DocumentData
from service.documents.kinds.fields import DocumentFields, FindingFields
from service.models import Event, Finding
from service.records.past_events import events_with_actors
from service.wording import word
from workflows.vocabulary import Move

NO_NEWS = (Move.ACKNOWLEDGE, Move.REMIND, Move.REPEAT)  # how often somebody was told is no news to those above


class OneFindingFields(DocumentFields, frozen=True, kw_only=True):
    """What every document about one finding says."""

    unit: str
    finding: FindingFields


class StepFields(msgspec.Struct, frozen=True, kw_only=True):
    """One event in the course of a finding."""

    at: str
    what: str
    why: str


def events_of(finding: Finding) -> Select[Event]:
    """The events of a finding, in order."""
    return events_with_actors(Finding.id == finding.id).order_by(Event.position)


def event_in_words(event: Event) -> str:
    """«整改逾期（已逾期）»: the move, and the state that it led to."""
    return f"{word(event.move, 'zh')}（{word(event.to_state, 'zh')}）"


def of_finding(finding: Finding, title: str, fields: OneFindingFields) -> DocumentData:
    """A document of the finding's own round and unit, without a number."""
    return DocumentData(title, fields, None, finding.round_id, finding.organization_id, finding.district_id)
