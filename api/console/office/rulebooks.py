"""Pages of the rules: the policy in words, the working calendar month by month; other ones looked at, then in force."""

from typing import Any

from flask import request
from werkzeug.wrappers import Response

from api.console.office.calendar_months import Month, months_of
from api.console.office.sending import LONGEST_UPLOAD, Refused, every, form_of, refused, text_in_form, tried
from api.console.office.shown_values import seen_version, sent_version
from api.console.pages import Pages, done, takes_files
from api.console.queries import id_in
from api.console.rendering import page, text
from api.http.access import only
from api.http.context import RequestContext, language
from api.schemas.rulebooks import CalendarBody, PolicyBody, calendar_view
from service.errors import DubanError, existing
from service.people import directory
from service.rounds.rulebooks import calendar_in_force, text_of_calendar, version_of_calendar
from service.setup.rulebooks.calendars import calendar_change, put_calendar_in_force
from service.setup.rulebooks.explanation import explanation
from service.setup.rulebooks.policies import policy_in_force, policy_text_in_force, policy_version, put_policy_in_force
from service.setup.rulebooks.preview import preview_policy
from workflows.calendar_file import calendar_mistakes
from workflows.policy_check import policy_mistakes
from workflows.vocabulary import Role

pages = Pages("rulebooks")
POLICY, CALENDAR = "/settings/policy", "/settings/calendar"
MOST_SHOWN = 100  # findings that would fare otherwise
OWN_FIELDS = ("text", "file", "step")


@pages.get(POLICY)
@only(Role.ADMIN)
def show_policy(context: RequestContext) -> Response:
    """The policy in force in words, for rounds to come or for one, and its file to be changed."""
    return _policy_page(context)


@pages.post(POLICY)
@only(Role.ADMIN)
@takes_files
def load_policy(context: RequestContext) -> Response:
    """Look what another policy would change, and put it in force when that was seen."""
    written = text_in_form("text")
    if mistakes := policy_mistakes(written):
        return _policy_page(context, written, mistakes=[one.sentence(language()) for one in mistakes])
    if request.form.get("step") == "use":

        def use(**body: Any) -> None:
            put_policy_in_force(
                context.session, **body, actor=context.actor, now=context.now, seen=sent_version(request.form)
            )

        refusal = tried(context, "policy", PolicyBody, use)
        return _policy_page(context, written, refusal) if refusal else done(_policy_at(_round_id()), "in_force")
    try:
        preview = preview_policy(context.session, written, now=context.now, round_id=_round_id())
    except DubanError as error:
        return _policy_page(context, written, refused("policy", error))
    return _policy_page(context, written, preview=preview)


@pages.get(CALENDAR)
@only(Role.ADMIN)
def show_calendar(context: RequestContext) -> Response:
    """A year, month by month, with holidays and make-up days, and which years are not known yet."""
    return _calendar_page(context)


@pages.post(CALENDAR)
@only(Role.ADMIN)
@takes_files
def load_calendar(context: RequestContext) -> Response:
    """Look what another calendar would change, and put it in force when that was seen."""
    written = text_in_form("text")
    if mistakes := calendar_mistakes(written):
        return _calendar_page(context, written, mistakes=[one.sentence(language()) for one in mistakes])
    if request.form.get("step") == "use":

        def use(**body: Any) -> None:
            put_calendar_in_force(
                context.session, **body, actor=context.actor, now=context.now, seen=sent_version(request.form)
            )

        refusal = tried(context, "calendar", CalendarBody, use)
        return _calendar_page(context, written, refusal) if refusal else done(CALENDAR, "in_force")
    return _calendar_page(context, written, change=calendar_change(context.session, written))


def _round_id() -> str | None:
    """The round that is asked for, if one is; raises `NotFound` for what is no id."""
    written = request.form.get("round_id") or request.args.get("round_id")
    return existing(id_in(written)) if written else None


def _policy_at(round_id: str | None) -> str:
    return f"{POLICY}?round_id={round_id}" if round_id else POLICY


def _policy_page(
    context: RequestContext,
    written: str | None = None,
    refusal: Refused | None = None,
    *,
    mistakes: list[str] | None = None,
    preview: Any = None,
) -> Response:
    chosen = _round_id()
    policy = policy_in_force(context.session, chosen)
    rounds = [one for one in every(lambda **paging: directory.rounds(context.session, **paging)) if not one.closed_at]
    shown = policy_text_in_force(context.session, chosen) if written is None else written
    return page(
        "office/policy.html",
        status=refusal.status if refusal else 422 if mistakes else 200,
        title=text("office.policy"),
        sections=_sections(explanation(policy, language())),
        version=policy.version,
        seen=seen_version(request.form, policy_version(context.session, chosen), refusal),
        rounds=rounds,
        chosen=chosen,
        at=_policy_at(chosen),
        written=shown,
        is_changed=written is not None,
        longest=LONGEST_UPLOAD,
        mistakes=mistakes or [],
        refusal=refusal,
        preview=preview,
        affected=list(preview.changed[:MOST_SHOWN]) if preview else [],
        use=form_of("policy", PolicyBody, _policy_at(chosen), hidden={"text": shown, "round_id": chosen or ""})
        if preview
        else None,
    )


def _sections(lines: list[str]) -> list[tuple[str, list[str]]]:
    """The explanation as headings, each with its sentences; the first has none."""
    found: list[tuple[str, list[str]]] = []
    for line in lines:
        if line.startswith("  "):
            found[-1][1].append(line.strip())
        elif line:
            found.append((line, []))
    return found


def _calendar_page(
    context: RequestContext,
    written: str | None = None,
    refusal: Refused | None = None,
    *,
    mistakes: list[str] | None = None,
    change: Any = None,
) -> Response:
    calendar = calendar_in_force(context.session)
    today = calendar.local_date(context.now)
    asked = request.args.get("year", "")
    year = int(asked) if asked.isdecimal() and len(asked) == 4 and int(asked) else today.year
    shown = text_of_calendar(context.session) if written is None else written
    months: list[Month] = months_of(calendar, year, today)
    return page(
        "office/calendar.html",
        status=refusal.status if refusal else 422 if mistakes else 200,
        title=text("office.calendar"),
        year=year,
        years=sorted({*calendar.plans, today.year, today.year + 1, year}),
        missing=[one for one in (today.year, today.year + 1) if one not in calendar.plans],
        is_known=year in calendar.plans,
        calendar=calendar_view(calendar, None),
        seen=seen_version(request.form, version_of_calendar(context.session) or "", refusal),
        months=months,
        at=CALENDAR,
        written=shown,
        is_changed=written is not None,
        mistakes=mistakes or [],
        refusal=refusal,
        change=change,
        use=form_of("calendar", CalendarBody, CALENDAR, hidden={"text": shown}) if change else None,
    )
