"""One import at a time of an organization, and so many a minute: whoever comes meanwhile is told so at once.

A turn is a locked file that holds when the last ones began. The lock ends with its process, however that ends.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from service.errors import Conflict

MOST = 10  # a minute: a table is looked at, mended, looked at and imported
A_MINUTE = timedelta(minutes=1)


@contextmanager
def import_turn(folder: Path, organization_id: str | None, *, now: datetime) -> Iterator[None]:
    """Hold the organization's turn for as long as the context lasts; Conflict when another holds it, or too many came.

    `folder` is the data folder, which all web processes share.
    """
    turns = folder / "imports"
    turns.mkdir(mode=0o700, exist_ok=True)
    descriptor = os.open(turns / (organization_id or "none"), os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Conflict("import_under_way") from error
        begun = [at for line in file.read().split() if (at := _instant(line)) and now - A_MINUTE < at <= now]
        if len(begun) >= MOST:
            raise Conflict("too_many_imports", most=MOST)
        file.seek(0)
        file.write("\n".join(at.isoformat() for at in [*begun, now.astimezone(UTC)]))
        file.truncate()
        file.flush()
        yield


def _instant(text: str) -> datetime | None:
    """None for what a crash has left half written."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else None
