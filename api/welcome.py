"""The first page: what Duban is, and where to begin."""

from base64 import b64encode
from hashlib import sha256
from importlib import resources

from flask import Blueprint, Response, current_app

from api.http.access import public
from api.http.headers import NOTHING

blueprint = Blueprint("welcome", __name__)
PAGE = (resources.files("api") / "welcome.html").read_text("utf-8")
_STYLE = PAGE.partition("<style>")[2].partition("</style>")[0]
POLICY = f"{NOTHING}; style-src 'sha256-{b64encode(sha256(_STYLE.encode()).digest()).decode()}'"


@blueprint.get("/")
@public
def welcome() -> Response:
    """A page that asks for nothing from anywhere."""
    page = current_app.response_class(PAGE, mimetype="text/html")
    page.headers["Content-Security-Policy"] = POLICY
    return page
