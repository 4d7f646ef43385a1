"""Policies and calendars, stored as they were read and by version, so that an old finding keeps its rules."""

import hashlib
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, bindparam, select, true, update
from sqlalchemy.orm import Session

from service.errors import Unavailable
from service.models import Finding, Inspection, Round, Rulebook
from service.rounds.vacancies import district_and_posts, posts_filled, vacant_of
from workflows.calendar import Calendar, load_calendar, shipped_calendar_text
from workflows.policy import Policy, load_policy, shipped_policy_text
from workflows.policy_check import require_policy
from workflows.rules import Rules

Read = TypeVar("Read", Policy, Calendar)
POLICY, CALENDAR = "policy", "calendar"
CALENDAR_IN_FORCE = (
    select(Rulebook.version)
    .where(Rulebook.kind == CALENDAR)
    .order_by(Rulebook.recorded_at.desc(), Rulebook.version.desc())
    .limit(1)
    .scalar_subquery()
)  # the version of the one that was kept last
# Parsed once in a process: a version carries the hash of its text, so it never means another text.
_POLICIES: dict[str, Policy] = {}
_CALENDARS: dict[str | None, Calendar] = {}  # None: the shipped one


def keep_policy(session: Session, text: str, *, now: datetime) -> str:
    """Keep a policy and return its version; raises `PolicyError` when it cannot be followed."""
    return _keep(session, POLICY, require_policy(text).version, text, now)


def keep_calendar(session: Session, text: str, *, now: datetime) -> str:
    """Keep a calendar, of which the one kept last is in force; raises `CalendarError` when it is wrong.

    With a new one the next sweep recounts the timers of open findings and inspections, and the weeks of open rounds.
    """
    before = version_of_calendar(session)
    version = _keep(session, CALENDAR, load_calendar(text).version, text, now)
    if version != before:
        session.get_one(Rulebook, version).recorded_at = now  # it may have been in force before
        session.flush()
        for timed in (Finding, Inspection):
            open_ones = update(timed).where(timed.next_action_at.is_not(None)).values(next_action_at=now)
            session.execute(open_ones.execution_options(synchronize_session=False))
        under_way = update(Round).where(Round.closed_at.is_(None)).values(replan_at=now)
        session.execute(under_way.execution_options(synchronize_session=False))
        ahead = update(Round).where(Round.next_action_at > now).values(next_action_at=now)
        session.execute(ahead.execution_options(synchronize_session=False))
    return version


def keep_shipped(session: Session, *, now: datetime) -> str:
    """Keep the shipped policy, and the shipped calendar where none is in force; returns the policy's version."""
    if version_of_calendar(session) is None:
        keep_calendar(session, shipped_calendar_text(), now=now)
    return keep_policy(session, shipped_policy_text(), now=now)


def rules_of(session: Session, round_: Round, policy_version: str | None = None) -> Rules:
    """The rules of a round, under the policy that a finding was logged with or the round's present one."""
    rules = _rules(session, round_, calendar_in_force(session))
    return rules.under(policy_of_version(session, policy_version)) if policy_version else rules


def _rules(session: Session, round_: Round, calendar: Calendar) -> Rules:
    policy = policy_of_version(session, round_.policy_version)
    silent = round_.closed_at is not None
    return Rules(policy, calendar, round_.exam_on, silent=silent, exam_set_at=round_.exam_set_at)


