"""Policies and calendars as they were kept, and what is said of one that is not any more what was kept."""

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from service.errors import Unavailable
from service.models import Rulebook
from service.rounds.rulebooks import calendar_of_version, keep_calendar, keep_policy, policy_of_version
from tests.worlds.rows import NOW
from workflows.calendar import shipped_calendar_text
from workflows.calendar_file import CalendarError
from workflows.policy import shipped_policy_text


def test_rules_that_a_damaged_page_has_taken_away_end_in_a_sentence(session: Session) -> None:
    """What lies in an overflow page no check of SQLite's pages looks at; the version tells what the text was."""
    calendar = keep_calendar(session, f"{shipped_calendar_text()}\n# to be damaged\n", now=NOW)
    policy = keep_policy(session, f"{shipped_policy_text()}\n# to be damaged\n", now=NOW)
    session.execute(update(Rulebook).values(text="\x01"))
    for read, version in ((calendar_of_version, calendar), (policy_of_version, policy)):
        with pytest.raises(Unavailable) as refused:
            read(session, version)
        assert refused.value.code == "database_damaged"


def test_whole_rules_that_this_program_cannot_follow_are_not_called_damaged(session: Session) -> None:
    version = "other@6b86b273ff34"  # of the text that is kept
    session.add(Rulebook(version=version, kind="calendar", text="1", recorded_at=NOW))
    session.flush()
    with pytest.raises(CalendarError):
        calendar_of_version(session, version)
