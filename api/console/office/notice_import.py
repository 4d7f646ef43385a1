"""Pages that open a round from the notice itself: what was read, what is in doubt, and how that is settled."""

from dataclasses import dataclass
from typing import Any

import msgspec
from flask import request
from werkzeug.wrappers import Response

from api.console.office.sending import Refused, refused
from api.console.pages import Pages, done, takes_files, told_on_the_page
from api.console.rendering import page, text
from api.console.sealing import packed, unpacked
from api.http.access import only
from api.http.context import RequestContext, language, resources
from api.http.problems import Refusal
from api.http.transaction import prepared_by
from service.errors import DubanError, InvalidInput
from service.files.import_turns import import_turn
from service.files.office_files import LARGEST
from service.rounds.current import round_numbered
from service.rounds.rulebooks import calendar_in_force
from service.setup.notice_file import Doubt, Notice, open_notice
from service.setup.notice_loading import load_notice
from service.setup.notice_plan import NoticePlan
from service.setup.notice_settling import plan_settled
from service.setup.rulebooks.policies import policy_in_force
from service.setup.settlements import Settlements, read_settlements, settling_line
from service.wording import written
from workflows.rules import Rules
from workflows.vocabulary import Role

pages = Pages("notice_import")
AT = "/settings/rounds/import"
SETTLES = "settle:"  # what the field of a doubt is called, before its key
WHAT = "notice"  # what the form carries


@dataclass(frozen=True, slots=True)
class DoubtLine:
    """A doubt as the page shows it."""

    place: str
    sentence: str
    stops: bool
    key: str | None  # of the line that settles it; none: only the file or the books can be put right
    example: str
    value: str


@pages.get(AT)
@only(Role.ADMIN)
def ask(context: RequestContext) -> Response:  # noqa: ARG001 - the page is the same for all
    """Ask for the notice."""
    return _file_page()


def _opened(context: RequestContext) -> Notice | None:
    """The notice that came, as a file or as this page has read it before; None when none came."""
    if sent := request.form.get("notice"):
        return _notice_in(sent, context)
    file = request.files.get("file")
    if file is None or not file.filename:
        return None
    turn = import_turn(resources().settings.data_dir, context.actor.organization_id, now=context.now)
    context.until_answered.enter_context(turn)
    context.session.rollback()  # nothing is held while the file is read
    return open_notice(file.stream.read(LARGEST + 1), file.filename)


@pages.post(AT)
@only(Role.ADMIN)
@takes_files
@prepared_by(told_on_the_page(_opened))
def look_or_open(context: RequestContext) -> Response:
    """Show what would be loaded and what is in doubt; open the round once that was seen and nothing stops it."""
    notice = context.prepared
    if isinstance(notice, Refusal):
        return _file_page(refused("notice", notice.error))
    if notice is None:
        return _file_page(Refused("notice", 422, text("office.choose_notice")))
    if request.form.get("step") != "open":
        return _plan_page(context, notice)
    try:
        with context.session.begin_nested():
            plan = _plan(context, notice, _settlements())
            loaded = load_notice(
                context.session, plan, now=context.now, actor=context.actor, reason=request.form.get("reason") or None
            )
    except DubanError as error:
        return _plan_page(context, notice, refused("notice", error))
    return done(f"/settings/rounds/{round_numbered(context.session, loaded.number).id}", "round_opened")


def _plan(context: RequestContext, notice: Notice, settlements: Settlements) -> NoticePlan:
    rules = Rules(policy_in_force(context.session), calendar_in_force(context.session))
    return plan_settled(context.session, notice, rules=rules, settlements=settlements)


def _typed() -> dict[str, str]:
    """What was typed beside doubts, by the key of the line that settles each."""
    return {
        name.removeprefix(SETTLES): value.strip()
        for name, value in request.form.items()
        if name.startswith(SETTLES) and value.strip()
    }


def _settlements() -> Settlements:
    lines = [f"{key} = {' '.join(value.split())}" for key, value in _typed().items()]
    return read_settlements("\n".join(lines).encode())


def _file_page(refusal: Refused | None = None) -> Response:
    return page(
        "office/notice_file.html",
        status=refusal.status if refusal else 200,
        title=text("office.import_notice"),
        at=AT,
        refusal=refusal,
        errors=[] if refusal is None else list(refusal.errors.values()) or [refusal.sentence],
    )


def _plan_page(context: RequestContext, notice: Notice, refusal: Refused | None = None) -> Response:
    carried = packed(msgspec.json.encode(notice), WHAT, owner=context.caller.id)
    if carried is None:
        return _file_page(Refused("notice", 422, text("office.notice_too_large")))
    errors: dict[str, str] = {}
    try:
        plan = _plan(context, notice, _settlements())
    except InvalidInput as error:  # lines that settle nothing or cannot be read: shown without them
        refusal = refusal or refused("notice", error)
        errors = dict(refusal.errors)
        plan = _plan(context, notice, Settlements())
    doubts = sorted(plan.doubts, key=lambda doubt: not doubt.stops)
    heading = plan.notice.heading
    return page(
        "office/notice_plan.html",
        status=refusal.status if refusal else 200,
        title=heading.title or text("office.import_notice"),
        at=AT,
        heading=heading,
        plan=plan,
        doubts=[_line(doubt) for doubt in doubts],
        settled=list(plan.settled.items()),
        stops=len(plan.stops),
        leaders={district: leader.name for leader in plan.notice.leaders for district in leader.districts},
        passed_over=[(one.place, written("notice_file", one.code, language()), one.text) for one in notice.passed_over],
        carried=carried,
        refusal=refusal,
        errors=errors,
    )


def _line(doubt: Doubt) -> DoubtLine:
    blanks: dict[str, Any] = dict(doubt.particulars)
    key, _, example = (settling_line(doubt) or "").partition("=")
    return DoubtLine(
        doubt.place,
        written("notice_file", doubt.code, language(), **blanks),
        doubt.stops,
        key.strip() or None,
        example.strip(),
        _typed().get(key.strip(), ""),
    )


def _notice_in(sent: str, context: RequestContext) -> Notice:
    try:
        return msgspec.json.decode(unpacked(sent, WHAT, owner=context.caller.id, field="file"), type=Notice)
    except msgspec.DecodeError as error:
        raise InvalidInput({"file": "invalid"}) from error
