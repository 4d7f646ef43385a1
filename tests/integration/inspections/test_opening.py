"""Opening inspections and correcting their heads: by whom, about whom, once, and never behind anybody's back."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.audit.verify import verify
from service.errors import Conflict, InvalidInput, NotFound
from service.inspections.list import InspectionFilter, list_inspections, view_inspection
from service.inspections.opening import correct_head
from service.models import Checklist, Inspection, JournalEntry, Post
from service.people.callers import caller_of
from service.round_changes.period import RoundChange, change_round
from tests.build.inspections import closed, find, journal_of, lay_checklists, opened, say, sweep_inspections
from tests.worlds.books import FOUND_AT, Town, local
from workflows.journal import JournalAct
from workflows.vocabulary import Answer, InspectionKind, Light, Method, Origin, Role

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _checklists(session: Session, town: Town) -> None:
    lay_checklists(session, town)


def annex_of(session: Session, inspection: Inspection) -> int:
    return session.get_one(Checklist, inspection.checklist_id).annex


def test_each_side_opens_the_inspection_that_is_its_own(session: Session, town: Town) -> None:
    office = town.district_office.id
    inspections = [
        opened(session, town),
        opened(session, town, organization_id=office),
        opened(session, town, by=town.district),
        opened(session, town, by=town.district, organization_id=office),
        opened(session, town, by=town.university),
    ]
    assert [(inspection.kind, inspection.origin, annex_of(session, inspection)) for inspection in inspections] == [
        (InspectionKind.INSPECTION, Origin.CENTRE, 1),
        (InspectionKind.INSPECTION, Origin.CENTRE, 2),
        (InspectionKind.INSPECTION, Origin.DISTRICT, 1),
        (InspectionKind.SELF_CHECK, Origin.UNIT, 2),
        (InspectionKind.SELF_CHECK, Origin.UNIT, 1),
    ]
    assert [inspection.number for inspection in inspections] == [
        "2026-08-督0001",
        "2026-08-督0002",
        "2026-08-督0003",
        "2026-08-自0001",
        "2026-08-自0002",
    ]


def test_a_sheet_is_opened_in_the_post_of_the_team(session: Session, town: Town) -> None:
    inspector = town.people["inspector"]
    session.add(Post(person_id=inspector.id, organization_id=inspector.organization_id, role=Role.INSPECTOR))
    inspector.role = Role.LEADERSHIP
    session.flush()
    inspection = opened(session, town, by=caller_of(session, inspector).actor)
    (entry,) = session.scalars(select(JournalEntry).where(JournalEntry.subject_id == inspection.id))
    assert entry.actor_role is Role.INSPECTOR


def test_a_repeat_with_the_same_client_id_finds_the_same_inspection(session: Session, town: Town) -> None:
    first = opened(session, town, client_id="平板-1")
    assert opened(session, town, client_id="平板-1").id == first.id
    with pytest.raises(InvalidInput, match="invalid_input") as refused:
        opened(session, town, client_id="平板-1", organization_id=town.neighbour_college.id)
    assert refused.value.fields == {"client_id": "client_id_reused", "organization_id": "differs_from_first"}
    others: list[dict[str, Any]] = [{"note": "又点了一次"}, {"rooms": ["9号楼"]}, {"inspected_on": date(2026, 4, 12)}]
    for other in others:
        with pytest.raises(InvalidInput) as refused:
            opened(session, town, client_id="平板-1", **other)
        assert refused.value.fields == {"client_id": "client_id_reused", **dict.fromkeys(other, "differs_from_first")}
    assert session.scalar(select(func.count(Inspection.id))) == 1
    assert opened(session, town).number == "2026-08-督0002"


def test_the_head_is_corrected_by_version_and_what_stood_before_is_kept(session: Session, town: Town) -> None:
    inspection = opened(session, town, methods=[Method.ON_SITE, Method.HEARING], rooms=["考务办公室"])
    assert inspection.methods == ["hearing", "on_site"]
    head = {"methods": [Method.ON_SITE], "rooms": ["试卷保管室"], "participants": ["陈一鸣"], "note": "雨天"}
    correct_head(session, inspection.id, head, version=1, actor=town.team_head, now=FOUND_AT + HOUR)
    with pytest.raises(Conflict, match="stale_version"):
        correct_head(session, inspection.id, {"note": "晴天"}, version=1, actor=town.inspector, now=FOUND_AT + HOUR)
    correct_head(
        session, inspection.id, {"note": "雨天"}, version=2, actor=town.inspector, now=FOUND_AT + HOUR
    )  # changes nothing
    assert (inspection.rooms, inspection.participants, inspection.note, inspection.version) == (
        ["试卷保管室"],
        ["陈一鸣"],
        "雨天",
        2,
    )
    assert [entry.act for entry in journal_of(session, inspection)] == [JournalAct.OPEN, JournalAct.REVISE]
    assert journal_of(session, inspection)[1].data["before"]["methods"] == ["hearing", "on_site"]
    session.commit()
    assert verify(session) == []


def test_an_inspection_is_seen_by_those_above_the_unit_and_by_the_unit_once_it_is_closed(
    session: Session, town: Town
) -> None:
    inspection = opened(session, town)
    say(session, inspection, 1, Answer.IN_PLACE, by=town.inspector)

    def sees() -> set[str]:
        everybody = town.everybody().items()
        return {
            who
            for who, actor in everybody
            if list_inspections(session, InspectionFilter(), actor=actor, now=FOUND_AT).items
        }

    near = {"inspector", "team_head", "district", "leader", "leadership"}
    assert sees() == near
    with pytest.raises(NotFound):
        view_inspection(session, inspection.id, actor=town.university, now=FOUND_AT)
    closed(session, town, inspection)
    assert sees() == near | {"university"}


def test_the_list_filters_and_turns_pages(session: Session, town: Town) -> None:
    inspections = [opened(session, town, at=FOUND_AT + n * HOUR) for n in range(3)]
    own = opened(session, town, by=town.university, at=FOUND_AT + 3 * HOUR)
    say(session, inspections[0], 1, Answer.IN_PLACE, by=town.inspector)
    closed(session, town, inspections[0])

    def listed(**wanted: Any) -> list[str]:
        page = list_inspections(
            session,
            InspectionFilter(**wanted),
            actor=town.leadership,
            now=FOUND_AT + 4 * HOUR,
        )
        return [one.inspection.id for one in page.items]

    assert listed() == [own.id, *(inspection.id for inspection in reversed(inspections))]
    assert listed(kind=InspectionKind.SELF_CHECK) == [own.id]
    assert listed(open=False) == [inspections[0].id]
    assert len(listed(open=True, organization_id=town.college.id, district_id=town.district_office.id)) == 3
    assert listed(organization_id=town.neighbour_college.id) == []
    assert len(listed(round_id=town.round.id)) == 4
    first = list_inspections(session, InspectionFilter(), actor=town.leader, now=FOUND_AT, limit=3)
    rest = list_inspections(
        session, InspectionFilter(), actor=town.leader, now=FOUND_AT, limit=3, cursor=first.next_cursor
    )
    assert [one.inspection.id for one in rest.items] == [inspections[0].id]


@pytest.mark.parametrize(
    ("now", "light"),
    [(FOUND_AT, Light.GREEN), (local(4, 14, 9), Light.AMBER), (local(4, 16, 9), Light.RED)],
)
def test_the_filter_of_lights_agrees_with_the_light(session: Session, town: Town, now: datetime, light: Light) -> None:
    opened(session, town)
    done = opened(session, town)
    say(session, done, 1, Answer.IN_PLACE, by=town.inspector)
    closed(session, town, done)
    opened(session, town, by=town.university)
    for wanted in Light:
        found = list_inspections(session, InspectionFilter(light=wanted), actor=town.leadership, now=now).items
        assert {one.light for one in found} <= {wanted}
        assert len(found) == (wanted is light) + 2 * (wanted is Light.GREEN)


def test_a_view_counts_items_by_answer_and_names_the_findings(session: Session, town: Town) -> None:
    inspection = opened(session, town)
    say(session, inspection, 1, Answer.IN_PLACE, by=town.inspector)
    say(session, inspection, 2, Answer.NOT_APPLICABLE, by=town.inspector)
    say(session, inspection, 3, Answer.NOT_SEEN, by=town.inspector)
    find(session, inspection, 4, by=town.inspector)
    seen = view_inspection(session, inspection.id, actor=town.district, now=FOUND_AT)
    assert (seen.items, dict(seen.answered)) == (
        71,
        {Answer.IN_PLACE: 1, Answer.NOT_IN_PLACE: 1, Answer.NOT_APPLICABLE: 1, Answer.NOT_SEEN: 68},
    )
    assert [finding.summary for finding in seen.findings] == ["第4项未落实"]


def test_exam_days_that_are_set_later_move_what_is_due(session: Session, town: Town) -> None:
    inspection = opened(session, town, at=local(4, 13, 10))
    assert inspection.feedback_due_at == local(4, 15)
    change_round(
        session, town.round.id, RoundChange(exam_days=[date(2026, 4, 15)]), actor=town.admin, now=local(4, 13, 11)
    )
    sweep_inspections(session, local(4, 13, 12))
    session.refresh(inspection)
    assert inspection.feedback_due_at == local(4, 14)
