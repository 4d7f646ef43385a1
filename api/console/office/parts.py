"""The parts of an office's settings, each for those who may go there."""

from dataclasses import dataclass

from api.console.rendering import text
from workflows.administration import may_act_as
from workflows.findings.facts import Actor
from workflows.security import READERS
from workflows.vocabulary import Role


@dataclass(frozen=True, slots=True)
class Part:
    """A part as it stands on the first page of the settings."""

    address: str
    label: str
    what: str


PARTS: tuple[tuple[str, tuple[Role, ...]], ...] = (
    ("people", (Role.ADMIN, Role.SECURITY_ADMIN)),
    ("organizations", (Role.ADMIN,)),
    ("rounds", (Role.ADMIN, Role.LEADERSHIP)),
    ("policy", (Role.ADMIN,)),
    ("calendar", (Role.ADMIN,)),
    ("channels", (Role.ADMIN,)),
    ("security-log", READERS),
)


def parts_of(actor: Actor) -> list[Part]:
    """The parts that somebody may open."""
    return [
        Part(f"/settings/{name}", text(f"office.{name}"), text(f"office.{name}.what"))
        for name, roles in PARTS
        if may_act_as(actor, *roles)
    ]
