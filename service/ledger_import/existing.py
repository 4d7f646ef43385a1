"""The findings that lines of a table stand for.

A finding's own number (问题编号), which an exported ledger has, names it among those that the person sees. A source
number (来源编号) is the person's own key of a finding within a round, kept as its `client_id`. Without either, and for
a table that a colleague brings again, a finding is the same when unit, checklist item, day and summary are, no other
place is named, and it was logged from within the same organization.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, time, timedelta, tzinfo
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from service.ledger_import.placed_lines import Key, KnownFinding, PlacedLine
from service.models import ChecklistItem, Finding, Organization, Person
from service.scope import findings_seen
from workflows.findings.facts import Actor
from workflows.signs import comparable, searchable

AT_A_TIME = 500  # numbers in one query


def findings_by_number(session: Session, numbers: Iterable[str], *, actor: Actor) -> Mapping[str, KnownFinding]:
    """Those of the findings with these numbers that the actor sees, by the number as it is searched."""
    wanted = sorted({form for number in numbers for form in (number, comparable(number), searchable(number))})
    found: dict[str, KnownFinding] = {}
    for at in range(0, len(wanted), AT_A_TIME):
        query = _findings().where(Finding.number.in_(wanted[at : at + AT_A_TIME]), findings_seen(actor))
        found |= {searchable(row.number): KnownFinding(*row) for row in session.execute(query)}
    return found


class ExistingFindings:
    """The findings that a table's lines without a number may stand for, looked up once."""

    def __init__(self, session: Session, lines: Sequence[PlacedLine], *, actor: Actor, zone: tzinfo) -> None:
        self._actor, self._zone = actor, zone
        self._client_ids = sorted({line.client_id for line in lines if line.client_id})
        self._keys = {line.key for line in lines}
        own = _own(session, _findings(), self._client_ids, actor)
        self._own: dict[str | None, KnownFinding] = {row.client_id: KnownFinding(*row) for row in own}
        self._near = _near(lines, actor, zone) if lines else None
        self._found: dict[str, KnownFinding] = {}
        self._alike: dict[Key, list[KnownFinding]] = {}
        for finding in self._read(session):
            self._found[finding.id] = finding
            self._alike.setdefault(self._key(finding), []).append(finding)

    def unchanged(self, session: Session) -> bool:
        """Whether looked up again they would answer for every line as they did; only what has changed is read."""
        versions = select(Finding.client_id, Finding.id, Finding.version)
        own = {row.client_id: (row.id, row.version) for row in _own(session, versions, self._client_ids, self._actor)}
        if own != {client_id: (one.id, one.version) for client_id, one in self._own.items()}:
            return False
        before = {(one.id, one.version) for one in self._found.values()}
        changed = sorted({id_ for id_, _ in before ^ self._versions(session)})
        if len(changed) > AT_A_TIME:
            return False
        findings = [*(self._found[id_] for id_ in changed if id_ in self._found), *self._read(session, changed)]
        return self._keys.isdisjoint(map(self._key, findings))

    def _versions(self, session: Session) -> set[tuple[str, int]]:
        if self._near is None:
            return set()
        return {(id_, version) for id_, version in session.execute(self._near.add_columns(Finding.id, Finding.version))}

    def _read(self, session: Session, ids: Sequence[str] | None = None) -> Iterator[KnownFinding]:
        """The findings that lines may stand for, the oldest first; of some ids only those."""
        if self._near is None or ids == []:
            return
        query = _findings(self._near).order_by(Finding.created_at, Finding.id)
        for row in session.execute(query if ids is None else query.where(Finding.id.in_(ids))):
            yield KnownFinding(*row)

    def _key(self, finding: KnownFinding) -> Key:
        found_on = finding.found_at.astimezone(self._zone).date()
        return finding.organization_id, finding.item_id, found_on, comparable(finding.summary)

    def finding_of(self, line: PlacedLine) -> KnownFinding | None:
        """The finding that the line stands for; None for a new one."""
        client_id = line.client_id
        if client_id and (own := self._own.get(client_id)):
            return own
        alike = [one for one in self._alike.get(line.key, ()) if not client_id or one.client_id in (None, client_id)]
        spots = {comparable(one.location or ""): one for one in reversed(alike)}  # of one place the oldest
        if line.spot in spots:
            return spots[line.spot]
        return spots.get("") if line.spot else next(iter(alike), None)  # one of the two names no place


def _findings(query: Select[*tuple[Any, ...]] | None = None) -> Select[*tuple[Any, ...]]:
    """The columns of `KnownFinding`, in its order, of the findings that the query chooses; else of all."""
    return (
        (select().select_from(Finding) if query is None else query)
        .add_columns(Finding.id, Finding.number, Finding.version, Finding.organization_id, Organization.name)
        .add_columns(Finding.checklist_item_id, ChecklistItem.number.label("item"), Finding.severity, Finding.state)
        .add_columns(Finding.voided_at, Finding.found_at, Finding.client_id)
        .add_columns(Finding.summary, Finding.details, Finding.location)
        .join(Organization, Organization.id == Finding.organization_id)
        .outerjoin(ChecklistItem, ChecklistItem.id == Finding.checklist_item_id)
    )


def _own(session: Session, query: Select[*tuple[Any, ...]], client_ids: Sequence[str], actor: Actor) -> Iterator[Any]:
    """What the query reads of those of the actor's own findings with those source numbers that are still seen."""
    for at in range(0, len(client_ids), AT_A_TIME):
        chosen = Finding.client_id.in_(client_ids[at : at + AT_A_TIME])
        yield from session.execute(query.where(Finding.created_by_id == actor.id, chosen, findings_seen(actor)))


def _near(lines: Sequence[PlacedLine], actor: Actor, zone: tzinfo) -> Select[*tuple[Any, ...]]:
    """The findings of those days against those units, logged from within the actor's organization, in open rounds."""
    days = sorted(line.values.found_on for line in lines)
    since, until = (datetime.combine(day, time(), zone) for day in (days[0], days[-1] + timedelta(days=1)))
    return (
        select()
        .select_from(Finding)
        .join(Person, Person.id == Finding.created_by_id)
        .where(
            Finding.organization_id.in_({line.place.unit.id for line in lines}),
            Finding.round_id.in_({line.place.round.id for line in lines}),
            Finding.found_at >= since,
            Finding.found_at < until,
            Finding.voided_at.is_(None),
            Person.organization_id == actor.organization_id,
            findings_seen(actor),
        )
    )
