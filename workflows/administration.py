"""三权分立: what one administrator does alone, or three of whom nobody does the work of another."""

from collections.abc import Collection

from workflows.findings.facts import Actor
from workflows.vocabulary import ADMINISTRATORS, Role

BESIDE_ADMIN = (Role.SECURITY_ADMIN, Role.AUDITOR)  # whose work `admin` does as well, until the three are kept apart


def may_act_as(actor: Actor, *roles: Role) -> bool:
    """Whether one of the posts has one of these roles, or is the administrator who stands in for it."""
    stands_in = not actor.kept_apart and any(role in BESIDE_ADMIN for role in roles)
    return actor.holds(*roles, *((Role.ADMIN,) if stands_in else ()))


def mixes_administration(roles: Collection[Role]) -> bool:
    """Whether somebody with these posts would watch over himself: two of the three, or the auditor with any other."""
    held = set(roles)
    return len(held) > 1 and (Role.AUDITOR in held or len(held.intersection(ADMINISTRATORS)) > 1)
