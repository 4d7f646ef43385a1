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
    directory,
    documents,
    escalations,
    events,
    evidence,
    extensions,
    findings,
    handling_opinions,
    inspections,
    labour,
    ledger,
    people,
    readiness,
    rectification_notices,
    reports,
    reviews,
    rounds,
    rulebooks,
    saved_filters,
    security_log,
    statistics,
    submissions,
    tokens,
)
from api.accounts import held_tokens, own_data, provider_accounts, provider_sign_in, second_factor
from api.console import accountability as accountability_pages
from api.console import alerts as alert_pages
from api.console import (
    api_docs,
    bulk,
    capture,
    common_problems,
    finding,
    outbox,
    overview,
    own_keys,
    pulse,
    signing_in,
    today,
)
from api.console import findings as finding_pages
from api.console import readiness as readiness_pages
from api.console import saved_filters as saved_filter_pages
from api.console import second_factor as second_factor_pages
from api.console import settings as setting_pages
from api.console.office import channels, notice_import, people_import
from api.console.office import labour as labour_pages
from api.console.office import organizations as organization_pages
from api.console.office import people as people_pages
from api.console.office import rounds as round_pages
from api.console.office import rulebooks as rulebook_pages
from api.console.office import security_log as security_log_pages
from api.console.pages import answer_errors_with_pages
from api.console.static_files import register_static_files
from api.console.work import WORK_PAGES
from api.http import openapi
from api.http.access import require_rules
from api.http.access_log import register_access_log
from api.http.context import Resources
from api.http.counters import Counters
from api.http.encoding import Encoding
from api.http.headers import register_headers
from api.http.known_tokens import KnownTokens
from api.http.measures import register_measures
from api.http.problems import register_problems
from api.http.provider import register_provider
from api.http.refusals import register_refusals
from api.http.request_ids import register_request_ids
from api.http.responses import not_modified_when_unchanged
from api.http.security_notes import register_security_notes
from api.upkeep import audit, deliveries, health, metrics, queues
from service.settings import Settings

BLUEPRINTS = dict.fromkeys(  # each once, in the order of the API's description
    (
        *(findings.blueprint, rectification_notices.blueprint, submissions.blueprint, reviews.blueprint),
        *(extensions.blueprint, escalations.blueprint, handling_opinions.blueprint, evidence.blueprint),
        *(inspections.blueprint, documents.blueprint, alerts.blueprint, events.blueprint),
        *(directory.organizations, rounds.blueprint, labour.blueprint, checklists.blueprint),
        *(directory.teams, ledger.blueprint, saved_filters.blueprint),
        *(rulebooks.blueprint, calendar_feed.blueprint, directory.caller, tokens.blueprint, people.blueprint),
        *(held_tokens.blueprint, second_factor.blueprint, provider_accounts.blueprint, own_data.blueprint),
        *(security_log.blueprint, audit.blueprint, queues.blueprint, deliveries.blueprint),
        *(statistics.blueprint, readiness.blueprint),
        *(campaigns.blueprint, reports.blueprint, accountability.blueprint),
    )
)
PAGES = (
    *(signing_in.pages, today.pages, alert_pages.pages, pulse.pages, overview.pages, readiness_pages.pages),
    *(finding.pages, finding_pages.pages, bulk.pages, setting_pages.pages, second_factor_pages.pages),
    *(capture.pages, outbox.pages, own_keys.pages, people_pages.pages, organization_pages.pages, api_docs.pages),
    *(round_pages.pages, labour_pages.pages, notice_import.pages, people_import.pages, rulebook_pages.pages),
    *(channels.pages, security_log_pages.pages, saved_filter_pages.pages),
    *(common_problems.pages, accountability_pages.pages),
)
JSON_LIMIT = 1_000_000  # bytes of a body that is no upload
MOST_PARTS = 10  # of an upload, which has one


def create_app(settings: Settings, *, now: Callable[[], datetime] | None = None) -> Flask:
    """The application, for the server and tests; `now` stands in for the database's clock.

    Nothing is connected yet: it starts, and answers 503, while the database is away.
    """
    app = Flask("duban", static_folder=None)
    app.json = Encoding(app)
    app.url_map.merge_slashes = False
    app.config.update(MAX_CONTENT_LENGTH=JSON_LIMIT, MAX_FORM_PARTS=MOST_PARTS, SECRET_KEY=settings.secret_key)
    app.config["SECRET_KEY_FALLBACKS"] = list(settings.former_keys)
    app.extensions["duban"] = Resources.open(settings, now)
    app.extensions.update({"duban.counters": Counters(settings.redis_url), "duban.known_tokens": KnownTokens()})
    register_request_ids(app)
    register_measures(app)
    if settings.logs.access:
        register_access_log(app)
    register_problems(app)
    register_static_files(app)
    _register_routes(app)
    answer_errors_with_pages(app)  # after smorest has set its own
    require_rules(app)
    register_refusals(app)
    register_headers(app)
    register_security_notes(app)
    register_provider(app, settings)
    app.after_request(not_modified_when_unchanged)
    return app


def _register_routes(app: Flask) -> None:
    described = openapi.describe(app)
    for blueprint in BLUEPRINTS:
        described.register_blueprint(blueprint)
    openapi.serve(app, described)
    app.register_blueprint(health.blueprint)
    app.register_blueprint(metrics.blueprint)
    for pages in (*PAGES, *WORK_PAGES):
        app.register_blueprint(pages)
    app.register_blueprint(provider_sign_in.blueprint)
    app.register_blueprint(calendar_feed.feeds)
