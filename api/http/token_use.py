"""That a token was used, from where and by what: noted after the answer is made, and not at every call."""

from contextlib import suppress

from flask import request

from api.http.client_address import address_hash, client_address
from api.http.context import RequestContext, resources
from service.errors import Unavailable
from service.people.tokens import Place, note_use
from service.store.db import unavailable_when_lost

# What a person knows the program by, and by which word it tells of itself: the first that it says counts.
PROGRAMS = (
    *(("微信", "MicroMessenger"), ("企业微信", "wxwork"), ("钉钉", "DingTalk"), ("飞书", "Lark")),
    *(("Edge", "Edg"), ("Opera", "OPR/"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari")),
)
SYSTEMS = (
    *(("HarmonyOS", "OpenHarmony"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad")),
    *(("Windows", "Windows"), ("macOS", "Macintosh"), ("Linux", "Linux")),
)
LONGEST = 40  # characters of what is none of these


def note_token_used(context: RequestContext) -> None:
    """Note it in a transaction of its own, unless it was noted of late; that a database is busy fails no request."""
    credential = context.authenticated.credential if context.authenticated else None
    if credential is None or credential.use_is_noted:
        return
    with suppress(Unavailable), unavailable_when_lost(), resources().writing() as session:
        note_use(session, credential, here(), now=context.now)
        session.commit()


def here() -> Place:
    """Where the present request comes from."""
    return Place(address=shown_address(), address_hash=address_hash(), device=shown_device())


def shown_address() -> str:
    """The address of the present request, as people are shown it."""
    return client_address()[:64]


def shown_device() -> str | None:
    """What the present request was sent by, as people are shown it."""
    return device_of(request.headers.get("User-Agent", ""))


def device_of(agent: str) -> str | None:
    """What a person would call a program that says this of itself: «Chrome · Windows»; None when it says nothing."""
    named = [next((name for name, word in known if word in agent), None) for known in (PROGRAMS, SYSTEMS)]
    plain = "".join(sign for sign in agent[:LONGEST] if sign.isprintable()).strip()
    return " · ".join(name for name in named if name) or plain or None
