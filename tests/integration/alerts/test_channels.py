"""Channels against a real mail server and a real folder, with everything that goes wrong there."""

import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

import pytest

from service.alerts.channels import channels
from service.alerts.channels.mail import Sender
from service.alerts.channels.outbox import Outbox
from service.alerts.channels.smtp import Smtp
from service.alerts.channels.transport import ChannelDown, OutgoingMessage, PermanentFailure, TemporaryFailure
from service.settings import Settings, load_settings
from tests.fakes.mail_sink import Fault, MailSink

SENDER = Sender("duban@exam.example", "exam.example")
MESSAGE = OutgoingMessage(
    id="815d701d-64a7-4dc8-b712-5de058afdffc",
    to="sun@longhu.example",
    to_name="孙晓",
    sender_name="明河市招生考试中心",
    language="zh",
    subject="【督办】2 项逾期",
    body="孙晓：\n\n现有2项督办事项，请阅办。\n",
    created_at=datetime(2026, 5, 20, 9, 0, tzinfo=UTC),
)
OTHER = replace(MESSAGE, id="964d69ce-3602-449f-b77c-71c631e62fe6", to="zhao@qingshi.example")


@pytest.fixture
def sink() -> Iterator[MailSink]:
    with MailSink() as sink:
        yield sink


def smtp(sink: MailSink, timeout: float = 5) -> Smtp:
    return Smtp.at(f"{sink.url}?from=duban@exam.example", host="exam.example", timeout=timeout)


def settings(folder: Path, **names: str) -> Settings:
    return load_settings({"DUBAN_DATA_DIR": str(folder), **names})


def test_many_mails_go_over_one_connection(sink: MailSink) -> None:
    with smtp(sink).open() as connection:
        for number in range(20):
            connection.send(replace(MESSAGE, id=str(number)))
    assert [mail["Message-ID"] for mail in sink.received] == [f"<{number}@exam.example>" for number in range(20)]
    assert sink.received[0]["Subject"] == "【督办】2 项逾期"
    assert sink.received[0].get_content().splitlines()[0] == "孙晓："
    assert sink.connections == 1


@pytest.mark.parametrize(
    ("fault", "failure"),
    [
        (Fault.REFUSE, PermanentFailure),
        (Fault.CONTENT, PermanentFailure),
        (Fault.LATER, TemporaryFailure),
        (Fault.FULL, TemporaryFailure),
        (Fault.DROP, TemporaryFailure),
        (Fault.CLOSE, TemporaryFailure),
    ],
)
def test_a_bad_recipient_fails_alone(sink: MailSink, fault: Fault, failure: type[Exception]) -> None:
    sink.faults[MESSAGE.to] = fault
    with smtp(sink).open() as connection:
        with pytest.raises(failure):
            connection.send(MESSAGE)
        connection.send(OTHER)
    assert sink.recipients[-1] == OTHER.to


def test_a_mute_recipient_costs_one_timeout(sink: MailSink) -> None:
    sink.faults[MESSAGE.to] = Fault.HANG
    with smtp(sink, timeout=0.5).open() as connection:
        begun = monotonic()
        with pytest.raises(TemporaryFailure, match="timed out"):
            connection.send(MESSAGE)
        assert monotonic() - begun >= 0.4
        connection.send(OTHER)
    assert sink.recipients == [OTHER.to]


def test_two_broken_connections_in_a_row_mean_that_the_server_is_down(sink: MailSink) -> None:
    sink.faults[MESSAGE.to] = sink.faults[OTHER.to] = Fault.DROP
    with smtp(sink).open() as connection:
        with pytest.raises(TemporaryFailure):
            connection.send(MESSAGE)
        with pytest.raises(ChannelDown):
            connection.send(OTHER)


def test_a_server_that_refuses_our_sender_gives_no_recipient_up(sink: MailSink) -> None:
    sink.refuses_senders = True
    with smtp(sink).open() as connection, pytest.raises(ChannelDown, match="not welcome"):
        connection.send(MESSAGE)


def test_a_wrong_address_is_never_offered_to_the_server(sink: MailSink) -> None:
    with smtp(sink).open() as connection, pytest.raises(PermanentFailure, match="not an address"):
        connection.send(replace(MESSAGE, to="孙晓"))
    assert sink.connections == 0


def test_a_refused_connection_says_where_and_keeps_the_password_to_itself() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
        server = Smtp.at(f"smtp://duban:geheim@127.0.0.1:{port}", host="exam.example")
        with pytest.raises(ChannelDown, match=f"127.0.0.1:{port}") as down, server.open():
            pass
    assert "geheim" not in str(down.value)
    assert "geheim" not in repr(server)


def test_a_server_that_cannot_do_tls_is_down_when_tls_is_demanded(sink: MailSink) -> None:
    server = Smtp.at(sink.url.replace("smtp://", "smtp+starttls://"), host="exam.example")
    with pytest.raises(ChannelDown), server.open():
        pass


@pytest.mark.parametrize(
    ("url", "port", "sender"),
    [
        ("smtp://mail.example", 25, "duban@exam.example"),
        ("smtps://duban%40mail.example:p%2Fw@mail.example", 465, "duban@mail.example"),
        ("smtp+starttls://duban:pw@mail.example", 587, "duban@exam.example"),
        ("smtp+insecure://duban:pw@mail.example:2525?from=office@mail.example", 2525, "office@mail.example"),
    ],
)
def test_an_address_names_port_and_sender(url: str, port: int, sender: str) -> None:
    server = Smtp.at(url, host="exam.example")
    assert (server.port, server.sender.address) == (port, sender)


def test_the_settings_name_the_channel(tmp_path: Path) -> None:
    (outbox,) = channels(settings(tmp_path))
    (server,) = channels(settings(tmp_path, DUBAN_SMTP_URL="smtp+starttls://duban:pw@mail.example:587"))
    assert isinstance(outbox, Outbox)
    assert isinstance(server, Smtp)
    assert outbox.name == server.name, "what was queued for one is taken by the other"


def test_the_outbox_holds_one_file_for_each_message_however_often_it_is_sent(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "outbox"
    with Outbox(folder, SENDER).open() as connection:
        for message in (MESSAGE, OTHER, MESSAGE):
            connection.send(message)
    assert sorted(file.name for file in folder.iterdir()) == [
        f"20260520T090000Z-{MESSAGE.id}.eml",
        f"20260520T090000Z-{OTHER.id}.eml",
    ]
    assert "现有2项督办事项" in (folder / f"20260520T090000Z-{MESSAGE.id}.eml").read_text()


def test_an_outbox_that_cannot_be_written_is_down(tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("a file in the way")
    with pytest.raises(ChannelDown, match="outbox"), Outbox(tmp_path / "outbox", SENDER).open():
        pass


def test_a_file_that_is_refused_leaves_no_draft(tmp_path: Path) -> None:
    with Outbox(tmp_path, SENDER).open() as connection:
        (tmp_path / f"20260520T090000Z-{MESSAGE.id}.eml").mkdir()
        with pytest.raises(ChannelDown):
            connection.send(MESSAGE)
    assert [file.name for file in tmp_path.iterdir()] == [f"20260520T090000Z-{MESSAGE.id}.eml"]
