"""The demonstration's work beside its findings: sheets filled in and closed, campaigns, filters, papers asked for."""

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
from service.documents.orders import request_document
from service.findings.rectification_notices import list_notices
from service.inspections.answer_list import answers_of
from service.inspections.answers import NewAnswer, answer
from service.inspections.closing import Closing, close
from service.inspections.opening import NewInspection, open_inspection
from service.people.saved_filters.saved_filters import save_filter
from workflows.campaigns import Result
from workflows.findings.facts import Actor
from workflows.vocabulary import Answer, CampaignCode, DocumentKind, Method, Origin

FILE = "work.toml"
ANSWERED = 31  # items of a sheet, the fifth of each ten not applicable


def work(office: Office, days: Days) -> Iterator[Act]:
    """What people did beside findings and reports, as demo/work.toml says."""
    content, actors = texts(FILE, "zh"), office.actors()
    for one in content["sheet"]:
        by = actors[people_around(one["unit"], Origin(one["origin"]), 0)[one["by"]]]
        yield days.instant(one["at"]), partial(_fill_in, office, days, by, one)
    for one in content["action"]:
        (university, *_) = UNIVERSITIES[one["district"]]
        district = actors[people_around(university, Origin.DISTRICT, 0)["overseer"]]
        yield days.instant(one["at"]), partial(_record, office, district, one)


def set_up_tables(office: Office, *, now: datetime) -> None:
    """What stands ready as the demonstration begins: saved filters, and papers that are being made."""
    content, actors = texts(FILE, "zh"), office.actors()
    for one in content["filter"]:
        for actor in (actors[name] for name, person in office.people.items() if person.username):
            if actor.role not in one["by"]:
                continue
            save_filter(office.session, actor=actor, now=now, name=one["name"], query=one["query"])
    for one in content["document"]:
        actor = actors[one["by"]]
        for view in list_notices(office.session, actor=actor, limit=one["newest"]).items:
            request_document(office.session, DocumentKind(one["kind"]), view.notice.id, actor=actor, now=now)


def _fill_in(office: Office, days: Days, actor: Actor, one: Any, now: datetime) -> None:
    """A sheet of which the first items are answered, and the rest is still to be seen; or a closed one."""
    methods = (Method.DOCUMENTS, Method.ON_SITE)
    new = NewInspection(organization_id=office.organizations[one["unit"]].id, methods=methods)
    sheet = open_inspection(office.session, new, actor=actor, now=now)
    items = answers_of(office.session, sheet.id, actor=actor)
    news = [
        NewAnswer(view.item.id, Answer.NOT_APPLICABLE if place % 10 == 4 else Answer.IN_PLACE, 0)
        for place, view in enumerate(items if "closed" in one else items[:ANSWERED])
    ]
    answer(office.session, sheet.id, news, actor=actor, now=now)
    if "closed" in one:
        close(office.session, sheet.id, Closing(one["summary"]), actor=actor, now=days.instant(one["closed"]))


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
