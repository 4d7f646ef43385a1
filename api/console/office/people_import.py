"""Pages that add and change people by a table: looked at line by line, then done, all of it or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from api.console.office.sending import Refused, refused
from api.console.pages import Pages, takes_files, told_on_the_page
from api.console.rendering import page, text
from api.console.sealing import packed, unpacked
from api.http.access import only
from api.http.context import RequestContext, resources
from api.http.problems import Refusal
from api.http.transaction import prepared_by
from service.errors import DubanError
from service.files.import_turns import import_turn
from service.people.importing import import_people
from service.people.people_table import LARGEST, PersonLine, read_people_table
from workflows.vocabulary import Role

pages = Pages("people_import")
AT = "/settings/people/import"
WHAT = "people"  # what the form carries


@dataclass(frozen=True, slots=True)
class Table:
    """The table that came, and its lines."""

    content: bytes
    lines: Sequence[PersonLine]


@pages.get(AT)
@only(Role.SECURITY_ADMIN)
def ask(context: RequestContext) -> Response:  # noqa: ARG001 - the page is the same for all
    """Ask for the table."""
    return _page()


def _read_table(context: RequestContext) -> Table | None:
    """The table as a file, or as this page has carried it; None when none came."""
    file = request.files.get("file")
    if sent := request.form.get("table"):
        content = unpacked(sent, WHAT, owner=context.caller.id, field="file")
    elif file is not None and file.filename:
        content = file.stream.read(LARGEST + 1)
    else:
        return None
    turn = import_turn(resources().settings.data_dir, context.actor.organization_id, now=context.now)
    context.until_answered.enter_context(turn)
    context.session.rollback()  # nothing is held while the table is read
    return Table(content, read_people_table(content))


@pages.post(AT)
@only(Role.SECURITY_ADMIN)
@takes_files
@prepared_by(told_on_the_page(_read_table))
def look_or_import(context: RequestContext) -> Response:
    """Show what the table would do, and do it once that was seen."""
    table = context.prepared
    if isinstance(table, Refusal):
        return _page(refused("people-import", table.error))
    if table is None:
        return _page(Refused("people-import", 422, text("office.choose_table")))
    look = request.form.get("step") != "use"
    reason = request.form.get("reason") or None
    try:
        outcome = import_people(
            context.session, table.lines, actor=context.actor, now=context.now, reason=reason, dry_run=look
        )
    except DubanError as error:
        return _page(refused("people-import", error))
    return _page(outcome=outcome, carried=packed(table.content, WHAT, owner=context.caller.id) if look else None)


def _page(refusal: Refused | None = None, *, outcome: Any = None, carried: str | None = None) -> Response:
    return page(
        "office/people_import.html",
        status=refusal.status if refusal else 200,
        title=text("office.import_people"),
        at=AT,
        refusal=refusal,
        outcome=outcome,
        lines=[(one, text(f"office.line_{one.outcome}")) for one in outcome.lines] if outcome else [],
        carried=carried,
    )
