"""An order of a ledger as it is kept until a worker writes it: what was asked for, by whom, and when.

The scope is the one that the requester had then: who leaves a team in between gets what he or she could see before.
"""

from datetime import datetime
from typing import Any

import msgspec

from service.ledger.export import LedgerOrder
from workflows.findings.facts import Actor


class AskedLedger(msgspec.Struct, frozen=True):
    """Everything that `write_ledger` goes by."""

    order: LedgerOrder
    actor: Actor
    at: datetime


def kept(order: LedgerOrder, *, actor: Actor, now: datetime) -> dict[str, Any]:
    """The order as plain data, for a column of JSON."""
    data: dict[str, Any] = msgspec.to_builtins(AskedLedger(order, actor, now))
    data["actor"]["district_ids"].sort()  # the same order is the same data
    return data


def asked(data: dict[str, Any]) -> AskedLedger:
    """The order that `kept` made plain data of."""
    return msgspec.convert(data, AskedLedger)
