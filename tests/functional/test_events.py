"""What is hidden of an event cannot be found by guessing, though its hash is served."""

from collections.abc import Iterator
from itertools import product
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.models import Event
from service.store.hash_chain import canonical_text, chain_hash
from tests.fakes.client import Json
from tests.worlds.http import World, local

REASON = "校长称经费不足，态度消极"
SERVED = {"from_state": "from", "to_state": "to"}
SAME = ("id", "finding_id", "move", "step", "escalation_level", "previous_hash")


def guesses(event: Json, **hidden: Any) -> Iterator[dict[str, Any]]:
    """The rows that an event may be, for somebody who was served it and guesses what is hidden."""
    row = {name: event[SERVED.get(name, name)] for name in (*SAME, *SERVED)}
    row |= {"actor_id": event["actor"]["id"], "actor_role": event["actor"]["role"], "at": local(4, 12)}
    row |= {"data": event["data"], "reason": event["reason"], "audience": "unit"} | hidden
    for position, upward in product(range(1, 41), (False, True)):
        yield row | {"position": position, "upward": upward}


def test_what_is_hidden_of_an_event_is_not_confirmed_by_its_hash(world: World) -> None:
    refused = world.rectifying()
    world["inspector"].move(f"/findings/{refused['id']}/refusal", {"reason": REASON})
    major = world.notified(severity="major")
    world.go(local(5, 10))
    seen = [
        event
        for finding in (refused, major)
        for event in world["university"].items(f"/findings/{finding['id']}/events")
    ]
    (refusal,) = (event for event in seen if event["move"] == "refuse")
    late = [event for event in seen if (event["move"], event["escalation_level"]) == ("escalate", 2)]
    assert refusal["reason"] is None
    assert late
    assert not any("opinion_overdue" in event["data"] for event in late)
    assert not confirmed(world, refusal, reason=REASON)
    for event in late:
        assert not confirmed(world, event, data={**event["data"], "opinion_overdue": True})


def confirmed(world: World, event: Json, **hidden: Any) -> bool:
    """Whether a guess has the hash that was served; holds that one would, were the salt served too."""
    with Session(world.engine) as session:
        row = session.scalars(select(Event).where(Event.id == event["id"])).one()
    right = [guess | {"at": row.at} for guess in guesses(event, **hidden)]
    assert any(hash_of(guess | {"salt": row.salt}) == event["hash"] for guess in right)
    return any(hash_of(guess) == event["hash"] for guess in right)


def hash_of(row: dict[str, Any]) -> str:
    return chain_hash(row["previous_hash"], canonical_text(row))
