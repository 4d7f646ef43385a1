"""Who the caller is."""

from typing import Any

from api.access import signed_in
from api.door import work
from api.schemas.directory import MeSchema
from api.subject import Subject
from service.profile import profile

subject = Subject("me", "Who one is, and what one has to do with")


@subject.get("/me")
@signed_in
@subject.answers(MeSchema)
def me() -> Any:
    """The caller, and the districts of his or her team, lead or office."""
    person = profile(work().session, actor=work().actor)
    names = ("id", "username", "name", "role", "language", "organization")
    return {**{name: getattr(person, name) for name in names}, "district_ids": sorted(work().known.district_ids)}
