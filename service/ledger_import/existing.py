"""The findings that lines of a table stand for.

A source number (来源编号) is the person's own key of a finding within a round, kept as its `client_id`. Without one,
and for a table that a colleague brings again, a finding is the same when unit, checklist item, day and summary are, and
it was logged from within the same organization.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, tzinfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.findings.new import Place
from service.ledger_import.lines import ImportLine, comparable
from service.models import Finding, Person
from service.scope import findings_seen
from workflows.findings.facts import Actor

Key = tuple[str, str | None, date, str]  # unit, checklist item, day, summary


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """A line whose unit and item exist."""

    values: ImportLine
    place: Place
    item_id: str | None

    @property
    def client_id(self) -> str | None:
        """The source number, together with the round: next year's table may begin with number 1 again."""
        return f"{self.place.round.number}/{self.values.source}" if self.values.source else None

    @property
    def key(self) -> Key:
        """What tells findings apart that have no source number."""
        return self.place.unit.id, self.item_id, self.values.found_on, comparable(self.values.summary)


class ExistingFindings:
    """The findings that a table's lines may stand for, looked up once."""

    def __init__(self, session: Session, lines: Sequence[PlacedLine], *, actor: Actor, zone: tzinfo) -> None:
        client_ids = {line.client_id for line in lines if line.client_id}
        own = select(Finding).where(Finding.created_by_id == actor.id, Finding.client_id.in_(client_ids))
        self._own = {finding.client_id: finding for finding in session.scalars(own)}
        self._alike: dict[Key, list[Finding]] = {}
        for finding in _near(session, lines, actor):
            found_on = finding.found_at.astimezone(zone).date()
            key = finding.organization_id, finding.checklist_item_id, found_on, comparable(finding.summary)
            self._alike.setdefault(key, []).append(finding)

    def finding_of(self, line: PlacedLine) -> Finding | None:
        """The finding that the line stands for; None for a new one."""
        client_id = line.client_id
        if client_id and (own := self._own.get(client_id)):
            return own
        alike = self._alike.get(line.key, ())
        return next((one for one in alike if not client_id or one.client_id in (None, client_id)), None)


def _near(session: Session, lines: Sequence[PlacedLine], actor: Actor) -> Iterator[Finding]:
    """The findings logged against those units from within the actor's organization, in the rounds in force."""
    units = {line.place.unit.id for line in lines}
    rounds = {line.place.round.id for line in lines}
    query = select(Finding).join(Person, Person.id == Finding.created_by_id)
    query = query.where(
        Finding.organization_id.in_(units),
        Finding.round_id.in_(rounds),
        Finding.voided_at.is_(None),
        Person.organization_id == actor.organization_id,
        findings_seen(actor),
    )
    yield from session.scalars(query.order_by(Finding.created_at, Finding.id))
