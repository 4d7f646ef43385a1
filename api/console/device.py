"""What a device remembers without anybody's sign-in: language, light or dark, and for a moment what was just done."""

from re import fullmatch
from urllib.parse import parse_qsl, urlencode

from flask import request
from werkzeug.wrappers import Response

from api.http.context import resources

YEAR = 366 * 24 * 3600  # seconds
THEME_COOKIE = "duban_theme"
THEMES = ("light", "dark")
NOTICE_COOKIE = "duban_notice"
NOTICE_LASTS = 60  # seconds: it is meant for the next page


def remember(answer: Response, name: str, value: str, *, seconds: int = YEAR) -> Response:
    """Let the device remember something that is no secret."""
    secure = resources().settings.base_url.startswith("https:")
    answer.set_cookie(name, value, max_age=seconds, httponly=True, samesite="Lax", secure=secure)
    return answer


def theme() -> str | None:
    """What was chosen on this device; none: as the device itself has it."""
    chosen = request.cookies.get(THEME_COOKIE)
    return chosen if chosen in THEMES else None


def with_notice(answer: Response, name: str, **blanks: object) -> Response:
    """Let the next page say what was done: the text `notices.<name>`, with figures and numbers for its blanks."""
    return remember(answer, NOTICE_COOKIE, urlencode({"": name, **blanks}), seconds=NOTICE_LASTS)


def notice() -> tuple[str, dict[str, str]] | None:
    """The name of the notice that this page has to give, and its blanks; none if there is no readable one."""
    kept = dict(parse_qsl(request.cookies.get(NOTICE_COOKIE, "")[:400]))
    name = kept.pop("", "")
    harmless = all(fullmatch(r"[\w.:/ 〔〕第号-]{1,40}", value) for value in kept.values())
    return (name, kept) if name and harmless else None
