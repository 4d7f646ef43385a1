"""The demonstration's work beside its findings: a sheet half filled in, campaigns at work."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Any

from demo.fast_clock import Act
from demo.office import Office
from demo.people import UNIVERSITIES, people_around
from demo.steps import Days
from demo.texts import texts
from service.campaigns.record import NewAction, record_action
from service.inspections.answer_list import answers_of
from service.inspections.answers import NewAnswer, answer
from service.inspections.opening import NewInspection, open_inspection
from workflows.campaigns import Result
from workflows.findings.facts import Actor
from workflows.vocabulary import Answer, CampaignCode, Method, Origin

FILE = "work.toml"
ANSWERED = 31  # items of the sheet, the fifth of each ten not applicable


def work(office: Office, days: Days) -> Iterator[Act]:
    """What people did beside the findings, as demo/work.toml says."""
    content, actors = texts(FILE, "zh"), office.actors()
    for one in content["sheet"]:
        head = actors[people_around(one["unit"], Origin.CENTRE, 0)["head"]]
        yield days.instant(one["at"]), partial(_fill_in, office, head, one["unit"])
    for one in content["action"]:
        (university, *_) = UNIVERSITIES[one["district"]]
        district = actors[people_around(university, Origin.DISTRICT, 0)["overseer"]]
        yield days.instant(one["at"]), partial(_record, office, district, one)


def _fill_in(office: Office, actor: Actor, unit: str, now: datetime) -> None:
    """A sheet of which the first items are answered, and the rest is still to be seen."""
    methods = (Method.DOCUMENTS, Method.ON_SITE)
    new = NewInspection(organization_id=office.organizations[unit].id, methods=methods)
    sheet = open_inspection(office.session, new, actor=actor, now=now)
    items = answers_of(office.session, sheet.id, actor=actor)[:ANSWERED]
    news = [
        NewAnswer(view.item.id, Answer.NOT_APPLICABLE if place % 10 == 4 else Answer.IN_PLACE, 0)
        for place, view in enumerate(items)
    ]
    answer(office.session, sheet.id, news, actor=actor, now=now)


def _record(office: Office, actor: Actor, one: Any, now: datetime) -> None:
    new = NewAction(
        campaign=CampaignCode(one["campaign"]),
        acted_on=now.date(),
        lead_department=one["lead_department"],
        summary=one["summary"],
        places=one["places"],
        results=[Result(*result) for result in one["results"]],
    )
    record_action(office.session, new, actor=actor, now=now)
