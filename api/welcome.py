"""The first page: what Duban is, and where to begin."""

from importlib import resources

from flask import Blueprint, Response, current_app

from api.http.access import public
from api.http.headers import NOTHING, style_of

blueprint = Blueprint("welcome", __name__)
PAGE = (resources.files("api") / "welcome.html").read_text("utf-8")
POLICY = f"{NOTHING}; style-src {style_of(PAGE)}"


@blueprint.get("/")
@public
def welcome() -> Response:
    """A page that asks for nothing from anywhere."""
    page = current_app.response_class(PAGE, mimetype="text/html")
    page.headers["Content-Security-Policy"] = POLICY
    return page
