"""A sign-in as a browser holds it: the bearer token in a cookie that no script reads and no other site sends."""

from datetime import datetime, timedelta

from werkzeug.wrappers import Response

from api.http.access import cookie_name
from api.http.context import resources

STAYS = timedelta(days=1)  # after its end: it opens nothing then, and what was typed may still come along with it


def keep_token(answer: Response, token: str, *, until: datetime) -> Response:
    """Let the browser send the token with everything that it asks of us."""
    answer.set_cookie(
        cookie_name(),
        token,
        expires=until + STAYS,
        path="/",
        httponly=True,
        samesite="Lax",
        secure=resources().settings.base_url.startswith("https:"),
    )
    return answer


def forget_token(answer: Response) -> Response:
    """Let the browser forget the token, and what it has kept of pages."""
    answer.delete_cookie(
        cookie_name(),
        path="/",
        httponly=True,
        samesite="Lax",
        secure=resources().settings.base_url.startswith("https:"),
    )
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer
