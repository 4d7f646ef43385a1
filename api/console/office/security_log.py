"""Pages of the security log: who came in, whose rights changed, what was refused; filtered, taken as a file."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

import marshmallow as ma
from flask import Response as FlaskResponse
from flask import request
from werkzeug.wrappers import Response

from api import security_log
from api.console.forms import errors_by_field
from api.console.office.sending import older_at
from api.console.pages import Pages
from api.console.rendering import page, text, words_of
from api.http.access import only
from api.http.context import RequestContext, language
from api.http.security_notes import note
from api.schemas.security_log import SecurityExportQuery, SecurityLogQuery
from service.audit.results import audit_results
from service.errors import InvalidInput
from service.wording import word
from service.wording.texts import ZONE
from workflows.security import READERS, SecurityKind, SecurityOutcome

pages = Pages("security_log")
AT = "/settings/security-log"
DAYS = {"since": 0, "until": 1}  # filters that a page asks for as days of the office; the second ends with its day


@dataclass(frozen=True, slots=True)
class LogLine:
    """One entry as the page shows it."""

    at: datetime
    kind: str
    outcome: str
    count: int
    person: Any
    where: str


@pages.get(AT)
@only(*READERS)
def index(context: RequestContext) -> Response:
    """What happened, the newest first; that it was read is on record."""
    errors: dict[str, str] = {}
    asked = {name: value for name, value in request.args.items() if value}
    try:
        query = SecurityLogQuery().load(_query(asked))
    except ma.ValidationError as error:
        errors, query = errors_by_field(error, language()), SecurityLogQuery().load({})
    found = security_log.page_of_entries(context, query)
    taken = urlencode({name: value for name, value in asked.items() if name != "cursor"})
    results = audit_results(context.session)
    note(context, SecurityKind.AUDIT, data={"read": "results"})
    return page(
        "office/security_log.html",
        status=422 if errors else 200,
        title=text("office.security-log"),
        entries=[_line(one) for one in found.items],
        older=older_at(AT, found.next_cursor),
        errors=list(errors.values()),
        asked=asked,
        kinds=words_of(list(SecurityKind)),
        outcomes=words_of(list(SecurityOutcome)),
        exports=[(form, f"{AT}/export?{taken}{'&' if taken else ''}format={form}") for form in ("csv", "jsonl")],
        is_filtered=bool(asked.keys() - {"cursor"}),
        results=results,
        at=AT,
    )


@pages.get(f"{AT}/export")
@only(*READERS)
def export(context: RequestContext) -> FlaskResponse:
    """The same as a file, with the hashes that its chain is checked with; on record."""
    asked = {name: value for name, value in request.args.items() if value}
    try:
        query = SecurityExportQuery().load(_query(asked))
    except ma.ValidationError as error:
        raise InvalidInput(dict.fromkeys(errors_by_field(error, language()), "invalid")) from error
    return security_log.exported(context, query)


def _line(entry: Any) -> LogLine:
    kind, outcome = SecurityKind(entry.kind), SecurityOutcome(entry.outcome)
    where = " · ".join(one for one in (entry.address, entry.device) if one)
    return LogLine(entry.at, word(kind, language()), word(outcome, language()), entry.count, entry.person, where)


def _query(asked: dict[str, str]) -> dict[str, Any]:
    """The query as the API reads it: a day begins at midnight of the office, and the last one is within."""
    found: dict[str, Any] = dict(asked)
    for name, more in DAYS.items():
        try:
            day = date.fromisoformat(asked.get(name, ""))
            found[name] = datetime.combine(day + timedelta(days=more), time.min, ZONE).isoformat()
        except (ValueError, OverflowError):  # what is no day is for the schema to say
            continue
    return found
