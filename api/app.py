"""The application of this door, put together."""

from collections.abc import Callable
from datetime import datetime

from flask import Flask

from api import (
    accountability,
    alerts,
    campaigns,
    checklists,
    documents,
    escalations,
    events,
    evidence,
    extensions,
    findings,
    health,
    inspections,
    me,
    organizations,
    reports,
    reviews,
    rounds,
    statistics,
    submissions,
    teams,
    tokens,
    welcome,
)
from api import calendar_feed as calendars
from api import handling_opinions as opinions
from api import ledger as ledgers
from api import rectification_notices as notices
from api.http import openapi
from api.http import responses as answers
from api.http.access import require_rules
from api.http.door import Door
from api.http.encoding import Encoding
from api.http.headers import register_headers
from api.http.limits import limit_calls
from api.http.problems import register_problems
from service.settings import Settings

SUBJECTS = (
    *(findings, notices, submissions, reviews, extensions, escalations, opinions, evidence, inspections, documents),
    *(alerts, events, organizations, rounds, checklists, teams, ledgers, calendars, me, tokens),
    *(statistics, campaigns, reports, accountability),
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
    app.extensions["duban"] = Door.open(settings, now)
    register_problems(app)
    _register_routes(app)
    require_rules(app)
    limit_calls(app, settings.redis_url)
    register_headers(app)
    app.after_request(answers.not_modified_when_known)
    return app


def _register_routes(app: Flask) -> None:
    described = openapi.describe(app)
    for module in SUBJECTS:
        described.register_blueprint(module.subject)
    openapi.serve(app, described)
    app.register_blueprint(health.blueprint)
    app.register_blueprint(welcome.blueprint)
    app.register_blueprint(calendars.blueprint)
