"""The accounts that the sign-in page of a demonstration offers; an office's own has none."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from api.http.context import resources
from workflows.vocabulary import Role

FILE = "demo-accounts.json"  # which the demonstration leaves in its data folder
OFFERED = (Role.INSPECTOR, Role.UNIVERSITY, Role.LEADERSHIP)


@dataclass(frozen=True, slots=True)
class DemoSignIn:
    """One account to try."""

    role: Role
    username: str
    password: str
    organization: str


def demo_sign_ins() -> Sequence[DemoSignIn]:
    """The first account of each of three roles, those that `duban up --demo` prints as well."""
    file = resources().settings.data_dir / FILE
    if not file.exists():
        return ()
    accounts = {one["role"]: one for one in reversed(json.loads(file.read_text("utf-8"))["accounts"])}
    return [
        DemoSignIn(role, one["username"], one["password"], one["organization"])
        for role in OFFERED
        if (one := accounts.get(str(role)))
    ]
