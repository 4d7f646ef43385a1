"""A bug as data: what it is, how it is planted, and the tests of which at least one has to fail with it."""

from collections.abc import Sequence
from dataclasses import dataclass

from tests.planted.patch import Patch


@dataclass(frozen=True, slots=True)
class Bug:
    """A bug, its patches, and the tests that are expected to catch it: `FILE::TEST`, without `tests/`."""

    name: str
    patches: Sequence[Patch]
    tests: Sequence[str]


def bug(name: str, file: str, before: str, after: str, *tests: str) -> Bug:
    """A bug of one patch."""
    return Bug(name, (Patch(file, before, after),), tests)
