"""Policy and calendar of a running office: checked, looked at ahead, put in force by administrators."""

from collections.abc import Iterable
from typing import Any

from api.http.access import only
from api.http.blueprint import Blueprint
from api.http.context import RequestContext, language
from api.schemas.rulebooks import (
    CalendarBody,
    CalendarChangeSchema,
    CalendarQuery,
    CalendarSchema,
    CheckedFileSchema,
    PolicyBody,
    PolicyInForceSchema,
    PolicyPreviewBody,
    PolicyPreviewSchema,
    PolicyQuery,
    PolicySchema,
    RulebookBody,
    calendar_view,
)
from service.rounds.rulebooks import calendar_in_force
from service.setup.rulebooks.calendars import CalendarChange, calendar_change, put_calendar_in_force
from service.setup.rulebooks.explanation import explanation
from service.setup.rulebooks.policies import PolicyInForce, policy_in_force, put_policy_in_force
from service.setup.rulebooks.preview import PolicyPreview, preview_policy
from workflows.calendar_file import calendar_mistakes
from workflows.file_mistakes import Mistake
from workflows.policy_check import policy_mistakes
from workflows.vocabulary import Role

blueprint = Blueprint("policy and calendar", "政策与日历 · the rules that an office goes by, for administrators")


@blueprint.get("/policies/in-force")
@only(Role.ADMIN)
@blueprint.arguments(PolicyQuery, location="query")
@blueprint.response(200, PolicySchema)
def show_policy(context: RequestContext, query: dict[str, Any]) -> Any:
    """The policy that new findings of a round go by, in sentences."""
    policy = policy_in_force(context.session, query["round_id"])
    return {"version": policy.version, "explanation": explanation(policy, language())}


@blueprint.post("/policies/checks")
@only(Role.ADMIN)
@blueprint.arguments(RulebookBody)
@blueprint.response(200, CheckedFileSchema)
def check_policy(_context: RequestContext, body: dict[str, Any]) -> Any:
    """Look through a policy file; every mistake at once."""
    return _mistakes(policy_mistakes(body["text"]))


@blueprint.post("/policies/previews")
@only(Role.ADMIN)
@blueprint.arguments(PolicyPreviewBody)
@blueprint.response(200, PolicyPreviewSchema)
def look_at_policy(context: RequestContext, body: dict[str, Any]) -> PolicyPreview:
    """Which open findings would be due, overdue or escalated otherwise under the policy, and when."""
    return preview_policy(context.session, body["text"], now=context.now, round_id=body["round_id"])


@blueprint.post("/policies")
@only(Role.ADMIN)
@blueprint.arguments(PolicyBody)
@blueprint.response(201, PolicyInForceSchema)
def use_policy(context: RequestContext, body: dict[str, Any]) -> PolicyInForce:
    """Put a policy in force: findings logged from now on go by it; those under way only where `move_open` says so."""
    return put_policy_in_force(context.session, **body, actor=context.actor, now=context.now)


@blueprint.get("/calendar")
@only(Role.ADMIN)
@blueprint.arguments(CalendarQuery, location="query")
@blueprint.response(200, CalendarSchema)
def show_calendar(context: RequestContext, query: dict[str, Any]) -> Any:
    """The working days in force."""
    return calendar_view(calendar_in_force(context.session), query["year"])


@blueprint.post("/calendar/checks")
@only(Role.ADMIN)
@blueprint.arguments(RulebookBody)
@blueprint.response(200, CheckedFileSchema)
def check_calendar(_context: RequestContext, body: dict[str, Any]) -> Any:
    """Look through a calendar file; every mistake at once."""
    return _mistakes(calendar_mistakes(body["text"]))


@blueprint.post("/calendar/previews")
@only(Role.ADMIN)
@blueprint.arguments(RulebookBody)
@blueprint.response(200, CalendarChangeSchema)
def look_at_calendar(context: RequestContext, body: dict[str, Any]) -> CalendarChange:
    """Which years and days the calendar would change."""
    return calendar_change(context.session, body["text"])


@blueprint.post("/calendar")
@only(Role.ADMIN)
@blueprint.arguments(CalendarBody)
@blueprint.response(201, CalendarChangeSchema)
def load_calendar(context: RequestContext, body: dict[str, Any]) -> CalendarChange:
    """Put a calendar in force: time limits and provisional deadlines are recounted."""
    return put_calendar_in_force(context.session, **body, actor=context.actor, now=context.now)


def _mistakes(found: Iterable[Mistake]) -> dict[str, Any]:
    return {"mistakes": [{"line": one.line, "place": one.place, "sentence": one.sentence(language())} for one in found]}
