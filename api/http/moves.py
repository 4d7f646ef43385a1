"""A move as two routes: for one finding, and for many at once, with the same body and the same guards."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from marshmallow import Schema

from api.http.access import signed_in
from api.http.blueprint import Blueprint
from api.http.context import RequestContext
from api.http.problems import problem_of, status_of
from api.http.responses import finding_with_etag
from api.schemas.bulk import BulkSchema, bulk_of
from api.schemas.findings import FindingSchema
from api.schemas.request_fields import RequestSchema
from service.errors import DubanError, Unavailable
from service.findings.moves import load
from service.findings.view import view_findings

Act = Callable[..., Any]  # (context, finding's id, **body) → the row that was created, else the finding's row


@dataclass(frozen=True, slots=True)
class RegisteredMove:
    """A move by its address: what its body holds, and what is done with it."""

    act: Act
    url: str
    body: type[RequestSchema]
    created: type[Schema] | None

    @property
    def status(self) -> int:
        return 201 if self.created else 200


REGISTERED: dict[str, RegisteredMove] = {}  # by address: routes of one finding, of many, and pages share them


def move(
    blueprint: Blueprint, url: str, body: type[RequestSchema], *, created: type[Schema] | None = None
) -> Callable[[Act], Act]:
    """Register `POST /findings/ID/url` and `POST /findings/bulk/url`.

    They answer 200 with the finding, or 201 with what was created.
    """

    def register(act: Act) -> Act:
        move_ = REGISTERED[url] = RegisteredMove(act, url, body, created)
        _register_single(blueprint, move_)
        _register_bulk(blueprint, move_)
        return act

    return register


def _register_single(blueprint: Blueprint, move_: RegisteredMove) -> None:
    @signed_in
    @blueprint.arguments(move_.body)
    @blueprint.response(move_.status, move_.created or FindingSchema)
    def single(context: RequestContext, body: dict[str, Any], finding_id: str) -> Any:
        row = move_.act(context, finding_id, **body)
        return row if move_.created else finding_with_etag(context, row)

    single.__doc__ = move_.act.__doc__
    blueprint.add_url_rule(f"/findings/<id:finding_id>/{move_.url}", move_.act.__name__, single, methods=["POST"])


def _register_bulk(blueprint: Blueprint, move_: RegisteredMove) -> None:
    @signed_in
    @blueprint.arguments(bulk_of(move_.body))
    @blueprint.response(200, BulkSchema)
    def bulk(context: RequestContext, body: dict[str, Any]) -> Any:
        return {"results": move_many(context, move_, **body)}

    bulk.__doc__ = f"{move_.act.__doc__} For many findings at once."
    blueprint.add_url_rule(f"/findings/bulk/{move_.url}", f"bulk_{move_.act.__name__}", bulk, methods=["POST"])


def move_many(context: RequestContext, move_: RegisteredMove, ids: Sequence[str], **body: Any) -> list[dict[str, Any]]:
    """Make a move on each: results in the order asked for.

    They are moved in the order of the ids, so that two callers cannot block each other.
    """
    results = {id_: _move_one_of_many(context, move_, id_, body) for id_ in sorted(ids)}
    moved = load(context.session, [id_ for id_ in ids if "problem" not in results[id_]])
    for view in view_findings(context.session, moved, actor=context.actor, now=context.now):
        results[view.finding.id]["finding"] = view
    return [results[id_] for id_ in ids]


def _move_one_of_many(
    context: RequestContext, move_: RegisteredMove, finding_id: str, body: dict[str, Any]
) -> dict[str, Any]:
    """The result of one, within a savepoint: a refusal undoes nothing of the others."""
    try:
        with context.session.begin_nested():
            move_.act(context, finding_id, **body)
    except Unavailable:
        raise
    except DubanError as error:
        return {"id": finding_id, "status": status_of(error), "problem": problem_of(error)}
    return {"id": finding_id, "status": move_.status}
