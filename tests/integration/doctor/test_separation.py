"""Where three administrators are kept apart, each is somebody who can sign in, and nobody is two of them."""

from sqlalchemy.orm import Session

from service.doctor.check import Status
from service.doctor.separation import check_separation
from service.models import Person, Post
from tests.worlds.books import Town
from workflows.vocabulary import Role


def test_each_of_three_is_wanted_only_where_they_are_apart(session: Session, town: Town) -> None:
    assert check_separation(session, apart=False).status is Status.OK
    missing = check_separation(session, apart=True)
    assert missing.status is Status.FAULT
    assert "审计管理员" in missing.sentence("zh")


def test_who_holds_what_the_law_keeps_apart_is_named(session: Session, town: Town) -> None:
    person = session.get_one(Person, town.leader.id)
    session.add(Post(person_id=person.id, role=Role.AUDITOR, organization_id=person.organization_id))
    session.flush()
    mixed = check_separation(session, apart=False)
    assert mixed.status is Status.WARNING
    assert person.name in mixed.sentence("zh")
