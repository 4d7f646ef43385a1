"""Who the caller is."""

from typing import Any

from api.http.access import signed_in
from api.http.blueprint import Blueprint
from api.http.context import request_context
from api.schemas.directory import MeSchema
from service.people.profile import profile

blueprint = Blueprint("me", "Who one is, and what one has to do with")


@blueprint.get("/me")
@signed_in
@blueprint.response(200, MeSchema)
def me() -> Any:
    """The caller, and the districts of his or her team, lead or office."""
    context = request_context()
    person = profile(context.session, actor=context.actor)
    names = ("id", "username", "name", "role", "language", "organization")
    return {
        **{name: getattr(person, name) for name in names},
        "district_ids": sorted(context.caller.district_ids),
    }
