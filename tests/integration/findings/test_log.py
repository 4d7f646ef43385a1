"""Logging: by whom, against whom, into which round, once; settled on the spot; corrected later."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.audit.verify import verify
from service.errors import Conflict, InvalidInput, NotAllowed, NotFound
from service.findings.corrections import edit
from service.findings.log import NewFinding, Settlement, log_all, settle
from service.findings.new import place_of_unit
from service.findings.read import events_of, evidence_of
from service.models import Finding, Revision, new_id
from service.rounds.rounds import close_round
from tests.build.checklists import add_checklist
from tests.worlds.books import FOUND_AT, Town, add_evidence, heard, kinds, log_finding, notify_finding
from tests.worlds.rows import make_round
from workflows.vocabulary import Origin, Severity, State

LATER = FOUND_AT + timedelta(hours=1)


def test_the_origin_says_who_logged(session: Session, town: Town) -> None:
    origins = {
        log_finding(session, town, by=actor).origin: name
        for name, actor in (("inspector", town.inspector), ("district", town.district), ("unit", town.university))
    }
    assert origins == {Origin.CENTRE: "inspector", Origin.DISTRICT: "district", Origin.UNIT: "unit"}
    own = log_finding(session, town, by=town.district, organization_id=town.district_office.id)
    assert (own.origin, own.district_id) == (Origin.UNIT, town.district_office.id)


def test_a_general_finding_alerts_nobody_and_a_major_one_leader_and_unit_at_once(session: Session, town: Town) -> None:
    assert heard(session, log_finding(session, town), town) == []
    assert heard(session, log_finding(session, town, severity=Severity.MAJOR), town) == ["leader", "university"]
    found_by_itself = log_finding(session, town, by=town.university, severity=Severity.MAJOR)
    assert heard(session, found_by_itself, town) == ["district", "leader"]


@pytest.mark.parametrize("name", ["leader", "leadership", "bureau", "committee", "admin"])
def test_others_do_not_log(session: Session, town: Town, name: str) -> None:
    with pytest.raises(NotAllowed, match="not_yours"):
        log_finding(session, town, by=town.everybody()[name])


@pytest.mark.parametrize("name", ["other_inspector", "other_district", "other_university", "neighbour"])
def test_a_foreign_unit_looks_like_an_unknown_one(session: Session, town: Town, name: str) -> None:
    for organization_id in (town.college.id, new_id()):
        with pytest.raises(InvalidInput) as refused:
            log_finding(session, town, by=town.everybody()[name], organization_id=organization_id)
        assert refused.value.fields == {"organization_id": "unknown_organization"}
    with pytest.raises(InvalidInput):
        log_finding(session, town, by=town.inspector, organization_id=town.inspector.organization_id)


def test_numbers_count_up_within_the_round(session: Session, town: Town) -> None:
    numbers = [log_finding(session, town).number for _ in range(3)]
    assert numbers == ["2026-08-0001", "2026-08-0002", "2026-08-0003"]


def test_a_repeat_answers_with_the_first(session: Session, town: Town) -> None:
    first = log_finding(session, town, client_id="平板-1")
    again = log_finding(session, town, client_id="平板-1")
    other = log_finding(session, town, by=town.team_head, client_id="平板-1")
    assert (again.id, again.summary, other.id != first.id) == (first.id, first.summary, True)
    assert session.scalar(select(func.count(Finding.id))) == 2


def test_wrong_particulars_are_all_named(session: Session, town: Town) -> None:
    elsewhere = make_round(session, "2025-11")
    (item,) = add_checklist(session, elsewhere, [("1-1", "组织领导")])
    with pytest.raises(InvalidInput) as refused:
        log_finding(session, town, checklist_item_id=item.id, found_at=LATER, inspection_id=new_id())
    assert refused.value.fields == {
        "found_at": "in_future",
        "inspection_id": "unknown_reference",
        "checklist_item_id": "unknown_reference",
    }


def test_without_an_open_round_nothing_is_logged(session: Session, town: Town) -> None:
    make_round(session, "2027-01", starts_on=date(2027, 1, 1))  # in which nobody is assigned yet
    close_round(session, town.round, now=FOUND_AT)
    with pytest.raises(Conflict, match="no_round_in_force"):
        log_finding(session, town)


def test_what_is_put_right_on_the_spot_is_settled_with_evidence(session: Session, town: Town) -> None:
    photograph = add_evidence(session, town.inspector)
    with pytest.raises(InvalidInput) as refused:
        log_finding(session, town, settled=Settlement([], "当场扶正"))
    assert refused.value.fields == {"evidence_ids": "evidence_missing"}
    session.rollback()
    photograph = add_evidence(session, town.inspector)
    settled = Settlement([photograph, photograph], "当场扶正")
    finding = log_finding(session, town, evidence_ids=[photograph], settled=settled)
    assert (finding.state, finding.verified_at, finding.next_action_at) == (State.VERIFIED, FOUND_AT, None)
    assert kinds(session, finding) == ["log.general", "settle"]
    assert heard(session, finding, town, "settle") == ["district", "university"]
    assert [row.id for row in evidence_of(session, [finding.id], actor=town.university)[finding.id]] == [photograph]


def test_a_major_finding_is_not_settled_and_the_unit_settles_nothing(session: Session, town: Town) -> None:
    major = log_finding(session, town, severity=Severity.MAJOR)
    with pytest.raises(Conflict, match="major"):
        settle(
            session,
            major.id,
            Settlement([add_evidence(session, town.inspector)], "好"),
            actor=town.inspector,
            now=LATER,
        )
    own = log_finding(session, town, by=town.university)
    with pytest.raises(NotAllowed):
        settle(
            session,
            own.id,
            Settlement([add_evidence(session, town.university)], "好"),
            actor=town.university,
            now=LATER,
        )


def test_evidence_of_the_logging_serves_the_settlement_too(session: Session, town: Town) -> None:
    photograph = add_evidence(session, town.inspector)
    finding = log_finding(session, town, evidence_ids=[photograph])
    done = settle(session, finding.id, Settlement([photograph], "当场改好"), actor=town.team_head, now=LATER)
    assert done.state is State.VERIFIED


def test_text_is_corrected_and_what_stood_before_is_kept(session: Session, town: Town) -> None:
    finding = notify_finding(session, town)
    version, due = finding.version, finding.next_action_at
    words: dict[str, str | None] = {"summary": "3号楼301考场监控黑屏", "location": None}
    edited = edit(session, finding.id, words, version=version, actor=town.inspector, now=LATER)
    assert (edited.summary, edited.version, edited.next_action_at) == ("3号楼301考场监控黑屏", version + 1, due)
    before = session.execute(select(Revision.field, Revision.before)).all()
    assert before == [("summary", "3号楼考场监控摄像头黑屏")]
    assert len(events_of(session, edited, actor=town.inspector)) == 2
    with pytest.raises(Conflict, match="stale_version"):
        edit(session, finding.id, words, version=version, actor=town.inspector, now=LATER)


def test_only_the_overseer_corrects_and_never_in_a_closed_round(session: Session, town: Town) -> None:
    finding = notify_finding(session, town)
    words: dict[str, str | None] = {"summary": "无问题"}
    for name, error in (("university", NotAllowed), ("leadership", NotAllowed), ("neighbour", NotFound)):
        with pytest.raises(error):
            edit(session, finding.id, words, version=finding.version, actor=town.everybody()[name], now=LATER)
    close_round(session, town.round, now=LATER)
    with pytest.raises(Conflict, match="round_closed"):
        edit(session, finding.id, words, version=finding.version, actor=town.inspector, now=LATER)


def test_many_that_are_logged_at_once_are_as_if_logged_one_by_one(session: Session, town: Town) -> None:
    units = (town.college, town.district_office)
    places = [place_of_unit(session, unit.id, actor=town.inspector, now=FOUND_AT) for unit in units]
    news = [
        (NewFinding(place.unit.id, f"{severity}-{n}", severity, client_id=f"{place.unit.name}-{severity}-{n}"), place)
        for place in places
        for severity in Severity
        for n in range(3)
    ]
    ids = log_all(session, news, actor=town.inspector, now=FOUND_AT)
    for id_, (new, place) in zip(ids, news, strict=True):
        alone = log_finding(session, town, organization_id=place.unit.id, summary=new.summary, severity=new.severity)
        one = session.get_one(Finding, id_)
        session.refresh(one)
        assert kinds(session, one) == kinds(session, alone) == [f"log.{new.severity}"]
        assert heard(session, one, town) == heard(session, alone, town)
        for name in ("origin", "state", "next_action_at", "at_risk_at", "version", "chain_length", "policy_version"):
            assert getattr(one, name) == getattr(alone, name), name
    numbers = [session.get_one(Finding, id_).number for id_ in ids]
    assert numbers == [f"2026-08-{n:04d}" for n in range(1, len(news) + 1)]
    assert verify(session) == []


def test_of_many_none_is_logged_when_one_was_logged_meanwhile(session: Session, town: Town) -> None:
    first = log_finding(session, town, client_id="台账-2")
    place = place_of_unit(session, town.college.id, actor=town.inspector, now=FOUND_AT)
    news = [(NewFinding(town.college.id, "门锁", Severity.GENERAL, client_id=f"台账-{n}"), place) for n in (1, 2)]
    with pytest.raises(Conflict, match="stale_version"):
        log_all(session, news, actor=town.inspector, now=LATER)
    assert list(session.scalars(select(Finding.id))) == [first.id]
    assert log_finding(session, town).number == "2026-08-0002"
