"""安全日志: who came in and went, whose rights changed, what was taken out, and what was refused."""

import io
from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, cast

from flask import Response

from api.http.access import only
from api.http.blueprint import Blueprint
from api.http.context import RequestContext, resources
from api.http.cursors import opened, sealed
from api.http.files import attachment, described_file
from api.http.security_notes import note
from api.schemas.response_fields import page_of
from api.schemas.security_log import SecurityEntrySchema, SecurityExportQuery, SecurityLogQuery
from service.errors import InvalidInput
from service.security_log.export import MOST, ExportFormat, write
from service.security_log.list import SecurityFilter, all_entries, is_more_than, security_entries
from service.security_log.summing import MOST_SINGLY
from service.store.paging import Page
from workflows.security import READERS, SecurityKind

MEDIA_TYPES = {ExportFormat.CSV: "text/csv", ExportFormat.JSONL: "application/x-ndjson"}
IN_MEMORY = 4_000_000  # bytes of an export; a longer one goes into a file without a name

blueprint = Blueprint("security-log", "安全日志 · sign-ins, rights, exports and refusals")


@blueprint.get("/security-log")
@only(*READERS)
@blueprint.arguments(SecurityLogQuery, location="query")
@blueprint.response(200, page_of(SecurityEntrySchema))
def list_of_security_entries(context: RequestContext, query: dict[str, Any]) -> Page[Any]:
    """The security log, the newest first. That it was read is on record as well."""
    return page_of_entries(context, query)


def page_of_entries(context: RequestContext, query: dict[str, Any]) -> Page[Any]:
    """A page of the log for a query that `SecurityLogQuery` has read, on record."""
    reader = (context.caller.id, resources().settings.secret_keys)
    cursor, limit = opened(query.pop("cursor", None), *reader, field="cursor"), query.pop("limit")
    page = security_entries(context.session, SecurityFilter(**query), cursor=cursor, limit=limit)
    note(context, SecurityKind.LOG_READ, data={"filters": sorted(query)})
    return Page(page.items, sealed(page.next_cursor, *reader))


@blueprint.get("/security-log/export")
@only(*READERS)
@blueprint.arguments(SecurityExportQuery, location="query")
@blueprint.doc(responses={200: described_file(*MEDIA_TYPES.values())})
def export(context: RequestContext, query: dict[str, Any]) -> Response:
    """The security log as a file, the oldest first, with the hashes and texts that its chain is checked with.

    That it was exported is on record as well. At most 100,000 entries; `since` and `until` part what is more.
    """
    return exported(context, query)


def exported(context: RequestContext, query: dict[str, Any]) -> Response:
    """The log as a file for a query that `SecurityExportQuery` has read, on record; InvalidInput for too many."""
    form, wanted = ExportFormat(query.pop("format")), SecurityFilter(**query)
    if is_more_than(context.session, MOST, wanted):
        raise InvalidInput({"since": "too_many_entries"})
    note(context, SecurityKind.LOG_EXPORT, singly=MOST_SINGLY, data={"filters": sorted(query), "format": str(form)})
    file = _written(all_entries(context.session, wanted), form)
    size, name = file.tell(), f"security-log-{context.now:%Y%m%d-%H%M%S}.{form}"
    file.seek(0)
    return attachment(file, size=size, media_type=MEDIA_TYPES[form], name=name)


def _written(entries: Iterator[Any], form: ExportFormat) -> BinaryIO:
    """An open file at its end; it is closed with the answer."""
    file = cast(BinaryIO, SpooledTemporaryFile(IN_MEMORY))  # noqa: SIM115 - the answer closes it
    text = io.TextIOWrapper(file, encoding=form.encoding, newline="", write_through=True)
    write(entries, text, form)
    text.detach()
    return file
