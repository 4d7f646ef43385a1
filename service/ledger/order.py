"""An order of a ledger, and how it is kept until a worker writes it: what was asked for, by whom, and when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from service.findings.list import FindingFilter
from workflows.findings.facts import Actor


@dataclass(frozen=True, slots=True)
class LedgerOrder:
    """Which findings are wanted, and how they are put down."""

    wanted: FindingFilter
    language: str = "zh"  # or en
    sheet_per_district: bool = False


class PlacedOrder(msgspec.Struct, frozen=True):
    """An order with the scope that the requester had then, and the moment.

    Who leaves a team in between gets what he or she could see before.
    """

    order: LedgerOrder
    actor: Actor
    at: datetime


def order_as_json(order: LedgerOrder, *, actor: Actor, now: datetime) -> dict[str, Any]:
    """A placed order as plain data for a column of JSON; equal orders give equal data."""
    data: dict[str, Any] = msgspec.to_builtins(PlacedOrder(order, actor, now))
    data["actor"]["district_ids"].sort()  # a set has no order of its own
    return data


def order_from_json(data: Mapping[str, Any]) -> PlacedOrder:
    """The placed order that `order_as_json` made plain data of."""
    return msgspec.convert(data, PlacedOrder)
