"""What a page carries through its form from one step to the next: sealed for one person, and back as it was."""

import zlib
from base64 import b64decode, b64encode
from binascii import Error
from datetime import datetime

from api.http.context import resources
from api.http.cursors import opened, sealed
from service.errors import InvalidInput

SENDER = "sender"  # the field of a form that says for whom it was made, and when
LARGEST = 4_000_000  # bytes, unpacked
LONGEST = 450_000  # signs that a form may carry in one field


def packed(content: bytes, what: str, *, owner: str) -> str | None:
    """The content as a field of a form for this person alone; None for what is too large to be carried."""
    text = b64encode(zlib.compress(content, 9)).decode()
    closed = sealed(text, f"{what} {owner}", resources().settings.secret_keys) or ""
    return closed if len(closed) <= LONGEST and len(content) <= LARGEST else None


def unpacked(sent: str, what: str, *, owner: str, field: str) -> bytes:
    """What was packed for this person; InvalidInput on the field for anything else."""
    keys = resources().settings.secret_keys
    text = opened(sent, f"{what} {owner}", keys, field=field) or ""
    try:
        return zlib.decompressobj().decompress(b64decode(text), LARGEST)
    except (Error, zlib.error) as error:
        raise InvalidInput({field: "invalid"}) from error


def sender_field(person_id: str, *, now: datetime) -> str:
    """What a form made for this person says of it: the id, and behind a point the seal that we alone can make."""
    return f"{person_id}.{sealed(now.isoformat(), f'{SENDER} {person_id}', resources().settings.secret_keys)}"


def made_for(person_id: str, sent: str) -> datetime | None:
    """When the form was made for this person from whom it came; None for one that was not, or not by us."""
    seal = sent.removeprefix(f"{person_id}.")
    try:
        made_at = opened(seal, f"{SENDER} {person_id}", resources().settings.secret_keys, field=SENDER)
    except InvalidInput:
        return None
    return datetime.fromisoformat(made_at or "")
