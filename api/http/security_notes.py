"""What is put on record of requests that leave nothing else: failures, refusals, what was fetched and read.

It is written after the answer is made, in a transaction of its own, never by a call that brings nothing to record; how
often strangers and programs make it be written is bounded by `Summing`.
"""

import hashlib
import hmac
import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import structlog
from flask import Flask, Response, current_app, g

from api.http.context import RequestContext, resources
from api.http.request_ids import request_id
from api.http.token_use import shown_address, shown_device
from service.people.accounts import normal_username
from service.security_log.summing import SINGLY, Key, Summing
from service.security_log.writing import NewSecurityEntry, Origin, record_security
from service.store.db import unavailable_when_lost
from workflows.security import SecurityKind, SecurityOutcome

STRANGERS = "strangers"  # all of them share one allowance of single entries
REFUSALS_BEFORE = 9  # 403 and 404 of one person in a period that are no news
MOST_WAITING = 1_000  # entries that wait for a database that takes none

_log = structlog.get_logger()


class SecurityNotes:
    """The entries of a process that wait to be written."""

    def __init__(self) -> None:
        self.summing = Summing()
        self._waiting: deque[NewSecurityEntry] = deque(maxlen=MOST_WAITING)
        self._writing = threading.Lock()

    def wait(self, *entries: NewSecurityEntry) -> None:
        """Let entries be written after the present answer."""
        self._waiting.extend(entries)

    def write(self) -> None:
        """Write what waits and what is over; a database that takes nothing now is asked again after the next answer."""
        if not self._waiting or not self._writing.acquire(blocking=False):  # else another thread is at it
            return
        taken = [self._waiting.popleft() for _ in range(len(self._waiting))]
        try:
            with unavailable_when_lost(), resources().writing() as session:
                record_security(session, *taken, now=resources().now(session))
                session.commit()
        except Exception as error:  # noqa: BLE001 - the answer is made, and must go out
            _log.warning("security entries wait", entries=len(taken), error=repr(error))
            self._waiting.extendleft(reversed(taken))
        finally:
            self._writing.release()


def register_security_notes(app: Flask) -> None:
    """Write what a request has left to be recorded after its answer is made."""
    app.extensions["duban.security_notes"] = SecurityNotes()
    app.after_request(_write)


def security_notes() -> SecurityNotes:
    """Those of the present application."""
    found: SecurityNotes = current_app.extensions["duban.security_notes"]
    return found


def origin() -> Origin:
    """Where the present request comes from."""
    return Origin(shown_address(), shown_device(), request_id())


def note(
    context: RequestContext,
    kind: SecurityKind,
    outcome: SecurityOutcome = SecurityOutcome.SUCCESS,
    *,
    singly: int = SINGLY,
    **of: Any,
) -> None:
    """Put on record what the caller has done without writing anything, such as to fetch a document.

    The first ones of a quarter of an hour have an entry each, `singly` of them, the rest a sum.
    """
    person = context.caller.id
    entry = NewSecurityEntry(kind=kind, outcome=outcome, person_id=person, **of)
    _note(context, entry, (person, of.get("subject_id")), singly=singly)


def note_stranger(
    context: RequestContext,
    kind: SecurityKind,
    outcome: SecurityOutcome,
    *,
    person_id: str | None = None,
    username: str | None = None,
    data: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Put on record that somebody was not let in; a name that nobody has is kept as a keyed hash alone."""
    name_hash = name_hash_of(username) if username is not None and person_id is None else None
    entry = NewSecurityEntry(kind=kind, outcome=outcome, person_id=person_id, name_hash=name_hash, data=data)
    _note(context, entry, (person_id or name_hash,), group=STRANGERS)


def name_hash_of(username: str) -> str:
    """What stands for a tried name: it may be a password, typed into the wrong field."""
    key = resources().settings.secret_key.encode()
    text = f"name {normal_username(username)}".encode(errors="surrogatepass")
    return hmac.new(key, text, hashlib.sha256).hexdigest()[:16]


def _note(
    context: RequestContext,
    entry: NewSecurityEntry,
    key: Key,
    *,
    group: str | None = None,
    singly: int = SINGLY,
    unseen: int = 0,
) -> None:
    came = origin()
    whole = replace(entry, origin=came)
    add = security_notes().summing.add
    key = (entry.kind, entry.outcome, came.address, *key)
    ready = add(whole, key=key, group=group or str(entry.person_id), at=context.now, singly=singly, unseen=unseen)
    security_notes().wait(*ready)


def _write(response: Response) -> Response:
    context: RequestContext | None = g.get("request_context")
    if context is not None:
        _note_refusal(context, response.status_code)
        security_notes().wait(*security_notes().summing.over(context.now))
    security_notes().write()
    return response


def _note_refusal(context: RequestContext, status: int) -> None:
    """A token whose time was over; or who asks again and again for what is not shown: one entry, then sums."""
    if (person := g.get("ended_token_of")) is not None:
        entry = NewSecurityEntry(kind=SecurityKind.SESSION_EXPIRED, outcome=SecurityOutcome.FAILURE, person_id=person)
        _note(context, entry, (person,), singly=1)
    elif status in (403, 404) and context.authenticated is not None:
        person = context.authenticated.id
        entry = NewSecurityEntry(kind=SecurityKind.SIGHT_REFUSED, outcome=SecurityOutcome.BLOCKED, person_id=person)
        _note(context, entry, (person,), singly=1, unseen=REFUSALS_BEFORE)
