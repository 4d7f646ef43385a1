"""Files as attachments that a browser saves and never runs."""

from typing import BinaryIO

from flask import Response, send_file

FILE = {"description": "The file", "content": {"*/*": {"schema": {}}}}  # for the description of the API
ALONE = "default-src 'none'; sandbox; frame-ancestors 'none'"


def attachment(file: BinaryIO, *, size: int, media_type: str, name: str) -> Response:
    """The file as an attachment of that name; `size` is in bytes."""
    answer = send_file(file, mimetype=media_type, as_attachment=True, download_name=name, conditional=False, etag=False)
    answer.content_length = size
    answer.headers["Content-Security-Policy"] = ALONE
    return answer
