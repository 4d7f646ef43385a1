"""The demonstration's weekly reports: most are handed in on their day, some the next morning, some not at all."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any

from demo.fast_clock import Act
from demo.office import Office
from demo.people import LEADERSHIP
from demo.steps import Days
from demo.texts import texts
from demo.work import FILE
from service.reports.list import ReportFilter, list_reports
from service.reports.plan import plan_due
from service.reports.submit import submit_report
from workflows.findings.facts import Actor
from workflows.vocabulary import UNIT_ROLES, ReportState

AFTERNOON, NEXT_MORNING = time(14), time(10)  # before what is due at closing time, and after
AHEAD = timedelta(hours=8)
SOONEST = 80  # reports: more than are due at a time


def reports(office: Office, days: Days) -> Iterator[Act]:
    """Planning, and on each working day since then what is handed in, as demo/work.toml says."""
    content = texts(FILE, "zh")["reports"]
    actors = office.actors()
    owners = {actor.organization_id: actor for actor in actors.values() if actor.role in UNIT_ROLES}
    idle = {office.organizations[name].id for name in (*content["late"], *content["missing"])}
    late = {office.organizations[name].id for name in content["late"]}
    in_time = {id_: actor for id_, actor in owners.items() if id_ not in idle}
    yield days.instant(content["planned"]), lambda now: _plan(office, now)
    for back in range(content["days"], -1, -1):
        for at, state, by in (
            (NEXT_MORNING, (ReportState.LATE, ReportState.MISSING), {id_: owners[id_] for id_ in late}),
            (AFTERNOON, (ReportState.OWED,), in_time),
        ):
            hand_in = partial(_hand_in, office, actors[LEADERSHIP[0]], content["words"], state, by)
            yield days.calendar.instant(days.day(str(back)), at), hand_in


def _plan(office: Office, now: datetime) -> None:
    while plan_due(office.session, now=now):
        pass


def _hand_in(
    office: Office,
    reader: Actor,
    words: Any,
    state: tuple[ReportState, ...],
    by: dict[str | None, Actor],
    now: datetime,
) -> None:
    """Whatever of that state is due by the evening; `reader` sees all of them."""
    found = list_reports(office.session, ReportFilter(state=state), actor=reader, now=now, limit=SOONEST)
    for view in found.items:
        actor = by.get(view.report.organization_id)
        if actor and view.report.deadline <= now + AHEAD:
            own = words[str(actor.role)]
            submit_report(office.session, view.report.id, own, language="zh", actor=actor, now=now)
