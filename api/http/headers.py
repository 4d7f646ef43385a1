"""Security headers of every answer."""

from base64 import b64encode
from hashlib import sha256

from flask import Flask, Response

from api.http.context import resources

NOTHING = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
HTTPS_ALONE = "max-age=31536000; includeSubDomains"  # a year, and for whatever else is under our name
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Content-Security-Policy": NOTHING,
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def style_of(page: str) -> str:
    """What lets a page have the one style that stands in it, for its Content-Security-Policy."""
    style = page.partition("<style>")[2].partition("</style>")[0]
    return f"'sha256-{b64encode(sha256(style.encode()).digest()).decode()}'"


def register_headers(app: Flask) -> None:
    """Add the headers to every answer; one that a route has set itself stays."""
    app.after_request(_add_headers)


def _add_headers(response: Response) -> Response:
    for name, value in ALWAYS.items():
        response.headers.setdefault(name, value)
    if resources().settings.base_url.startswith("https:"):
        response.headers.setdefault("Strict-Transport-Security", HTTPS_ALONE)
    response.vary.update(("Authorization", "Accept-Language"))
    return response
