"""The round that a page is about: the one in its address, or the one that its reader would mean."""

from collections.abc import Mapping
from typing import Any

import marshmallow as ma
from flask import request

from api.http.context import RequestContext
from api.schemas.accountability import MissedQuery
from service.errors import InvalidInput, NotFound
from service.people.directory import rounds, seen_round
from service.rounds.current import current_round


def place_asked(*names: str) -> Mapping[str, Any]:
    """Round, district and organization of the address, as far as it names them; raises `NotFound` for what is none."""
    asked = {name: request.args[name] for name in names if request.args.get(name)}
    try:
        found: dict[str, Any] = MissedQuery().load(asked)
    except ma.ValidationError as error:
        raise NotFound("not_found") from error
    return {name: found[name] for name in asked}


def chosen_round(context: RequestContext, round_id: str | None) -> Any:
    """The round of that id, or the one in force; of several that run side by side the newest. Raises `NotFound`."""
    try:
        return current_round(context.session, round_id, actor=context.actor, now=context.now)
    except InvalidInput as error:
        if round_id:
            raise NotFound("not_found") from error
        running: Any = error.particulars["rounds"]  # those that concern the caller, by number
        return seen_round(context.session, running[-1]["id"])


def rounds_to_choose(context: RequestContext) -> list[tuple[str, str, str]]:
    """All rounds, the newest first: id, number, title."""
    return [(one.id, one.number, one.title) for one in rounds(context.session).items]
