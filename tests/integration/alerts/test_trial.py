"""Trial mails: every outcome has its words, which say what to do."""

import errno
import socket
import ssl
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path
from smtplib import SMTPAuthenticationError

import pytest

from service.alerts.channels.outbox import Outbox
from service.alerts.channels.smtp import Smtp
from service.alerts.channels.transport import Channel, ChannelDown, Connection
from service.alerts.trial import FAILURES, TrialOutcome, send_trial
from service.wording import wording
from tests.fakes.mail_sink import Fault, MailSink
from tests.fakes.recording_channel import SENDER

NOW = datetime(2026, 5, 20, 9, 0, tzinfo=UTC)
ADDRESS = "sun@longhu.example"
TEXTS = {"subject", "body"}


class BrokenLine:
    """A channel whose connection fails for the reason it is told."""

    name = "mail"

    def __init__(self, cause: BaseException | None) -> None:
        self._cause = cause

    def open(self) -> AbstractContextManager[Connection]:
        raise ChannelDown("mail.example:465: no") from self._cause


def trial(channel: Channel, address: str = ADDRESS) -> TrialOutcome:
    return send_trial([channel], address, office="明河市招生考试中心", now=NOW)


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (None, "sent"),
        (Fault.REFUSE, "not_taken"),
        (Fault.CONTENT, "not_taken"),
        (Fault.LATER, "later"),
        (Fault.FULL, "later"),
    ],
)
def test_a_server_takes_it_or_says_why_not(fault: Fault | None, code: str) -> None:
    with MailSink() as sink:
        sink.faults = {ADDRESS: fault} if fault else {}
        outcome = trial(Smtp.at(sink.url, host="exam.example"))
        assert outcome.code == code
        assert outcome.was_sent == (code == "sent") == (len(sink.received) == 1)
        assert all(ADDRESS in outcome.sentence(language) for language in ("zh", "en")) or code == "later"


def test_a_server_that_takes_no_such_sender_is_told_from_one_that_is_away() -> None:
    with MailSink() as sink:
        sink.refuses_senders = True
        assert trial(Smtp.at(sink.url, host="exam.example")).code == "sender"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert trial(Smtp.at(f"smtp://127.0.0.1:{port}", host="exam.example")).code == "refused"


@pytest.mark.parametrize(
    ("cause", "code"),
    [
        (SMTPAuthenticationError(535, b"no"), "password"),
        (ssl.SSLCertVerificationError(), "certificate"),
        (ssl.SSLError(), "tls"),
        (socket.gaierror(-2, "Name or service not known"), "unknown_host"),
        (TimeoutError(), "timeout"),
        (OSError("no route to host"), "down"),
    ],
)
def test_what_breaks_the_line_is_told_apart(cause: BaseException, code: str) -> None:
    outcome = trial(BrokenLine(cause))
    assert outcome.code == code
    assert "DUBAN_SMTP_URL" in outcome.sentence("zh")
    assert "mail.example:465: no" in outcome.sentence("en")


def test_an_outbox_names_the_file(tmp_path: Path) -> None:
    outcome = trial(Outbox(tmp_path / "outbox", SENDER))
    assert outcome.code == "filed"
    assert outcome.file
    assert str(outcome.file) in outcome.sentence("zh")
    mail = message_from_bytes(outcome.file.read_bytes(), policy=policy.default)
    assert mail["To"].addresses[0].addr_spec == ADDRESS
    assert "收到即说明" in outcome.file.read_text()


def test_an_outbox_that_cannot_be_written_or_made_sure_of_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "outbox").write_text("a file where the folder should be")
    assert trial(Outbox(tmp_path / "outbox", SENDER)).code == "outbox"

    def fail(_: Path) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr("service.alerts.channels.outbox.sync_folder", fail)
    assert trial(Outbox(tmp_path, SENDER)).code == "outbox"


@pytest.mark.parametrize("address", ["", "sun", "sun@", "孙晓 <sun@longhu.example>", "a b@longhu.example"])
def test_what_is_no_address_is_not_tried(address: str, tmp_path: Path) -> None:
    assert trial(Outbox(tmp_path / "outbox", SENDER), address).code == "no_address"
    assert not (tmp_path / "outbox").exists()


def test_every_outcome_has_its_words() -> None:
    others = {"sent", "filed", "no_address", "outbox", "sender", "later", "not_taken", "down"}
    assert {code for _, code in FAILURES} | others | TEXTS == set(wording("trials"))
    assert all(set(entry) == {"zh", "en"} for entry in wording("trials").values())
