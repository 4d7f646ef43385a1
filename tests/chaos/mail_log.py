"""A mail server that remembers: every mail is on disk before it is acknowledged."""

import asyncio
import json
import os
import re
import signal
import sys
import time
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path
from typing import TextIO

from aiosmtpd.controller import UnthreadedController
from aiosmtpd.smtp import SMTP, Envelope, Session

UNLISTED = re.compile("另有([0-9]+)项")
TAKES = 0.03  # seconds for each mail, as a real server would


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail as it came."""

    at: float  # seconds since 1970
    to: str
    message_id: str
    body: str
    raw: str

    @property
    def unlisted(self) -> int:
        """How many matters it only counts, for there are too many to be listed."""
        return sum(map(int, UNLISTED.findall(self.body)))


def read_mails(file: Path) -> list[Mail]:
    """Every mail so far, in order."""
    if not file.exists():
        return []
    mails = (json.loads(line) for line in file.read_text().splitlines())
    return [_parsed(**mail) for mail in mails]


def _parsed(at: float, to: str, raw: str) -> Mail:
    message = message_from_bytes(raw.encode("latin-1"), policy=policy.default)
    text = message.get_body(("plain",))  # beside which a report may be enclosed
    assert text is not None
    body = text.get_content()
    return Mail(at, to, str(message["Message-ID"]), body, raw)


class _Sink:
    def __init__(self, log: TextIO, takes: float) -> None:
        self.log, self.takes = log, takes

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's
        assert isinstance(envelope.content, bytes)
        await asyncio.sleep(self.takes)
        for to in envelope.rcpt_tos:
            line = {"at": time.time(), "to": to, "raw": envelope.content.decode("latin-1")}
            self.log.write(json.dumps(line) + "\n")
        self.log.flush()
        os.fsync(self.log.fileno())
        return "250 OK"


def main() -> None:
    """`python -m tests.chaos.mail_log LOG PORT SECONDS`."""
    file, port, takes = Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    loop = asyncio.new_event_loop()
    with file.open("a") as log:
        controller = UnthreadedController(_Sink(log, takes), hostname="127.0.0.1", port=port, loop=loop)
        controller.begin()  # type: ignore[no-untyped-call]  # aiosmtpd leaves it so
        loop.add_signal_handler(signal.SIGTERM, loop.stop)
        loop.run_forever()


if __name__ == "__main__":
    main()
