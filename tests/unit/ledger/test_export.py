"""An order of a ledger waits as plain data, and is then the same order."""

import json
from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from service.findings.list import FindingFilter
from service.ledger.export import LedgerOrder, order_as_json, order_from_json
from workflows.findings.facts import Actor, Assigned
from workflows.vocabulary import Light, Role, Severity, State

TEXTS = st.text(st.characters(codec="utf-8"), max_size=20)
INSTANTS = st.datetimes(datetime(2000, 1, 1), datetime(2099, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds of a strategy have none
FILTERS = st.builds(
    FindingFilter,
    state=st.none() | st.sampled_from(State) | st.lists(st.sampled_from(State)).map(tuple),
    organization_id=st.none() | TEXTS | st.lists(TEXTS).map(tuple),
    severity=st.none() | st.sampled_from(Severity),
    light=st.none() | st.sampled_from(Light),
    escalation_level=st.none() | st.integers(0, 2) | st.lists(st.integers(0, 2)).map(tuple),
    awaiting_review=st.none() | st.booleans(),
    extension_pending=st.none() | st.booleans(),
    proposed=st.none() | st.booleans(),
    deadline_before=st.none() | INSTANTS,
    q=st.none() | TEXTS,
    voided=st.booleans(),
)
ORDERS = st.builds(LedgerOrder, FILTERS, st.sampled_from(["zh", "en"]), st.booleans())
POSTS = (st.sampled_from(Role), TEXTS, TEXTS, st.frozensets(st.builds(Assigned, TEXTS, TEXTS), max_size=3))
ACTORS = st.builds(Actor, *POSTS, st.lists(st.builds(Actor, *POSTS), max_size=2).map(tuple))


@given(order=ORDERS, actor=ACTORS, at=INSTANTS)
def test_an_order_that_was_kept_is_the_order_that_was_given(order: LedgerOrder, actor: Actor, at: datetime) -> None:
    data: dict[str, Any] = json.loads(json.dumps(order_as_json(order, actor=actor, now=at)))
    found = order_from_json(data)
    assert (found.order, found.actor, found.at) == (order, actor, at)
    assert order_as_json(found.order, actor=found.actor, now=found.at) == data
