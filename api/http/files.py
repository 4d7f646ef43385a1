"""Files as attachments that a browser saves and never runs."""

from typing import Any, BinaryIO
from urllib.parse import quote

from flask import Response, request, send_file

BYTES = "application/octet-stream"
ALONE = "default-src 'none'; sandbox; frame-ancestors 'none'"


def described_file(*media_types: str) -> dict[str, Any]:
    """The answer of a download, for the description of the API: of one of these types, or plain bytes if asked for."""
    schema = {"type": "string", "format": "binary"}
    return {"description": "文件 / The file", "content": {each: {"schema": schema} for each in (BYTES, *media_types)}}


def attachment(file: BinaryIO, *, size: int, media_type: str, name: str, plain_name: str | None = None) -> Response:
    """The file as an attachment of that name; `size` is in bytes. Who accepts plain bytes alone gets it as these.

    `plain_name` is for programs that read no other signs than ASCII.
    """
    accepted = request.accept_mimetypes
    if accepted and not accepted[media_type] and accepted[BYTES]:
        media_type = BYTES
    answer = send_file(file, mimetype=media_type, as_attachment=True, download_name=name, conditional=False, etag=False)
    answer.content_length = size
    if plain_name and not name.isascii():
        answer.headers.set(
            "Content-Disposition", f"attachment; filename=\"{plain_name}\"; filename*=UTF-8''{quote(name)}"
        )
    answer.headers["Content-Security-Policy"] = ALONE
    return answer


def inline_picture(file: BinaryIO, *, size: int, media_type: str) -> Response:
    """A photograph that a page shows; nothing in it can run, and nobody keeps it for others."""
    answer = send_file(file, mimetype=media_type, conditional=False, etag=False)
    answer.content_length = size
    answer.headers["Content-Security-Policy"] = ALONE
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
