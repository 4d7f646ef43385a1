"""三权分立: whether each of the three administrators is there, and none is two of them."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.doctor.check import Check, all_of, fault, ok, warning
from service.doctor.posts import roles_held
from service.models import Person, Post
from service.rounds.vacancies import can_sign_in
from workflows.administration import mixes_administration
from workflows.vocabulary import ADMINISTRATORS, Role


def check_separation(session: Session, *, apart: bool) -> Check:
    """A fault when one of the three is nobody's who can sign in, though they are apart; a warning for who is two."""
    there = roles_held(session, ADMINISTRATORS)
    if apart and (missing := [role for role in ADMINISTRATORS if role not in there]):
        return fault("separation", which=all_of(missing))
    mixed = list(_who_are_two(session))
    return warning("separation", which=all_of(mixed)) if mixed else ok("separation")


def _who_are_two(session: Session) -> Iterator[str]:
    """The names of those whose posts the law keeps apart: written past it."""
    held: dict[tuple[str, str], set[Role]] = {}
    query = select(Person.name, Person.id, Person.role, Post.role).join(Post, Post.person_id == Person.id)
    for name, id_, main, further in session.execute(query.where(can_sign_in()).order_by(Person.name, Person.id)):
        held.setdefault((name, id_), {main}).add(further)
    return (name for (name, _), roles in held.items() if mixes_administration(roles))
