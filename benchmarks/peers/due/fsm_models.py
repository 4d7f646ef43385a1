"""The tables as Django's objects see them, the state a field of django-fsm-2; wants Django's settings to be made."""

from datetime import timedelta

from django.db import models
from django_fsm import FSMField, transition


class Finding(models.Model):
    """One with a deadline."""

    state = FSMField()
    due_at = models.DateTimeField(null=True)
    overdue_at = models.DateTimeField(null=True)
    unit_id = models.BigIntegerField()
    version = models.IntegerField()

    class Meta:
        app_label, db_table = "peer", "findings"

    @transition(field=state, source="rectifying", target="overdue")
    def expire(self) -> None:
        """Its deadline has passed."""
        self.overdue_at = self.due_at
        self.due_at += timedelta(days=1)
        self.version += 1


class Event(models.Model):
    """What happened."""

    finding_id = models.BigIntegerField()
    at = models.DateTimeField()
    move = models.TextField()
    data = models.JSONField()

    class Meta:
        app_label, db_table = "peer", "events"


class Outbox(models.Model):
    """Who is to be told."""

    event_id = models.BigIntegerField()
    person_id = models.BigIntegerField()

    class Meta:
        app_label, db_table = "peer", "outbox"
