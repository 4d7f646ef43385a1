"""The doctor: healthy books are called healthy, and each ailment is named with what to do about it."""

import io
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text, update
from sqlalchemy.orm import Session

from service.checkpoints import checkpoint
from service.doctor import Check, Status, examine
from service.evidence_store import FolderStore
from service.heartbeats import beat
from service.models import Assignment, Delivery, Evidence, Message, Person, Round, TeamMember, new_id
from tests.factories import (
    NOW,
    Town,
    make_alert,
    make_event,
    make_finding,
    make_organization,
    make_overdue,
    make_town,
)
from workflows.vocabulary import Move, OrganizationKind, Role

CHINESE = re.compile(r"[\u4e00-\u9fff]")
LATE = NOW - timedelta(minutes=30)


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "evidence")


@pytest.fixture
def town(session: Session) -> Town:
    town = make_town(session)
    for process in ("worker", "timetable", "web"):
        beat(session, process, now=NOW)
    session.commit()
    return town


@pytest.fixture
def ailments(session: Session, store: FolderStore) -> "Ailments":
    return Ailments(session, store)


class Ailments:
    """What the doctor finds wrong, by name."""

    def __init__(self, session: Session, store: FolderStore) -> None:
        self.session, self.store = session, store

    def __call__(self) -> dict[str, Check]:
        self.session.flush()
        checks = examine(self.session, store=self.store, now=NOW)
        for check in checks:
            assert CHINESE.search(check.sentence("zh"))
            assert check.sentence("en").isprintable()
        return {check.name: check for check in checks if check.status is not Status.OK}

    def only(self, name: str, status: Status) -> str:
        found = self()
        assert set(found) == {name}
        assert found[name].status is status
        return found[name].sentence("zh")


def make_delivery(session: Session, person: Person, **columns: object) -> None:
    message = Message(id=new_id(), person_id=person.id, created_at=LATE)
    session.add(message)
    session.flush()
    session.add(Delivery(id=new_id(), message_id=message.id, channel="mail", attempts=3, **columns))
    session.flush()


def test_healthy_books_have_no_ailment(ailments: Ailments, town: Town) -> None:
    assert ailments() == {}


def test_every_check_that_is_fine_says_so(session: Session, town: Town, store: FolderStore) -> None:
    checks = examine(session, store=store, now=NOW, ping=lambda: None)
    assert [check.name for check in checks] == [
        *("schema", "sweep", "set_aside", "processes", "checkpoints", "redis", "given_up", "mail"),
        *("calendar", "exam_days", "assignments", "hearing", "evidence"),
    ]
    assert all(check.sentence("zh").endswith("。") for check in checks)


def test_an_empty_installation_lacks_only_its_processes(ailments: Ailments) -> None:
    assert "worker、timetable" in ailments.only("processes", Status.FAULT)


def test_another_schema_is_all_that_is_said(session: Session, store: FolderStore, town: Town) -> None:
    session.execute(text("UPDATE alembic_version SET version_num = 'v0000'"))
    (check,) = examine(session, store=store, now=NOW)
    assert check.status is Status.FAULT
    assert "duban db upgrade" in check.sentence("zh")


@pytest.mark.parametrize(("minutes", "status"), [(0, None), (2, Status.WARNING), (30, Status.FAULT)])
def test_a_finding_that_nobody_sweeps_is_noticed(
    session: Session, town: Town, ailments: Ailments, minutes: int, status: Status | None
) -> None:
    make_finding(session, town, next_action_at=NOW - timedelta(minutes=minutes))
    if status is None:
        assert ailments() == {}
    else:
        assert f"{minutes}分钟" in ailments.only("sweep", status)


def test_a_finding_that_was_set_aside_is_named_with_its_error(session: Session, town: Town, ailments: Ailments) -> None:
    make_finding(session, town, 7, set_aside_at=NOW, set_aside_error="ValueError('boom')")
    said = ailments.only("set_aside", Status.FAULT)
    assert "2026-08-0007" in said
    assert "boom" in said


def test_a_silent_process_is_named(session: Session, town: Town, ailments: Ailments) -> None:
    beat(session, "worker", now=NOW - timedelta(minutes=2))
    assert ailments.only("processes", Status.FAULT).startswith("下列进程没有运行或已停止响应：worker。")


def test_a_mail_that_was_given_up_names_the_person(session: Session, town: Town, ailments: Ailments) -> None:
    make_delivery(session, town.leader, given_up_at=NOW - timedelta(days=2), last_error="550 no such mailbox")
    said = ailments.only("given_up", Status.FAULT)
    assert "李正言" in said
    assert "550 no such mailbox" in said


