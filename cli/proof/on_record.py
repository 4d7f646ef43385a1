"""What commands put into the security log beside what they do: exports and verifications, which change nothing."""

from contextlib import suppress
from typing import Any

from service.errors import Unavailable
from service.security_log.writing import NewSecurityEntry, record_security
from service.settings import Settings
from service.store import clock
from service.store.db import unavailable_when_lost
from service.store.transaction import transaction
from workflows.security import SecurityKind, SecurityOutcome


def put_on_record(
    kind: SecurityKind,
    *,
    settings: Settings | None = None,
    outcome: SecurityOutcome = SecurityOutcome.SUCCESS,
    **data: Any,
) -> None:
    """Write an entry; a copy that cannot be written may be looked at all the same."""
    entry = NewSecurityEntry(kind=kind, outcome=outcome, data={"by": "command line", **data})
    with suppress(Unavailable), unavailable_when_lost(), transaction(settings) as session:
        record_security(session, entry, now=clock.now(session))
