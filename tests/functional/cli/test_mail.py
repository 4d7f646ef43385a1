"""`duban mail`: a trial mail as configured; what was not sent listed, sent again or dropped."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from cli.main import main
from service.models import Delivery, JournalEntry, Message, new_id
from service.store import clock
from service.store.db import connect, sessions
from tests.fakes.mail_sink import Fault, MailSink
from tests.worlds.books import Town, build_town
from workflows.journal import JournalAct

ADDRESS = "sun@longhu.example"


@pytest.fixture
def books(database_url: str) -> Iterator[tuple[Session, Town]]:
    engine = connect(database_url)
    with sessions(engine)() as session:
        town = build_town(session)
        session.commit()
        yield session, town
    engine.dispose()


def mail(database_url: str, folder: Path, *words: str, expect: int = 0, **settings: str) -> Result:
    environ = {"DUBAN_DATABASE_URL": database_url, "DUBAN_DATA_DIR": str(folder), **settings}
    result = CliRunner().invoke(main, ["mail", *words], env=environ)
    assert result.exit_code == expect, result.output
    return result


def test_without_a_server_the_trial_mail_is_a_file(database_url: str, tmp_path: Path) -> None:
    shown = mail(database_url, tmp_path, "test", ADDRESS).output
    (file,) = (tmp_path / "outbox").glob("*.eml")
    assert str(file) in shown
    assert "DUBAN_SMTP_URL" in shown


def test_with_a_server_it_arrives_in_the_name_of_the_office(
    database_url: str, books: tuple[Session, Town], tmp_path: Path
) -> None:
    with MailSink() as sink:
        shown = mail(database_url, tmp_path, "test", f" {ADDRESS} ", DUBAN_SMTP_URL=sink.url).output
        assert "已接收" in shown
        assert sink.received[0]["From"].addresses[0].display_name == "明河市招生考试中心"


def test_a_refusal_ends_with_1_and_says_what_to_do(database_url: str, tmp_path: Path) -> None:
    with MailSink() as sink:
        sink.faults = {ADDRESS: Fault.REFUSE}
        shown = mail(database_url, tmp_path, "test", ADDRESS, expect=1, DUBAN_SMTP_URL=sink.url).output
    assert "550" in shown
    assert "请核对地址" in shown
    assert "Check the address" in shown


def test_what_is_no_address_is_refused(database_url: str, tmp_path: Path) -> None:
    assert "不是邮箱地址" in mail(database_url, tmp_path, "test", "孙晓", expect=1).output


def test_what_was_given_up_goes_again(database_url: str, books: tuple[Session, Town], tmp_path: Path) -> None:
    session, town = books
    now = clock.now(session)
    message = Message(id=new_id(), person_id=town.people["leader"].id, created_at=now)
    session.add(message)
    session.flush()
    delivery = Delivery(id=new_id(), message_id=message.id, channel="mail", attempts=1, given_up_at=now)
    session.add(delivery)
    session.commit()
    assert "1 封邮件将立即重发" in mail(database_url, tmp_path, "retry").output
    session.refresh(delivery)
    assert delivery.next_attempt_at
    assert delivery.given_up_at is None
    session.commit()
    assert "0 封" in mail(database_url, tmp_path, "retry").output


def test_single_mails_are_listed_sent_again_and_dropped_with_a_reason_on_record(
    database_url: str, books: tuple[Session, Town], tmp_path: Path
) -> None:
    session, town = books
    now = clock.now(session)
    ids = []
    for columns in ({"given_up_at": now, "last_error": "550 no such mailbox"}, {"next_attempt_at": now}):
        message = Message(id=new_id(), person_id=town.people["leader"].id, created_at=now)
        session.add(message)
        session.flush()
        session.add(Delivery(id=new_id(), message_id=message.id, channel="mail", attempts=3, **columns))
        ids.append(session.scalars(select(Delivery.id).where(Delivery.message_id == message.id)).one())
    session.commit()
    shown = mail(database_url, tmp_path, "list").output
    assert [line.split()[1] for line in shown.splitlines()[2:]] == ["given_up", "waiting"]
    assert "550 no such mailbox" in shown
    mail(database_url, tmp_path, "retry", ids[0])
    assert [line.split()[1] for line in mail(database_url, tmp_path, "list").output.splitlines()[2:]] == ["waiting"] * 2

    assert "--reason" in mail(database_url, tmp_path, "drop", *ids, expect=1).output
    assert "未找到" in mail(database_url, tmp_path, "drop", ids[0], new_id(), "--reason", "x", expect=1).output
    session.execute(update(Delivery).where(Delivery.id == ids[1]).values(lease_token=new_id()))
    session.commit()
    assert "正在发送" in mail(database_url, tmp_path, "drop", *ids, "--reason", "已电话告知", expect=1).output
    session.execute(update(Delivery).values(lease_token=None))
    session.commit()
    mail(database_url, tmp_path, "drop", *ids, "--reason", "已电话告知")
    assert "没有等待发送或放弃的邮件" in mail(database_url, tmp_path, "list").output
    kept = session.scalars(select(JournalEntry).where(JournalEntry.act == JournalAct.WITHDRAW)).all()
    assert sorted(entry.subject_id for entry in kept) == sorted(ids)
    assert {entry.reason for entry in kept} == {"已电话告知"}
