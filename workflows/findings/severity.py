"""What follows from how dangerous a finding is; the numbers that go by severity stand in the policy."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from workflows.vocabulary import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequences:
    """What the law makes of one severity."""

    settled_on_the_spot: bool  # may be put right on the spot, without a notice (立行立改)
    known_from_logging: bool  # the unit sees it before it is notified
    centre_reviews: bool  # the centre alone reviews, whoever oversees
    leader_decides: bool  # the responsible leader decides on extensions, rather than the overseer


CONSEQUENCES: Mapping[Severity, Consequences] = MappingProxyType(
    {
        Severity.GENERAL: Consequences(
            settled_on_the_spot=True, known_from_logging=False, centre_reviews=False, leader_decides=False
        ),
        Severity.MAJOR: Consequences(
            settled_on_the_spot=False, known_from_logging=True, centre_reviews=True, leader_decides=True
        ),
    }
)
