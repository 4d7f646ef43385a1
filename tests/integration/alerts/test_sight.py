"""What many readers may see is asked in one statement, and it is what each of them would be shown alone."""

from datetime import timedelta
from random import Random
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from service.alerts.sight import alerts_seen
from service.models import Alert, Finding, JournalEntry, Person, Post, new_id
from service.people.callers import callers_of, readers_of
from service.scope import findings_seen
from tests.build.event_rows import make_event
from tests.worlds.books import Town, make_finding
from tests.worlds.rows import NOW, make_round
from workflows.journal import JournalAct, SubjectKind
from workflows.vocabulary import Move, Origin, Role, Severity, State

TURNS = 4  # each with other further posts of everybody


def test_what_many_readers_see_together_is_what_each_sees_alone(session: Session, town: Town) -> None:
    dice = Random(20261130)  # noqa: S311 - chance, not secrets
    people = list(town.people.values())
    town.neighbour_college.merged_into_id = town.college.id
    rounds = [
        town.round,
        make_round(session, "2025-01", closed_at=NOW - timedelta(days=300)),
        make_round(session, "2026-09"),
    ]
    events = [_event(session, town, dice, rounds[number % 3].id, number) for number in range(36)]
    entries = [_entry(town, dice, rounds[number % 3].id if number % 4 else None) for number in range(36)]
    session.add_all(entries)
    session.flush()
    session.add_all(_alert(dice, person, about) for person in people for about in dice.sample([*events, *entries], 40))
    session.flush()
    kept_from_all = set()
    for _ in range(TURNS):
        _draw_posts(session, town, dice)
        ids = [person.id for person in people]
        readers = readers_of(ids, Alert.person_id.expression)
        together = set(session.scalars(select(Alert.id).where(alerts_seen(readers))))
        joined = select(Alert.id).join(Finding, Alert.finding_id == Finding.id)
        opened_together = set(session.scalars(joined.where(findings_seen(readers))))
        alone, opened_alone = set[str](), set[str]()
        for caller in callers_of(session, people).values():
            theirs = Alert.person_id == caller.id
            alone |= set(session.scalars(select(Alert.id).where(theirs, alerts_seen(caller.actor))))
            opened_alone |= set(session.scalars(joined.where(theirs, findings_seen(caller.actor))))
        assert (together, opened_together) == (alone, opened_alone)
        kept_from_all.add(frozenset(alone))
    assert len(kept_from_all) == TURNS, "posts make a difference"


def _event(session: Session, town: Town, dice: Random, round_id: str, number: int) -> Any:
    finding = make_finding(
        session,
        town,
        number,
        state=dice.choice([State.FOUND, State.FOUND, State.RECTIFYING, State.ESCALATED]),
        origin=dice.choice(list(Origin)),
        severity=dice.choice(list(Severity)),
        reported_at=dice.choice([None, NOW]),
    )
    unit, district = dice.choice(_places(town))
    finding.round_id, finding.organization_id, finding.district_id = round_id, unit, district
    return make_event(session, finding, Move.BREACH, step="notification")


def _places(town: Town) -> list[tuple[str, str]]:
    """Each unit with its district office."""
    here, there = town.district_office.id, town.other_office.id
    return [
        (here, here),
        (town.college.id, here),
        (town.neighbour_college.id, here),
        (there, there),
        (town.other_college.id, there),
    ]


def _entry(town: Town, dice: Random, round_id: str | None) -> JournalEntry:
    unit, district = dice.choice([*_places(town), (None, None), (town.leader.organization_id, None)])
    columns = dict.fromkeys(("actor_id", "reason", "salt", "previous_hash"))
    return JournalEntry(
        id=new_id(),
        subject_kind=SubjectKind.ORGANIZATION,
        subject_id=new_id(),
        position=1,
        round_id=round_id,
        organization_id=unit,
        district_id=district,
        at=NOW,
        actor_role=Role.SYSTEM,
        act=JournalAct.CHANGE,
        data={},
        canonical="{}",
        hash="0" * 64,
        **columns,
    )


def _alert(dice: Random, person: Person, about: Any) -> Alert:
    """An alert of an event or an entry, written for a post that its reader has, had or never had."""
    of_entry = isinstance(about, JournalEntry)
    return Alert(
        id=new_id(),
        key=f"{about.id}:{person.id}",
        event_id=None if of_entry else about.id,
        finding_id=None if of_entry else about.finding_id,
        entry_id=about.id if of_entry else None,
        person_id=person.id,
        role=dice.choice([None, person.role, person.role, dice.choice(list(Role))]),
        kind="breach.notification",
        created_at=NOW,
    )


def _draw_posts(session: Session, town: Town, dice: Random) -> None:
    """Up to two further posts for everybody."""
    session.execute(delete(Post))
    houses = [unit for unit, _ in _places(town)] + [town.leader.organization_id]
    drawn = {
        (person.id, dice.choice(houses), dice.choice([role for role in Role if role is not Role.SYSTEM]))
        for person in town.people.values()
        for _ in range(dice.randrange(3))
    }
    for person_id, organization_id, role in sorted(drawn):
        session.add(Post(person_id=person_id, organization_id=organization_id, role=role))
    session.flush()
