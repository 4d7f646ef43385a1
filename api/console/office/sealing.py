"""What a page carries through its form from one step to the next: sealed, so that it comes back as it was read."""

import zlib
from base64 import b64decode, b64encode
from binascii import Error

from api.http.context import RequestContext, resources
from api.http.cursors import opened, sealed
from service.errors import InvalidInput

LARGEST = 4_000_000  # bytes, unpacked
LONGEST = 450_000  # signs that a form may carry in one field


def packed(content: bytes, what: str, context: RequestContext) -> str | None:
    """The content as a field of a form for this reader alone; None for what is too large to be carried."""
    text = b64encode(zlib.compress(content, 9)).decode()
    closed = sealed(text, f"{what} {context.caller.id}", resources().settings.secret_keys) or ""
    return closed if len(closed) <= LONGEST and len(content) <= LARGEST else None


def unpacked(sent: str, what: str, context: RequestContext, *, field: str) -> bytes:
    """What was packed for this reader; InvalidInput on the field for anything else."""
    keys = resources().settings.secret_keys
    text = opened(sent, f"{what} {context.caller.id}", keys, field=field) or ""
    try:
        return zlib.decompressobj().decompress(b64decode(text), LARGEST)
    except (Error, zlib.error) as error:
        raise InvalidInput({field: "invalid"}) from error
