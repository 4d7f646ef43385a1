"""Rows for tests, written as they are, with no use case behind them."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy.orm import Session

from service.models import Organization, Person, Round, new_id
from service.rounds.rulebooks import keep_shipped
from workflows.vocabulary import OrganizationKind, Role

NOW = datetime(2026, 5, 20, 9, 0, tzinfo=UTC)  # 17:00 in Zhengzhou, a Wednesday


def make_organization(
    session: Session, name: str, kind: OrganizationKind, parent: Organization | None = None
) -> Organization:
    made = Organization(id=new_id(), kind=kind, name=name, parent_id=parent.id if parent else None)
    session.add(made)
    session.flush()
    return made


def make_person(session: Session, name: str, role: Role, organization: Organization, **columns: Any) -> Person:
    username = columns.pop("username", f"{role}-{new_id()[:8]}")
    given = {"email": f"{username}@exam.example", "language": "zh", "created_at": NOW, **columns}
    made = Person(id=new_id(), username=username, name=name, role=role, organization=organization, **given)
    session.add(made)
    session.flush()
    return made


def make_round(session: Session, number: str = "2026-08", **columns: Any) -> Round:
    given: dict[str, Any] = {
        "title": "2026年专升本考试安全督查",
        "starts_on": date(2026, 4, 1),
        "ends_on": date(2026, 6, 5),
        "exam_days": ["2026-06-06"],
        "policy_version": keep_shipped(session, now=NOW),
        **columns,
    }
    made = Round(id=new_id(), number=number, **given)
    session.add(made)
    session.flush()
    return made