def test_what_was_given_up_long_ago_is_history(session: Session, town: Town, ailments: Ailments) -> None:
    make_delivery(session, town.leader, given_up_at=NOW - timedelta(days=30), last_error="550")
    assert ailments() == {}


def test_mails_that_pile_up_are_noticed(session: Session, town: Town, ailments: Ailments) -> None:
    make_delivery(session, town.leader, next_attempt_at=NOW, last_error="connection refused")
    said = ailments.only("mail", Status.WARNING)
    assert "1封邮件积压超过30分钟" in said
    assert "connection refused" in said


def test_alerts_that_nobody_groups_are_noticed(session: Session, town: Town, ailments: Ailments) -> None:
    finding = make_overdue(session, town)
    make_alert(session, make_event(session, finding, Move.REPEAT, at=NOW), town.leader, created_at=LATE)
    checkpoint(session, now=NOW)
    assert "30分钟" in ailments()["mail"].sentence("zh")


def test_events_that_nobody_seals_are_noticed(session: Session, town: Town, ailments: Ailments) -> None:
    make_event(session, make_finding(session, town), Move.LOG, at=LATE)
    assert "30分钟" in ailments.only("checkpoints", Status.WARNING)


def test_a_year_without_holidays_is_named(session: Session, town: Town, ailments: Ailments) -> None:
    town.round.ends_on = date(2031, 1, 10)
    assert "2031年" in ailments.only("calendar", Status.WARNING)


def test_a_round_without_exam_days_is_named(session: Session, town: Town, ailments: Ailments) -> None:
    town.round.exam_days = []
    assert "2026-08" in ailments.only("exam_days", Status.WARNING)


def test_a_district_without_team_and_leader_is_named(session: Session, town: Town, ailments: Ailments) -> None:
    session.execute(Assignment.__table__.delete())  # type: ignore[attr-defined]  # a table
    assert "青石区招生考试办公室" in ailments.only("assignments", Status.WARNING)


def test_a_closed_round_ails_no_more(session: Session, town: Town, ailments: Ailments) -> None:
    session.execute(update(Round).values(closed_at=NOW, exam_days=[]))
    session.expire_all()
    session.execute(update(Person).values(disabled_at=NOW))
    assert ailments() == {}


@pytest.mark.parametrize(
    ("role", "said"), [(Role.LEADERSHIP, "领导班子"), (Role.BUREAU, "市教育局"), (Role.COMMITTEE, "市招委")]
)
def test_nobody_to_escalate_to_is_a_fault(
    session: Session, town: Town, ailments: Ailments, role: Role, said: str
) -> None:
    session.execute(update(Person).where(Person.role == role).values(disabled_at=NOW))
    assert said in ailments.only("hearing", Status.FAULT)


def test_units_teams_and_leaders_that_cannot_be_told_are_named(
    session: Session, town: Town, ailments: Ailments
) -> None:
    make_organization(session, "明河新校", OrganizationKind.UNIVERSITY, town.district)
    session.execute(update(Person).where(Person.id == town.leader.id).values(username=None, email=None))
    session.execute(TeamMember.__table__.delete())  # type: ignore[attr-defined]  # a table
    said = ailments.only("hearing", Status.WARNING)
    assert "明河新校" in said
    assert "2026-08 第一督查组" in said
    assert "李正言" in said


def test_many_names_are_cut_short(session: Session, town: Town, ailments: Ailments) -> None:
    for number in range(9):
        make_organization(session, f"明河第{number}学院", OrganizationKind.UNIVERSITY, town.district)
    said = ailments.only("hearing", Status.WARNING)
    assert "明河第4学院等" in said
    assert "明河第5学院" not in said


def test_evidence_without_its_file_is_named(
    session: Session, town: Town, ailments: Ailments, store: FolderStore
) -> None:
    kept = store.put(io.BytesIO(b"photo"))
    for sha256, filename in ((kept.sha256, "在.jpg"), ("0" * 64, "考场照片.jpg")):
        session.add(
            Evidence(
                sha256=sha256,
                media_type="image/jpeg",
                size=5,
                filename=filename,
                uploaded_at=NOW,
                uploaded_by_id=town.university_officer.id,
                organization_id=town.university.id,
            )
        )
    said = ailments.only("evidence", Status.FAULT)
    assert "1份" in said
    assert "考场照片.jpg" in said


def test_redis_that_does_not_answer_is_a_warning(session: Session, town: Town, store: FolderStore) -> None:
    checks = examine(session, store=store, now=NOW, ping=lambda: "connection refused")
    (redis,) = (check for check in checks if check.name == "redis")
    assert redis.status is Status.WARNING
    assert "connection refused" in redis.sentence("en")
