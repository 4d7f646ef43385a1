"""Who may send a form with a browser's cookie: our own pages, as the browser itself says."""

from urllib.parse import urlsplit

from flask import request

from api.http.context import SAFE, resources
from service.errors import NotAllowed

OURS = ("same-origin", "none")  # none: typed into the address bar, or sent by no page


def require_own_origin() -> None:
    """Raise NotAllowed for a form that another site's page sends.

    Browsers say where a page came from in `Sec-Fetch-Site` behind https, and in `Origin` everywhere; a program that
    says neither has no browser's cookie jar to abuse, and is refused all the same.
    """
    if request.method in SAFE:
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site in OURS or (site is None and _is_ours(request.headers.get("Origin"))):
        return
    raise NotAllowed("other_origin")


def _is_ours(origin: str | None) -> bool:
    if not origin or origin == "null":
        return False
    try:
        theirs = urlsplit(origin)
    except ValueError:  # no address at all
        return False
    ours = (urlsplit(resources().settings.base_url), urlsplit(request.host_url))
    return any((theirs.scheme, theirs.netloc) == (one.scheme, one.netloc) for one in ours)
