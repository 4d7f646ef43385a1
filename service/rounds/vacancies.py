"""Vacancies: which posts of the division of labour nobody fills, as it is at this moment."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import Session

from service.models import Assignment, Organization, Person, Post, TeamMember
from workflows.rules import FILLED, Vacant
from workflows.vocabulary import TEAM_ROLES, OrganizationKind, Role


def vacancies_of(session: Session, round_id: str) -> Mapping[str, Vacant]:
    """The vacant posts of a round, by district; districts whose posts are all filled are left out.

    A post is filled by who can sign in and holds the role; in a district that the round has assigned to nobody, where a
    university may have been moved with what is open of it, only the office can be. Asked for once for a batch, and
    never kept: it ends when somebody is back.
    """
    return vacant_of(session.execute(posts_filled(round_id)))


def vacant_of(rows: Iterable[Sequence[Any]]) -> Mapping[str, Vacant]:
    """The vacant posts by district, of the rows that `posts_filled` selects."""
    found = {district: Vacant(*(not filled for filled in posts)) for district, *posts in rows if district}
    return {district: vacant for district, vacant in found.items() if vacant != FILLED}


def posts_filled(
    round_id: str | BindParameter[str], district_ids: Collection[str] | BindParameter[Any] | None = None
) -> Select[str, bool, bool, bool, bool]:
    """Each district, or each of those, with whether its posts of a round are filled: as `Vacant` has them."""
    posts = select(*district_and_posts(Organization.id.expression))
    part = and_(Assignment.district_id == Organization.id, Assignment.round_id == round_id)
    query = posts.outerjoin(Assignment, part).where(Organization.kind == OrganizationKind.DISTRICT)
    return query if district_ids is None else query.where(Organization.id.in_(district_ids))


def district_and_posts(office: ColumnElement[Any]) -> tuple[ColumnElement[Any], ...]:
    """The columns of `posts_filled` around a district, beside its `Assignment` in the round, if any."""
    in_team = and_(TeamMember.team_id == Assignment.team_id, TeamMember.person_id == Person.id)
    return (
        office,
        _somebody(Assignment.leader_id == Person.id, holds((Role.LEADER,))),
        _somebody(in_team, holds(TEAM_ROLES)),
        _somebody(in_team, holds((Role.TEAM_HEAD,))),
        _somebody(holds((Role.DISTRICT,), office)),
    )


class Vacancies:
    """The vacant posts around districts, looked up once for each round."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._rounds: dict[str, Mapping[str, Vacant]] = {}

    def around(self, round_id: str | None, district_id: str | None) -> Vacant:
        """Those of a district within a round; what is of no round or district has no such posts."""
        if round_id is None or district_id is None:
            return FILLED
        if round_id not in self._rounds:
            self._rounds[round_id] = vacancies_of(self._session, round_id)
        return self._rounds[round_id].get(district_id, FILLED)


def can_sign_in() -> ColumnElement[bool]:
    """Whether a person can act at all, as a condition on `Person`."""
    return and_(Person.disabled_at.is_(None), Person.username.is_not(None))


def holds(roles: Collection[Role], organization: ColumnElement[Any] | None = None) -> ColumnElement[bool]:
    """Whether a person has a post with one of the roles, at an organization if one is given, as a condition."""
    main: list[ColumnElement[bool]] = [Person.role.in_(roles)]
    further: list[ColumnElement[bool]] = [Post.person_id == Person.id, Post.role.in_(roles)]
    if organization is not None:
        main.append(Person.organization_id == organization)
        further.append(Post.organization_id == organization)
    return or_(and_(*main), exists().where(*further).correlate_except(Post))


def _somebody(*who: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(can_sign_in(), *who).correlate_except(Person, TeamMember)
