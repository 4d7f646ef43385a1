"""Who hears of a step, as people, and whom the events of a finding have alerted."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import literal, or_, select, union, union_all
from sqlalchemy.orm import Session

from service.models import Alert, Assignment, Event, Organization, Person, Post, TeamMember, new_id
from service.security_log.writing import origin_of
from workflows.vocabulary import Addressee, Role

_BY_ROLE = {
    Addressee.LEADERSHIP: Role.LEADERSHIP,
    Addressee.BUREAU: Role.BUREAU,
    Addressee.COMMITTEE: Role.COMMITTEE,
}
_POSTS = {**_BY_ROLE, Addressee.RESPONSIBLE_LEADER: Role.LEADER}  # who hears as this, whatever else he or she is
_DUE_IN_KEY = re.compile(r":(\d{4}-\d\d-\d\dT[^a-zA-Z]+):[^:]+\Z")

Row = Mapping[Any, Any]  # of a finding or another subject: `id`, `round_id`, `district_id`, `organization_id`


class Recipient(NamedTuple):
    """A person who is alerted, once whatever posts he or she has, and the post that it is about."""

    id: str
    role: Role


class AlertedPerson(NamedTuple):
    """A person whom an event alerted; `organization` is its name."""

    id: str
    username: str | None
    name: str
    role: Role
    organization: str


class Directory:
    """The people around a batch of findings, looked up once for all of them."""

    def __init__(self, session: Session, rows: Iterable[Row], told_of: Iterable[str] = ()) -> None:
        """Of findings or other subjects; `told_of`: ids of the findings whose hearers are told again."""
        places = {(row["round_id"], row["district_id"], row["organization_id"]) for row in rows}
        self._assignments = _assignments(session, {(round_id, district) for round_id, district, _ in places})
        self._teams = _teams(session, {team for team, _ in self._assignments.values()})
        organizations = {id_ for _, *ids in places for id_ in ids if id_}
        self._people_of_escalations = _people_of_escalations(session, list(told_of))
        self._people: dict[str, Role] = {}  # the main post comes first
        self._members: dict[str, list[str]] = defaultdict(list)
        self._roles: dict[Role, list[str]] = defaultdict(list)
        for person_id, role, organization_id in _people(session, organizations, self._ids_to_look_up()):
            self._people.setdefault(person_id, role)
            self._members[organization_id].append(person_id)
            self._roles[role].append(person_id)

    def hear(self, row: Row, hearers: Iterable[Addressee], *, unit_knows: bool = True) -> list[Recipient]:
        """The recipients in the order of the hearers, each once; a unit hears only of findings that it knows of."""
        hear_as: dict[str, Role | None] = {}
        for hearer in hearers:
            for id_ in self._ids(row, hearer):
                hear_as.setdefault(id_, _POSTS.get(hearer))
        unknowing = () if unit_knows else self._of(row["organization_id"])
        return [
            Recipient(id_, role or self._people[id_])
            for id_, role in hear_as.items()
            if id_ in self._people and id_ not in unknowing
        ]

    def _ids_to_look_up(self) -> set[str]:
        """Ids of leaders, team members and those told before, who may have left team and district since."""
        leaders = {leader for _, leader in self._assignments.values() if leader}
        groups = (*self._teams.values(), *self._people_of_escalations.values())
        return leaders | {person for group in groups for person in group}

    def _ids(self, row: Row, hearer: Addressee) -> Iterator[str]:
        team, leader = self._assignments.get((row["round_id"], row["district_id"]), (None, None))
        match hearer:
            case Addressee.UNIT:
                yield from self._of(row["organization_id"])
            case Addressee.DISTRICT:
                yield from self._of(row["district_id"])
            case Addressee.TEAM:
                yield from self._teams.get(team, ())
            case Addressee.RESPONSIBLE_LEADER:
                yield from [leader] if leader else []
            case Addressee.TOLD:
                yield from self._people_of_escalations.get(row["id"], ())
            case Addressee.LEADERSHIP | Addressee.BUREAU | Addressee.COMMITTEE:
                yield from self._roles[_BY_ROLE[hearer]]
            case Addressee.OVERSEER | Addressee.REVIEWER | Addressee.DECIDER:
                raise ValueError(f"the law resolves the {hearer} to a side")

    def _of(self, organization_id: str) -> list[str]:
        return self._members.get(organization_id, [])


def _assignments(session: Session, places: set[tuple[str, str]]) -> dict[tuple[str, str], tuple[str, str | None]]:
    """(round, district) → (team, responsible leader or none)."""
    query = select(Assignment.round_id, Assignment.district_id, Assignment.team_id, Assignment.leader_id).where(
        Assignment.round_id.in_({round_id for round_id, _ in places}),
        Assignment.district_id.in_({district_id for _, district_id in places}),
    )
    return {(round_id, district): (team, leader) for round_id, district, team, leader in session.execute(query)}


def _teams(session: Session, team_ids: set[str]) -> dict[str | None, list[str]]:
    teams: dict[str | None, list[str]] = defaultdict(list)
    for team_id, person_id in session.execute(
        select(TeamMember.team_id, TeamMember.person_id).where(TeamMember.team_id.in_(team_ids))
    ):
        teams[team_id].append(person_id)
    return teams


def _people(session: Session, organizations: set[str], ids: set[str]) -> Iterable[Any]:
    """Id, role and organization of the enabled people of the organizations, of the ids, and of the roles above."""
    above = list(_BY_ROLE.values())
    main = select(Person.id, Person.role, Person.organization_id, Person.created_at, literal(0).label("further")).where(
        or_(Person.organization_id.in_(organizations), Person.id.in_(ids), Person.role.in_(above))
    )
    further = (
        select(Person.id, Post.role, Post.organization_id, Person.created_at, literal(1))
        .join(Post, Post.person_id == Person.id)
        .where(or_(Post.organization_id.in_(organizations), Post.role.in_(above)))
    )
    open_ = Person.disabled_at.is_(None)
    posts = union_all(main.where(open_), further.where(open_)).subquery()
    in_order = select(posts.c.id, posts.c.role, posts.c.organization_id)
    return session.execute(in_order.order_by(posts.c.created_at, posts.c.id, posts.c.further))


def _people_of_escalations(session: Session, finding_ids: list[str]) -> dict[str, list[str]]:
    """Everyone who was told anything of a finding while it was escalated, or acted on it then."""
    told: dict[str, list[str]] = defaultdict(list)
    if finding_ids:
        escalated = (Event.finding_id.in_(finding_ids), Event.escalation_level > 0)
        heard = select(Alert.finding_id, Alert.person_id).join(Event, Alert.event_id == Event.id).where(*escalated)
        acted = select(Event.finding_id, Event.actor_id).where(*escalated, Event.actor_id.is_not(None))
        pairs: Iterable[Any] = session.execute(union(heard, acted))
        for finding_id, person_id in pairs:
            told[finding_id].append(person_id)
    return told


def alert_row(
    recipient: Recipient, kind: str, subject_id: str, cause_id: str, due_at: datetime | None, now: datetime
) -> dict[str, Any]:
    """The columns that every alert has: one of the clock is unique by the instant it was due, others by their cause."""
    cause = f"{subject_id}:{kind}:{due_at.isoformat()}" if due_at else cause_id
    return {
        "id": new_id(),
        "key": f"{cause}:{recipient.id}",
        "person_id": recipient.id,
        "role": recipient.role,
        "kind": kind,
        "created_at": now,
    }


def of_request(session: Session) -> dict[str, str]:
    """The column that says in which request an alert was caused; none at all without one: sweeps stay narrow."""
    request_id = origin_of(session).request_id
    return {"request_id": request_id} if request_id else {}


def due_of_key(key: str) -> datetime | None:
    """The instant at which an alert of the clock was due, which stands in its key; none of what people caused."""
    due = _DUE_IN_KEY.search(key)
    return datetime.fromisoformat(due[1]) if due else None


def recipients_of_events(session: Session, finding_id: str) -> Mapping[str, Sequence[AlertedPerson]]:
    """The people whom each event of the finding alerted, by the event's id; events without alerts are left out."""
    query = (
        select(Event.id, Person.id, Person.username, Person.name, Person.role, Organization.name)
        .join_from(Alert, Event, Alert.event_id == Event.id)
        .join(Person, Alert.person_id == Person.id)
        .join(Organization, Person.organization_id == Organization.id)
        .where(Alert.finding_id == finding_id)
        .order_by(Person.created_at, Person.id)
    )
    alerted: dict[str, list[AlertedPerson]] = defaultdict(list)
    for event_id, id_, username, name, role, organization in session.execute(query):
        alerted[event_id].append(AlertedPerson(id_, username, name, role, organization))
    return alerted
