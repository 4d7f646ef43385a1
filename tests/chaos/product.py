"""Copies of the product, to be run beside the one under test: with shorter leases, or with a bug planted."""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from tests.chaos.mail_log import TAKES
from tests.planted.bugs import BUGS
from tests.planted.patch import ROOT, Patch

PACKAGES = ("workflows", "service", "api", "workers", "cli", "demo")  # all, as a command asks for
SLOW_MAIL = 0.15  # seconds a mail: a long while between claiming a message and having handed it over

SHORT_LEASES = (  # so that a process can be stopped for longer than its lease many times in a run; in the same order
    Patch("service/alerts/channels/smtp.py", "TIMEOUT = 10.0", "TIMEOUT = 2.0"),
    Patch("service/alerts/delivery.py", "SENDING_WITHIN = 15.0", "SENDING_WITHIN = 3.0"),
    Patch("service/alerts/leases.py", "LEASE = timedelta(seconds=35)", "LEASE = timedelta(seconds=6)"),
    Patch("service/documents/queue.py", "LEASE = timedelta(seconds=30)", "LEASE = timedelta(seconds=6)"),
)


@dataclass(frozen=True, slots=True)
class Copy:
    """What is patched, and the faults that bring it out; none: all of the database's."""

    patches: Sequence[Patch] = ()
    kinds: Mapping[str, int] | None = None
    mail_takes: float = TAKES


def planted(name: str) -> Sequence[Patch]:
    """The patches of one of the bugs that `make planted` plants."""
    (patches,) = (bug.patches for bug in BUGS if bug.name == name)
    return patches


NO_OUTBOX = Copy(  # a message counts as sent when it is claimed, then it is handed over: nothing stored sends it again
    (
        Patch(
            "service/store/leases.py",
            "next_attempt_at=until, **values))\n    return token",
            "next_attempt_at=None, **values))\n    return token",
        ),
        Patch("service/alerts/leases.py", "until=now + LEASE, attempts", "until=now + LEASE, sent_at=now, attempts"),
    ),
    {"kill worker": 1},
    SLOW_MAIL,
)
TOGETHER = """written = [(EVENTS, events, None), (ALERTS, alerts, "key")]
"""
APART = """from threading import Timer

    from service.store.bulk import insert_rows

    written, engine = [(EVENTS, events, None)], session.get_bind()

    def write_alerts() -> None:
        with Session(engine) as another, another.begin():
            insert_rows(another, ALERTS, alerts, once="key")

    Timer(1.0, write_alerts).start()
"""  # a second after the event, in a transaction of their own
COPIES: Mapping[str, Copy] = MappingProxyType(
    {
        "product": Copy(),
        "no-outbox": NO_OUTBOX,
        "no-fence": Copy(  # findings are claimed without a lock and written without looking at their version
            (
                Patch("service/findings/sweep.py", ".with_for_update(skip_locked=True, of=Finding)", ""),
                *planted("no version in the WHERE of an update"),
            ),
            {"kill valkey": 1},  # then workers and timetable sweep at once
        ),
        "no-key": Copy(  # what comes again is done again
            (
                *planted("alerts of the clock have no unique key"),
                Patch("service/store/idempotency.py", "tuple(first.roles)) if first.status else None", "()) and None"),
            )
        ),
        "event-apart": Copy((Patch("service/records/events.py", TOGETHER, APART),), {"kill web": 1, "kill worker": 1}),
        "no-token": Copy(
            planted("a lease is completed without its token"),
            {"pause worker": 1, "flush valkey": 6},  # of two workers one goes on, and sends what the other had leased
            2 * SLOW_MAIL,
        ),
    }
)


def copy_product(folder: Path, patches: Sequence[Patch]) -> Path:
    """Copy the packages into the folder and patch them, leases too; returns what PYTHONPATH is to name."""
    for package in PACKAGES:
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    for patch in (*SHORT_LEASES, *patches):
        patch.apply(folder)
    return folder
