"""Who the caller is."""

from sqlalchemy.orm import Session

from service.models import Person
from workflows.findings.facts import Actor


def profile(session: Session, *, actor: Actor) -> Person:
    """The actor's account, with the organization."""
    return session.get_one(Person, actor.id)
