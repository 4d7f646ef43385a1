"""Many findings at once, written without their history: what a sweep meets on the evening of a deadline."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from service.models import Finding, new_id
from tests.worlds.books import DEADLINE, FOUND_AT, Town
from workflows.vocabulary import Origin, Severity, State

JUST_MISSED = DEADLINE + timedelta(microseconds=1)


def add_findings(
    session: Session,
    town: Town,
    count: int,
    *,
    due_at: datetime = JUST_MISSED,
    numbered_from: int = 1,
    **columns: Any,
) -> list[str]:
    """General findings of the college that it is putting right, due at that instant; committed; their ids."""
    given: dict[str, Any] = {
        "round_id": town.round.id,
        "organization_id": town.college.id,
        "district_id": town.district_office.id,
        "origin": Origin.CENTRE,
        "severity": Severity.GENERAL,
        "policy_version": town.round.policy_version,
        "created_at": FOUND_AT,
        "created_by_id": town.inspector.id,
        "found_at": FOUND_AT,
        "state": State.RECTIFYING,
        "notified_at": FOUND_AT,
        "received_at": FOUND_AT,
        "receipt_signed": True,
        "deadline": DEADLINE,
        "original_deadline": DEADLINE,
        "next_action_at": due_at,
        **columns,
    }
    rows = [
        {"id": new_id(), "number": f"{town.round.number}-{n:05d}", "summary": f"{n}号考场时钟停走", **given}
        for n in range(numbered_from, numbered_from + count)
    ]
    session.execute(insert(Finding), rows)
    session.commit()
    return [row["id"] for row in rows]
