"""The Flask application, put together."""

from collections.abc import Callable
from datetime import datetime

from flask import Flask

from api import (
    accountability,
    alerts,
    calendar_feed,
    campaigns,
    checklists,
    documents,
    escalations,
    events,
    evidence,
    extensions,
    findings,
    handling_opinions,
    health,
    inspections,
    ledger,
    me,
    organizations,
    rectification_notices,
    reports,
    reviews,
    rounds,
    statistics,
    submissions,
    teams,
    tokens,
    welcome,
)
from api.http import openapi
from api.http.access import require_rules
from api.http.context import Resources
from api.http.encoding import Encoding
from api.http.headers import register_headers
from api.http.limits import limit_calls
from api.http.problems import register_problems
from api.http.responses import not_modified_when_unchanged
from service.settings import Settings

SUBJECTS = (
    *(findings, rectification_notices, submissions, reviews, extensions, escalations, handling_opinions, evidence),
    *(inspections, documents, alerts, events, organizations, rounds, checklists, teams, ledger, calendar_feed, me),
    *(tokens, statistics, campaigns, reports, accountability),
)
JSON_LIMIT = 1_000_000  # bytes of a body that is no upload
MOST_PARTS = 10  # of an upload, which has one


def create_app(settings: Settings, *, now: Callable[[], datetime] | None = None) -> Flask:
    """The application, for gunicorn and tests; `now` stands in for the database's clock.

    Nothing is connected yet: it starts, and answers 503, while the database is away.
    """
    app = Flask("duban", static_folder=None)
    app.json = Encoding(app)
    app.url_map.merge_slashes = False
    app.config.update(MAX_CONTENT_LENGTH=JSON_LIMIT, MAX_FORM_PARTS=MOST_PARTS, SECRET_KEY=settings.secret_key)
    app.extensions["duban"] = Resources.open(settings, now)
    register_problems(app)
    _register_routes(app)
    require_rules(app)
    limit_calls(app, settings.redis_url)
    register_headers(app)
    app.after_request(not_modified_when_unchanged)
    return app


def _register_routes(app: Flask) -> None:
    described = openapi.describe(app)
    for module in SUBJECTS:
        described.register_blueprint(module.blueprint)
    openapi.serve(app, described)
    app.register_blueprint(health.blueprint)
    app.register_blueprint(welcome.blueprint)
    app.register_blueprint(calendar_feed.feeds)
