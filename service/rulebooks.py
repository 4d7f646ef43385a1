"""Policies and calendars as they were read: kept by version, so that an old finding keeps its rules."""

import hashlib
from datetime import datetime
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.models import Round, Rulebook
from workflows.calendar import Calendar, load_calendar, shipped_calendar_text
from workflows.policy import Policy, load_policy, shipped_policy_text
from workflows.rules import Rules

POLICY, CALENDAR = "policy", "calendar"


def keep_policy(session: Session, text: str, *, now: datetime) -> str:
    """Keep a policy and return its version; raises `PolicyError` when it cannot be followed."""
    return _keep(session, POLICY, load_policy(text).version, text, now)


def keep_calendar(session: Session, text: str, *, now: datetime) -> str:
    """Keep a calendar, which then is the one in force; raises `CalendarError` when it is wrong."""
    return _keep(session, CALENDAR, load_calendar(text).version, text, now)


def keep_shipped(session: Session, *, now: datetime) -> str:
    """Keep the shipped policy and calendar; returns the policy's version."""
    keep_calendar(session, shipped_calendar_text(), now=now)
    return keep_policy(session, shipped_policy_text(), now=now)


def rules_of(session: Session, round_: Round, policy_version: str | None = None) -> Rules:
    """The rules of a round, under the policy that a finding was logged with or the round's present one."""
    policy = _policy(_text(session, policy_version or round_.policy_version))
    return Rules(policy, calendar_in_force(session), round_.exam_on, silent=round_.closed_at is not None)


def calendar_in_force(session: Session) -> Calendar:
    """The calendar that was kept last."""
    newest = select(Rulebook.text).where(Rulebook.kind == CALENDAR)
    return _calendar(
        session.scalars(newest.order_by(Rulebook.recorded_at.desc(), Rulebook.version.desc())).first()
        or shipped_calendar_text()
    )


def _keep(session: Session, kind: str, name: str, text: str, now: datetime) -> str:
    version = f"{name}@{hashlib.sha256(text.encode()).hexdigest()[:12]}"
    if session.get(Rulebook, version) is None:
        session.add(Rulebook(version=version, kind=kind, text=text, recorded_at=now))
        session.flush()
    return version


def _text(session: Session, version: str) -> str:
    return session.scalars(select(Rulebook.text).where(Rulebook.version == version)).one()


@lru_cache(maxsize=64)
def _policy(text: str) -> Policy:
    return load_policy(text)


@lru_cache(maxsize=8)
def _calendar(text: str) -> Calendar:
    return load_calendar(text)
