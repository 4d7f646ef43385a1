"""Organizations, teams and people by the names that are typed, of whom some may be gone."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import InvalidInput
from service.models import Organization, Person, Round, Team
from service.people.accounts import normal_username


def organization_named(session: Session, name: str) -> Organization:
    """The organization; raises `InvalidInput`."""
    found = session.scalars(select(Organization).where(Organization.name == name.strip())).one_or_none()
    if found is None:
        raise InvalidInput({name: "no_such_organization"}, name=name)
    return found


def team_named(session: Session, round_: Round, name: str) -> Team:
    """The team of the round; raises `InvalidInput` that names those that there are."""
    teams = {team.name: team for team in session.scalars(select(Team).where(Team.round_id == round_.id))}
    if name.strip() not in teams:
        raise InvalidInput({name: "no_such_team"}, name=name, names="、".join(sorted(teams)) or "—")
    return teams[name.strip()]


def person_known(session: Session, username: str) -> Person:
    """Whoever has or had that user name, an account that is closed included; raises `InvalidInput`."""
    found = session.scalars(select(Person).where(Person.username == normal_username(username))).one_or_none()
    if found is None:
        raise InvalidInput({username: "unknown_person"})
    return found
