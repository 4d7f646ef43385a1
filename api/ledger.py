"""整改台账: the template to fill in, and findings imported from it."""

import io
from collections.abc import Sequence
from typing import Any, BinaryIO, cast

from flask import Response, request

from api.http.access import signed_in
from api.http.blueprint import Blueprint
from api.http.context import RequestContext, language, resources
from api.http.files import attachment, described_file
from api.http.transaction import prepared_by
from api.schemas.evidence import UploadBody
from api.schemas.ledger import ImportQuery, ImportSchema
from service.errors import InvalidInput
from service.files.import_turns import import_turn
from service.files.media_types import ACCEPTED
from service.ledger_import import (
    MOST_LISTED,
    CellFault,
    PreparedImport,
    import_ledger,
    outcome,
    prepare_import,
    read_table,
    write_template,
)
from service.wording import sentence

blueprint = Blueprint("ledgers", "整改台账 · findings from Excel tables")
XLSX = ACCEPTED[".xlsx"].media_type
NAMES = {"zh": "整改台账导入模板.xlsx", "en": "ledger-template.xlsx"}


@blueprint.get("/ledgers/template")
@signed_in
@blueprint.doc(responses={200: described_file(XLSX)})
def template(context: RequestContext) -> Response:
    """An empty table in Excel, with the units that the caller may log findings against to choose from."""
    return template_answer(context)


def template_answer(context: RequestContext) -> Response:
    """The empty table as an attachment."""
    stream = io.BytesIO()
    write_template(context.session, stream, actor=context.actor, now=context.now, language=language())
    size = stream.tell()
    stream.seek(0)
    return attachment(stream, size=size, media_type=XLSX, name=NAMES[language()], plain_name=NAMES["en"])


def read_and_checked(context: RequestContext) -> tuple[Sequence[Any], PreparedImport] | None:
    """The lines of the table that came, and the import of them worked out; None when none came."""
    file, query = request.files.get("file"), ImportQuery()
    if file is None or query.validate(request.args):  # the route says what is wrong
        return None
    asked = query.load(request.args)
    turn = import_turn(resources().settings.data_dir, context.actor.organization_id, now=context.now)
    context.until_answered.enter_context(turn)
    context.session.rollback()  # the caller is known, and a server ends transactions that idle for so long
    lines = read_table(cast(BinaryIO, file.stream))
    round_id = asked.get("round_id")
    return lines, prepare_import(context.session, lines, actor=context.actor, now=context.now, round_id=round_id)


@blueprint.post("/ledgers")
@signed_in
@prepared_by(read_and_checked)
@blueprint.arguments(ImportQuery, location="query")
@blueprint.arguments(UploadBody, location="files")
@blueprint.response(200, ImportSchema)
def bring(context: RequestContext, query: dict[str, Any], body: dict[str, Any]) -> Any:  # noqa: ARG001 - read before
    """Log the findings of an Excel table (part `file`), or correct the texts of those that are there: all, or none.

    A line with the number of a finding stands for that finding. A dry run lists every cell that cannot be accepted;
    else those are the errors of the 422, by sheet and cell.
    """
    dry_run = query.get("dry_run", False)
    lines, prepared = context.prepared
    done = outcome(prepared)
    if not (dry_run or done.faults):
        done = import_ledger(context.session, lines, actor=context.actor, now=context.now, prepared=prepared)
    if done.faults and not dry_run:
        raise InvalidInput({fault.address: fault.code for fault in done.faults[:MOST_LISTED]})
    return {
        "done": done,
        "dry_run": dry_run,
        "errors": cells_of(done.faults),
        "more_errors": max(len(done.faults) - MOST_LISTED, 0),
        "warnings": cells_of(done.pictures),
    }


def cells_of(faults: Sequence[CellFault]) -> list[dict[str, str]]:
    """The first of these cells, each with its sentence in the caller's language."""
    return [
        {"sheet": fault.sheet, "cell": fault.cell, "column": fault.column, "message": sentence(fault.code, language())}
        for fault in faults[:MOST_LISTED]
    ]