class RulesOfRounds:
    """The rules of rounds and policies as the database has them now, each looked up once for a batch of findings.

    `district_ids`: that vacancies are asked for; none: all.
    """

    def __init__(self, session: Session, district_ids: Collection[str] | None = None) -> None:
        self._session, self._district_ids = session, district_ids
        self._rounds: dict[str, Rules] = {}
        self._rules: dict[tuple[str, str], Rules] = {}

    def of(self, round_id: str, policy_version: str) -> Rules:
        """The rules of a finding of that round, logged under that policy."""
        key = round_id, policy_version
        if key not in self._rules:
            self._rules[key] = replace(
                self._of_round(round_id), policy=policy_of_version(self._session, policy_version)
            )
        return self._rules[key]

    def know(self, read: Iterable[tuple[Round, Sequence[Any]]]) -> None:
        """Take rounds that were read under the lock, each with what `around_round` selects of one of its districts."""
        known: dict[str, tuple[Round, list[Sequence[Any]]]] = {}
        for round_, around in read:
            known.setdefault(round_.id, (round_, []))[1].append(around)
        for id_, (round_, rows) in known.items():
            self._note(id_, round_, rows)

    def _note(self, round_id: str, round_: Round, rows: Sequence[Sequence[Any]]) -> None:
        rules = _rules(self._session, round_, calendar_of_version(self._session, rows[0][0]))
        self._rounds[round_id] = replace(rules, vacant=vacant_of(posts for _, *posts in rows))

    def _of_round(self, round_id: str) -> Rules:
        if round_id not in self._rounds:
            # Loaded again: the session may hold the round as it was before the finding was locked.
            of_districts = self._district_ids is not None
            given = {"round_id": round_id, **({"district_ids": list(self._district_ids or ())} if of_districts else {})}
            rows = self._session.execute(_round_in_force(of_districts=of_districts), given).all()
            self._note(round_id, rows[0][0], [around for _, *around in rows])
        return self._rounds[round_id]


def around_round(office: ColumnElement[Any]) -> tuple[ColumnElement[Any], ...]:
    """What the rules of a round need beside it, in a statement of one's own: with `Assignment` and the district."""
    return (CALENDAR_IN_FORCE, *district_and_posts(office))


@cache
def _round_in_force(*, of_districts: bool) -> Select[*tuple[Any, ...]]:
    """The round of `round_id`, the calendar's version, and which posts are filled: of `district_ids`, or everywhere."""
    round_id = bindparam("round_id", type_=Round.id.type)
    posts = posts_filled(
        round_id, bindparam("district_ids", expanding=True, type_=Round.id.type) if of_districts else None
    ).subquery()
    query = select(Round, CALENDAR_IN_FORCE, *posts.c).outerjoin(posts, true()).where(Round.id == round_id)
    return query.execution_options(populate_existing=True)


def calendar_in_force(session: Session) -> Calendar:
    """The calendar that was kept last, or the shipped one."""
    return calendar_of_version(session, version_of_calendar(session))


def calendar_of_version(session: Session, version: str | None) -> Calendar:
    """The calendar that was kept under this version; without one the shipped one."""
    if version not in _CALENDARS:
        _CALENDARS[version] = (
            _load_kept(session, version, load_calendar) if version else load_calendar(shipped_calendar_text())
        )
    return _CALENDARS[version]


def version_of_calendar(session: Session) -> str | None:
    """The version of the calendar that was kept last; none before any was."""
    return session.scalar(select(CALENDAR_IN_FORCE))


def text_of_calendar(session: Session) -> str:
    """The file of the calendar in force, or the shipped one's."""
    version = version_of_calendar(session)
    return _text(session, version) if version else shipped_calendar_text()


def text_of_policy(session: Session, version: str | None) -> str:
    """The file of the policy that was kept under this version; without one the shipped one's."""
    return _text(session, version) if version else shipped_policy_text()


def _keep(session: Session, kind: str, name: str, text: str, now: datetime) -> str:
    version = f"{name}@{_fingerprint(text)}"
    if session.get(Rulebook, version) is None:
        session.add(Rulebook(version=version, kind=kind, text=text, recorded_at=now))
        session.flush()
    return version


def _fingerprint(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _load_kept(session: Session, version: str, load: Callable[[str], Read]) -> Read:
    """What was kept under the version; Unavailable when it cannot be read and is not the text that was kept."""
    text = _text(session, version)
    try:
        return load(text)
    except ValueError as error:
        if version.endswith(f"@{_fingerprint(text)}"):
            raise
        raise Unavailable("database_damaged") from error


def _text(session: Session, version: str) -> str:
    return session.scalars(select(Rulebook.text).where(Rulebook.version == version)).one()


def all_policies(session: Session) -> dict[str, Policy]:
    """Every policy that was ever kept, by version."""
    versions = session.scalars(select(Rulebook.version).where(Rulebook.kind == POLICY))
    return {version: policy_of_version(session, version) for version in versions.all()}


def policy_of_version(session: Session, version: str) -> Policy:
    """The policy that was kept under this version."""
    if version not in _POLICIES:
        _POLICIES[version] = _load_kept(session, version, load_policy)
    return _POLICIES[version]
