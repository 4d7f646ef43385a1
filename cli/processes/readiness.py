"""Whether a web process is ready, asked without waiting: whoever looks after children has one thread."""

import json
import select
from http.client import HTTPConnection, HTTPException

ANSWER_WITHIN = 1.0  # seconds from its first byte on


class Readiness:
    """Called again and again: one question at a time, which stays open until it is answered or its connection ends."""

    def __init__(self, address: tuple[str, int]) -> None:
        self._address = address
        self._asked: HTTPConnection | None = None

    def __call__(self) -> bool:
        """Whether an answer has come that says so; one who holds messages back is ready: administrators have to act."""
        try:
            if self._asked is None:
                self._asked = HTTPConnection(*self._address, timeout=ANSWER_WITHIN)
                self._asked.request("GET", "/readyz")
            if not select.select([self._asked.sock], [], [], 0)[0]:
                return False
            answer = self._asked.getresponse()
            is_ready = answer.status == 200 or json.load(answer).get("reasons") == ["held"]
        except (OSError, HTTPException, ValueError):  # refused, ended or no answer of ours: it is asked anew
            is_ready = False
        self._end()
        return is_ready

    def _end(self) -> None:
        if self._asked is not None:
            self._asked.close()
            self._asked = None
