"""Who the caller is."""

from typing import Any

from api.http.access import signed_in
from api.http.blueprint import Blueprint
from api.http.door import work
from api.schemas.directory import MeSchema
from service.people.profile import profile

blueprint = Blueprint("me", "Who one is, and what one has to do with")


@blueprint.get("/me")
@signed_in
@blueprint.response(200, MeSchema)
def me() -> Any:
    """The caller, and the districts of his or her team, lead or office."""
    person = profile(work().session, actor=work().actor)
    names = ("id", "username", "name", "role", "language", "organization")
    return {**{name: getattr(person, name) for name in names}, "district_ids": sorted(work().known.district_ids)}
