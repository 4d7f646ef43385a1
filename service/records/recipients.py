"""Who hears of a step, as people, and whom the events of a finding have alerted."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    BindParameter,
    CompoundSelect,
    Select,
    String,
    bindparam,
    literal,
    null,
    or_,
    select,
    type_coerce,
    union,
    union_all,
)
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

_MEMBER, _LEADER, _TOLD, _POST = "member", "leader", "told", "post"
_COLUMNS = ("kind", "person_id", "one_id", "other_id", "role")

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
        self._teams: dict[tuple[str, str], list[str]] = defaultdict(list)  # (round, district) → people
        self._leaders: dict[tuple[str, str], list[str]] = defaultdict(list)
        self._people_of_escalations: dict[str, list[str]] = defaultdict(list)  # by finding
        self._people: dict[str, Role] = {}  # the main post comes first
        self._members: dict[str, list[str]] = defaultdict(list)
        self._roles: dict[Role, list[str]] = defaultdict(list)
        asked = _asked(list(rows), list(told_of))
        around = _around(telling_again="told_of" in asked)
        for kind, person_id, one_id, other_id, role in session.execute(around, asked):
            if kind == _MEMBER:
                self._teams[one_id, other_id].append(person_id)
            elif kind == _LEADER:
                self._leaders[one_id, other_id].append(person_id)
            elif kind == _TOLD:
                self._people_of_escalations[one_id].append(person_id)
            else:
                self._people.setdefault(person_id, Role(role))
                self._members[one_id].append(person_id)
                self._roles[Role(role)].append(person_id)

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

    def _ids(self, row: Row, hearer: Addressee) -> Iterator[str]:
        place = row["round_id"], row["district_id"]
        match hearer:
            case Addressee.UNIT:
                yield from self._of(row["organization_id"])
            case Addressee.DISTRICT:
                yield from self._of(row["district_id"])
            case Addressee.TEAM:
                yield from self._teams.get(place, ())
            case Addressee.RESPONSIBLE_LEADER:
                yield from self._leaders.get(place, ())
            case Addressee.TOLD:
                yield from self._people_of_escalations.get(row["id"], ())
            case Addressee.LEADERSHIP | Addressee.BUREAU | Addressee.COMMITTEE:
                yield from self._roles[_BY_ROLE[hearer]]
            case Addressee.OVERSEER | Addressee.REVIEWER | Addressee.DECIDER:
                raise ValueError(f"the law resolves the {hearer} to a side")

    def _of(self, organization_id: str) -> list[str]:
        return self._members.get(organization_id, [])


def _asked(rows: Sequence[Row], told_of: Sequence[str]) -> dict[str, list[str]]:
    """What `_around` is asked about."""
    organizations = {row[name] for row in rows for name in ("district_id", "organization_id")} - {None}
    return {
        "rounds": list({row["round_id"] for row in rows}),
        "districts": list({row["district_id"] for row in rows}),
        "organizations": list(organizations),
        **({"told_of": list(told_of)} if told_of else {}),
    }


def _ids_of(name: str) -> BindParameter[Any]:
    return bindparam(name, expanding=True, type_=Organization.id.type)


@cache
def _around(*, telling_again: bool) -> Select[*tuple[Any, ...]]:
    """Teams and leaders of the rows' places, whom escalations told, and the enabled people among whom they are.

    Kind, the person's id, then for team and leader the round and district, for who was told the finding, for a post of
    a person the organization, and the role. The main post of a person comes first.
    """
    named = _named(telling_again=telling_again).cte("named")
    posts = _posts(select(named.c.person_id)).subquery("posts")
    pairs = select(named, literal("").label("role"), null().label("created_at"), literal(-1).label("further"))
    all_ = union_all(pairs, select(posts)).subquery("around")
    in_order = (all_.c.created_at, all_.c.person_id, all_.c.further)
    return select(*(all_.c[name] for name in _COLUMNS)).order_by(*in_order)


def _named(*, telling_again: bool) -> CompoundSelect[*tuple[Any, ...]]:
    """People by what they have to do with the places and findings, be they disabled or not."""
    here = (Assignment.round_id.in_(_ids_of("rounds")), Assignment.district_id.in_(_ids_of("districts")))
    place = (Assignment.round_id.label("one_id"), Assignment.district_id.label("other_id"))
    members = (
        select(literal(_MEMBER).label("kind"), TeamMember.person_id.label("person_id"), *place)
        .join(Assignment, Assignment.team_id == TeamMember.team_id)
        .where(*here)
    )
    leaders = select(literal(_LEADER), Assignment.leader_id, *place).where(*here, Assignment.leader_id.is_not(None))
    if not telling_again:
        return union_all(members, leaders)
    escalated = (Event.finding_id.in_(_ids_of("told_of")), Event.escalation_level > 0)
    heard = select(Alert.person_id, Alert.finding_id).join(Event, Alert.event_id == Event.id).where(*escalated)
    acted = select(Event.actor_id, Event.finding_id).where(*escalated, Event.actor_id.is_not(None))
    told = union(heard, acted).subquery()
    return union_all(members, leaders, select(literal(_TOLD), *told.c, told.c.finding_id))


def _posts(ids: Select[Any]) -> CompoundSelect[*tuple[Any, ...]]:
    """The posts of the enabled people of the organizations, of the ids, and of the roles above."""
    above, organizations = list(_BY_ROLE.values()), _ids_of("organizations")
    who = (literal(_POST), Person.id)
    since = Person.created_at
    main = select(
        *(*who, Person.organization_id, Person.organization_id, type_coerce(Person.role, String)),
        *(since, literal(0)),
    ).where(or_(Person.organization_id.in_(organizations), Person.id.in_(ids), Person.role.in_(above)))
    further = (
        select(
            *(*who, Post.organization_id, Post.organization_id, type_coerce(Post.role, String)),
            *(since, literal(1)),
        )
        .join(Post, Post.person_id == Person.id)
        .where(or_(Post.organization_id.in_(organizations), Post.role.in_(above)))
    )
    open_ = Person.disabled_at.is_(None)
    return union_all(main.where(open_), further.where(open_))


def cause_of(kind: str, subject_id: str, cause_id: str, due_at: datetime | None) -> str:
    """By what alerts are unique: those of the clock by the instant at which it was due, others by event or entry."""
    return f"{subject_id}:{kind}:{due_at.isoformat()}" if due_at else cause_id


def alert_row(recipient: Recipient, kind: str, cause: str, now: datetime) -> dict[str, Any]:
    """The columns that every alert has; there is one of a cause for each person."""
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
