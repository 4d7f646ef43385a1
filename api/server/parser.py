"""One request as it comes in: waitress's parser, without what HTTP/1.1 leaves to the lenient."""

import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from waitress.parser import HTTPRequestParser, ParsingError  # type: ignore[import-untyped]
from waitress.utilities import BadRequest  # type: ignore[import-untyped]
from werkzeug.http import parse_cookie

from api.http.access import API

SMALL_BODY = 65_536  # bytes that anybody may send, and wait for in memory
LONGEST_LINE = 4_096  # bytes between two pieces of a body, and of what comes after the last
_FOLDED = re.compile(rb"\r\n[ \t]")
_ENCODING = re.compile(rb"^transfer-encoding[ \t]*:", re.IGNORECASE | re.MULTILINE)


class RequestParser(HTTPRequestParser):  # type: ignore[misc]  # waitress is not typed
    """A request, and whether its body may be large."""

    adj: Any  # its bounds: the server's, or outside the API their `of_pages`
    completed = False
    may_be_large = False  # known once somebody looked at its token
    awaits_continue = False
    expect_continue = False
    refusal: Exception | None = None  # what the application answers with, instead of doing its work

    def received(self, data: bytes) -> int:
        """Read on; a line between two pieces that never ends is an error, for it is searched anew with every byte."""
        consumed: int = super().received(data)
        body: Any = self.body_rcv
        if self.chunked and not self.completed and max(len(body.control_line), len(body.trailer)) > LONGEST_LINE:
            self.error, self.completed = BadRequest("a line without end"), True
        return consumed

    def parse_header(self, header_plus: bytes) -> None:
        """Raise ParsingError for what two servers in a row could read in two ways."""
        if _FOLDED.search(header_plus):
            raise ParsingError("a header goes on in the next line")
        encodings = len(_ENCODING.findall(header_plus))
        try:
            super().parse_header(header_plus)
        except ValueError as error:  # an address or a length that Python's own functions do not read
            raise ParsingError("unreadable") from error
        if self.version not in ("1.0", "1.1"):
            raise ParsingError("no HTTP/1.x")
        if encodings and (encodings > 1 or not self.chunked or "CONTENT_LENGTH" in self.headers):
            raise ParsingError("more than one way to find the end of the body")
        hosts = self.headers.get("HOST", "" if self.version == "1.0" else ",")
        if "," in hosts:
            raise ParsingError("not one host")
        if not self.address.startswith(API):
            self.adj = getattr(self.adj, "of_pages", self.adj)
        # whoever waits for leave to send gets it once the token is known
        self.awaits_continue, self.expect_continue = self.expect_continue, False

    @property
    def address(self) -> str:
        """Its path as the application reads it."""
        return f"/{self.path.lstrip('/')}"

    def credential(self, cookie: str) -> str:
        """The token that it brings, empty without one: outside the API the named cookie counts, and comes first."""
        if not self.address.startswith(API):
            with suppress(UnicodeDecodeError):
                if token := parse_cookie(self.headers.get("COOKIE")).get(cookie):
                    return token
        authorization: str = self.headers.get("AUTHORIZATION", "")
        return authorization.partition(" ")[2].strip()

    def is_large(self) -> bool:
        """Whether it brings more than anybody may send."""
        return bool(self.headers_finished and max(self.content_length, self.body_bytes_received) > SMALL_BODY)

    def size(self) -> int:
        """Bytes of its body: as it says, or else as many as anybody may send."""
        return int(self.content_length or self.adj.max_request_body_size)

    def refuse(self, refusal: Exception) -> None:
        """Let the application answer with the refusal at once; the body is not waited for, and the connection ends."""
        self.close()
        self.body_rcv = None
        self.headers["CONNECTION"] = "close"
        self.refusal, self.completed = refusal, True


def stand_in(adjustments: object, refusal: Exception, headers: Mapping[str, str]) -> RequestParser:
    """A request in the place of one that nobody can read, so that the application tells the error in its one way."""
    request = RequestParser(adjustments)
    request.parse_header(b"GET /unread HTTP/1.1\r\nHost: duban\r\n")  # no address of ours: neither page nor API
    request.headers |= {name: headers[name] for name in ("ACCEPT", "ACCEPT_LANGUAGE") if headers.get(name)}
    request.refuse(refusal)
    return request
