"""Where one can go from every page: one line for each place, in the order of how much it is used."""

from collections.abc import Collection
from dataclasses import dataclass

from service.scope import COMPARING_ROLES
from workflows.administration import may_act_as
from workflows.findings.facts import Actor
from workflows.vocabulary import CENTRE_ROLES, TEAM_ROLES, UNIT_ROLES, UPWARD_ROLES, Role

ALL = frozenset(Role) - {Role.AUDITOR}
CENTRE = frozenset(CENTRE_ROLES)
UNITS = frozenset(UNIT_ROLES)
UPWARD = frozenset(UPWARD_ROLES)


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the main menu."""

    address: str
    name: str  # of its words in page.toml, and of its icon
    roles: Collection[Role]
    counts_alerts: bool = False  # how many wait to be acknowledged stands beside it


PLACES = (  # as many as there is room for stand in the bar, the others under “more”
    Place("/", "today", ALL),
    Place("/findings", "findings", ALL),
    Place("/findings/new", "capture", frozenset((*TEAM_ROLES, *UNIT_ROLES))),
    Place("/alerts", "alerts", ALL, counts_alerts=True),
    Place("/overview", "overview", {Role.LEADER, Role.LEADERSHIP} | UPWARD),  # who leads looks there first
    Place("/inspections", "inspections", CENTRE | UNITS),
    Place("/reports", "reports", CENTRE | UNITS),
    Place("/campaigns", "campaigns", CENTRE | {Role.DISTRICT}),
    Place("/documents", "documents", CENTRE | UNITS | UPWARD),
    Place("/readiness", "readiness", CENTRE | UNITS),
    Place("/overview", "overview", CENTRE | UPWARD | {Role.DISTRICT}),
    Place("/common-problems", "common-problems", COMPARING_ROLES),
    Place("/accountability", "accountability", CENTRE),
    Place("/settings/people", "people", {Role.ADMIN, Role.SECURITY_ADMIN}),
    Place("/settings/rounds", "rounds", {Role.ADMIN}),
)
OWN = (Place("/settings", "settings", frozenset(Role)), Place("/help", "help", frozenset(Role)))
ID_LENGTH = 36  # of a finding
ON_PHONES, ON_DESKTOPS = 4, 7


def places_of(actor: Actor) -> list[Place]:
    """The places that somebody has, whichever of his or her posts leads there."""
    found: dict[str, Place] = {}
    for place in PLACES:
        if may_act_as(actor, *place.roles):
            found.setdefault(place.address, place)
    return list(found.values())


def current_place(path: str) -> str:
    """The address of the place that a page belongs to; the page's own when it belongs to none."""
    inner = [one.address for one in (*PLACES, *OWN) if one.address != "/" and f"{path}/".startswith(f"{one.address}/")]
    return max(inner, key=len, default=path)


LIVE = ("/", "/findings")  # pages that say so when something has changed in what they list


def is_live(path: str) -> bool:
    """Whether a page says that something has changed: today, the list, and a finding of itself."""
    return path in LIVE or finding_on(path) is not None


def finding_on(path: str) -> str | None:
    """The id of the finding that a page is about; of a form that came back, as well."""
    parts = path.split("/")
    return parts[2] if parts[1] == "findings" and 3 <= len(parts) <= 4 and len(parts[2]) == ID_LENGTH else None
