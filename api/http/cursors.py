"""Cursors of the feed, sealed for one reader: where it stands would tell a unit how much happens in the whole city."""

import base64
import binascii
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from hashlib import sha512
from typing import TYPE_CHECKING

from service.errors import InvalidInput

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESSIV

LENGTH = 40  # of every cursor before it is sealed: its length is not to tell anything either


def sealed(cursor: str | None, reader_id: str, secret_keys: Sequence[str]) -> str | None:
    """The cursor as that reader gets it; an equal one is sealed equally."""
    if cursor is None:
        return None
    closed = _cipher(secret_keys[0]).encrypt(cursor.ljust(LENGTH).encode(), [reader_id.encode()])
    return base64.urlsafe_b64encode(closed).rstrip(b"=").decode()


def opened(cursor: str | None, reader_id: str, secret_keys: Sequence[str], *, field: str = "after") -> str | None:
    """The cursor that was sealed for that reader; InvalidInput on its field for any other text."""
    if cursor is None:
        return None
    from cryptography.exceptions import InvalidTag

    try:
        closed = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error) as error:
        raise InvalidInput({field: "unknown_cursor"}) from error
    for key in secret_keys:  # the present one, then those that it followed
        with suppress(InvalidTag, ValueError):
            return _cipher(key).decrypt(closed, [reader_id.encode()]).decode().rstrip()
    raise InvalidInput({field: "unknown_cursor"})


@cache
def _cipher(secret_key: str) -> "AESSIV":
    from cryptography.hazmat.primitives.ciphers.aead import AESSIV

    return AESSIV(sha512(b"cursors of the feed\n" + secret_key.encode()).digest())
