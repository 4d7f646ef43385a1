"""`python -m benchmarks.peers.due.fsm_loop URL REDIS`: a loop over Django's objects with a django-fsm-2 state each."""

import sys
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import django
from django.conf import settings
from django.db import transaction

from benchmarks.peers.due.work import PEOPLE


def main() -> None:
    """Move all that are due, each in a transaction of its own."""
    parts = urlsplit(sys.argv[1])
    host = parse_qs(parts.query)["host"][0]
    database = {"ENGINE": "django.db.backends.postgresql", "NAME": parts.path[1:], "USER": "postgres", "HOST": host}
    settings.configure(DATABASES={"default": database}, INSTALLED_APPS=[], USE_TZ=True)
    django.setup()
    from benchmarks.peers.due.fsm_models import Event, Finding, Outbox  # noqa: PLC0415 - wants the settings

    now = datetime.now(UTC)
    due = Finding.objects.filter(due_at__lte=now, state="rectifying").order_by("due_at", "id")
    for id_ in list(due.values_list("id", flat=True)):
        with transaction.atomic():
            finding = Finding.objects.select_for_update().get(id=id_)
            finding.expire()
            finding.save()
            data = {"due_at": finding.overdue_at.isoformat()}
            event = Event.objects.create(finding_id=id_, at=now, move="expire", data=data)
            Outbox.objects.bulk_create(Outbox(event_id=event.id, person_id=n) for n in range(PEOPLE))


if __name__ == "__main__":
    main()
