"""Healthy books are called healthy; what does not run, is not sent or has got lost is named with what to do."""

import io
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from service.audit.checkpoints import checkpoint
from service.doctor.doctor import Status, examine
from service.files.store import FolderStore
from service.models import Delivery, Evidence, Heartbeat, Message, Person, new_id
from tests.build.ailments import Ailments
from tests.build.event_rows import make_alert, make_event, make_overdue
from tests.build.heartbeats import add_beat
from tests.worlds.books import Town, make_finding
from tests.worlds.rows import NOW
from workflows.vocabulary import Move

LATE = NOW - timedelta(minutes=30)


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
        *(
            "schema",
            "integrity",
            "clock",
            "backup",
            "sweep",
            "set_aside",
            "checkpoints",
            "processes",
            "folders",
            "watchdog",
            "timers",
        ),
        *("chains", "redis", "hold", "given_up"),
        *("addresses", "mail", "documents"),
        *("calendar", "offered_calendar", "exam_days", "assignments", "leaders", "teams", "team_heads", "units"),
        *("administrators", "hearing", "separation", "evidence", "tallies", "evidence_room"),
    ]
    assert all(check.sentence("zh").endswith("。") for check in checks)


def test_an_empty_installation_lacks_only_its_processes(ailments: Ailments) -> None:
    found = ailments()
    assert set(found) == {"processes", "watchdog"}
    assert "timetable、worker sweep、worker deliver、worker render" in found["processes"].sentence("zh")


def test_an_address_that_no_mail_can_be_sent_to_is_named(session: Session, town: Town, ailments: Ailments) -> None:
    person = session.get_one(Person, town.leader.id)
    person.email = "zhou..er@exam.example"
    session.flush()
    assert f"{person.name} <zhou..er@exam.example>" in ailments.only("addresses", Status.WARNING)


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
        said = ailments.only("sweep", status)
        assert f"{minutes}分钟" in said
        assert "2026-08-0001" in said


def test_a_finding_that_was_set_aside_is_named_with_its_error(session: Session, town: Town, ailments: Ailments) -> None:
    make_finding(session, town, 7, set_aside_at=NOW, set_aside_error="ValueError('boom')")
    said = ailments.only("set_aside", Status.FAULT)
    assert "2026-08-0007" in said
    assert "boom" in said


def test_a_silent_process_is_named(session: Session, town: Town, ailments: Ailments) -> None:
    add_beat(session, "worker", "worker sweep", at=NOW - timedelta(minutes=2), pid=4242)
    for one in session.scalars(select(Heartbeat)):
        one.started_at = NOW - timedelta(days=1)
    assert "worker sweep (elsewhere, 4242)" in ailments.only("processes", Status.WARNING)
    session.execute(delete(Heartbeat).where(Heartbeat.duties == "worker deliver"))
    assert "停止响应：worker deliver。" in ailments.only("processes", Status.FAULT)


def test_a_mail_that_was_given_up_names_the_person(session: Session, town: Town, ailments: Ailments) -> None:
    make_delivery(session, town.people["leader"], given_up_at=NOW - timedelta(days=2), last_error="550 no such mailbox")
    said = ailments.only("given_up", Status.FAULT)
    assert "李正言" in said
    assert "550 no such mailbox" in said


def test_what_was_given_up_long_ago_is_history(session: Session, town: Town, ailments: Ailments) -> None:
    make_delivery(session, town.people["leader"], given_up_at=NOW - timedelta(days=30), last_error="550")
    assert ailments() == {}


def test_mails_that_pile_up_are_noticed(session: Session, town: Town, ailments: Ailments) -> None:
    make_delivery(session, town.people["leader"], next_attempt_at=NOW, last_error="connection refused")
    said = ailments.only("mail", Status.WARNING)
    assert "1封邮件积压超过30分钟" in said
    assert "connection refused" in said


def test_alerts_that_nobody_groups_are_noticed(session: Session, town: Town, ailments: Ailments) -> None:
    finding = make_overdue(session, town)
    make_alert(session, make_event(session, finding, Move.REPEAT, at=NOW), town.people["leader"], created_at=LATE)
    checkpoint(session, now=NOW)
    assert "30分钟" in ailments()["mail"].sentence("zh")


def test_events_that_nobody_seals_are_noticed(session: Session, town: Town, ailments: Ailments) -> None:
    make_event(session, make_finding(session, town), Move.LOG, at=LATE)
    assert "30分钟" in ailments.only("checkpoints", Status.WARNING)


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
                uploaded_by_id=town.people["university"].id,
                organization_id=town.college.id,
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


def test_hosts_with_folders_of_their_own_are_named(session: Session, town: Town, ailments: Ailments) -> None:
    web, worker = session.scalars(select(Heartbeat).order_by(Heartbeat.kind.desc()).limit(2))
    web.folder = worker.folder = "a-1"
    assert ailments() == {}
    worker.host, worker.folder = "renderer", "b-1"
    said = ailments.only("folders", Status.FAULT)
    assert "elsewhere" in said
    assert "renderer" in said
    worker.at = LATE
    assert "folders" not in ailments(), "one that is gone has none"
