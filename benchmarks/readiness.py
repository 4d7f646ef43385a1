"""An office that answers: forty universities, eleven offices, the notice's 123 items, twenty thousand answers."""

import time
from datetime import UTC, datetime, timedelta
from random import Random

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from benchmarks.seed import Round as Seeded
from benchmarks.seed import seed_round
from service.checklists.catalogues import NOTICE_2021_35, shipped
from service.checklists.checklists import add_checklists
from service.models import Checklist, Inspection, InspectionAnswer, Organization, Round, new_id
from service.readiness.proposals import next_proposal_at, sweep_proposals
from service.store.db import connect, sessions
from service.store.schema import upgrade
from workflows.vocabulary import Answer, InspectionKind, OrganizationKind, Origin

UNIVERSITIES, SHEETS = 40, 7  # seven sheets about each university: 19,880 answers
FIRST_SHEET = datetime(2026, 3, 5, 2, tzinfo=UTC)
NOW = datetime(2026, 4, 21, 2, tzinfo=UTC)  # the day after 4月中旬 has ended
BATCH = 1000


def prepare(url: str) -> tuple[int, int, float]:
    """Sheets and answers, and the findings that the clock proposes; how many of each, and the seconds of proposing."""
    engine = connect(url)
    upgrade(url)
    with sessions(engine)() as session:
        seeded = seed_round(session, universities=UNIVERSITIES)
        add_checklists(session, session.get_one(Round, seeded.round_id), shipped(NOTICE_2021_35))
        answers = _fill_in(session, seeded)
        session.commit()
    proposed, seconds = _propose(sessions(engine)())
    engine.dispose()
    return answers, proposed, seconds


def _fill_in(session: Session, seeded: Seeded) -> int:
    """Sheets of the district offices and of the teams by turns; some items are not answered by anybody."""
    random = Random(2021)
    (checklist,) = session.scalars(select(Checklist).where(Checklist.audience == OrganizationKind.UNIVERSITY))
    items = [item.id for item in checklist.items]
    query = select(Organization).where(Organization.kind == OrganizationKind.UNIVERSITY)
    sheets, answers = [], []
    for unit in session.scalars(query):
        silent = set(random.sample(items, 15))
        for n in range(SHEETS):
            at = FIRST_SHEET + timedelta(days=6 * n)
            sheets.append(_sheet(seeded, checklist, unit, at, Origin.CENTRE if n % 2 else Origin.DISTRICT))
            given = {"inspection_id": sheets[-1]["id"], "answered_at": at, "answered_by_id": seeded.inspector_id}
            answers += [
                {**given, "item_id": item, "answer": Answer.NOT_SEEN if item in silent else Answer.IN_PLACE}
                for item in items
            ]
    session.execute(insert(Inspection), sheets)
    session.execute(insert(InspectionAnswer), answers)
    return len(answers)


def _sheet(seeded: Seeded, checklist: Checklist, unit: Organization, at: datetime, origin: Origin) -> dict[str, object]:
    return {
        "id": new_id(),
        "number": new_id(),
        "round_id": seeded.round_id,
        "checklist_id": checklist.id,
        "kind": InspectionKind.INSPECTION,
        "origin": origin,
        "organization_id": unit.id,
        "district_id": unit.parent_id,
        "by_organization_id": unit.parent_id,
        "inspected_on": at.date(),
        "opened_at": at,
        "opened_by_id": seeded.inspector_id,
        "closed_at": at,
        "closed_by_id": seeded.inspector_id,
    }


def _propose(session: Session) -> tuple[int, float]:
    """Everything that fell due since the round began, at once, as after a long outage."""
    began, proposed = time.perf_counter(), 0
    while (due_at := next_proposal_at(session)) and due_at <= NOW:
        proposed += sweep_proposals(session, now=NOW, limit=BATCH)
        session.commit()
    session.close()
    return proposed, time.perf_counter() - began
