"""整改台账: the template to fill in, and findings imported from it."""

import io
from typing import Any

from flask import Response, send_file

from api.http.access import signed_in
from api.http.blueprint import Blueprint
from api.http.context import RequestContext, language
from api.schemas.evidence import UploadBody
from api.schemas.ledger import ImportQuery, ImportSchema
from service.errors import InvalidInput
from service.files.media_types import ACCEPTED
from service.ledger_import import MOST_LISTED, import_ledger, write_template
from service.wording import sentence

blueprint = Blueprint("ledgers", "整改台账 · findings from Excel tables")
XLSX = ACCEPTED[".xlsx"].media_type
FILE = {"description": "The table to fill in", "content": {XLSX: {"schema": {}}}}
NAMES = {"zh": "整改台账导入模板.xlsx", "en": "ledger-template.xlsx"}


@blueprint.get("/ledgers/template")
@signed_in
@blueprint.doc(responses={200: FILE})
def template(context: RequestContext) -> Response:
    """An empty table in Excel, with the units that the caller may log findings against to choose from."""
    stream = io.BytesIO()
    write_template(context.session, stream, actor=context.actor, now=context.now, language=language())
    stream.seek(0)
    return send_file(stream, mimetype=XLSX, as_attachment=True, download_name=NAMES[language()], etag=False)


@blueprint.post("/ledgers")
@signed_in
@blueprint.arguments(ImportQuery, location="query")
@blueprint.arguments(UploadBody, location="files")
@blueprint.response(200, ImportSchema)
def bring(context: RequestContext, query: dict[str, Any], body: dict[str, Any]) -> Any:
    """Log the findings of an Excel table (part `file`), or correct the texts of those that are there: all, or none.

    A dry run lists every cell that cannot be accepted; else those are the errors of the 422, by sheet and cell.
    """
    dry_run = query.get("dry_run", False)
    done = import_ledger(context.session, body["file"].stream, actor=context.actor, now=context.now, dry_run=dry_run)
    if done.faults and not dry_run:
        raise InvalidInput({fault.address: fault.code for fault in done.faults[:MOST_LISTED]})
    errors = [
        {"sheet": fault.sheet, "cell": fault.cell, "column": fault.column, "message": sentence(fault.code, language())}
        for fault in done.faults[:MOST_LISTED]
    ]
    return {"done": done, "errors": errors, "more_errors": len(done.faults) - len(errors)}
