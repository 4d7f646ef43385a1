"""The lines of a table of people, checked: who each is about, in which posts, what is wrong, what becomes of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import InvalidInput
from service.models import Organization, Person
from service.people.accounts import normal_username
from service.people.addresses import mended_address, mended_telephone
from service.people.people_table import OPTIONAL, REQUIRED, PersonLine, language_called, role_called
from service.people.person_fields import conflict_of, faults, mended_name
from workflows.signs import plain_name
from workflows.vocabulary import Role

DETAILS = ("name", "email", "telephone", "language")
_UNKNOWN_ROLE = Role.SYSTEM  # of a line whose role cannot be read; that is told apart from the rest


@dataclass(slots=True)
class ListedPerson:
    """Somebody of the table: what his or her lines say together; the first line's post is the main one."""

    number: int  # of the first line
    username: str
    details: dict[str, str]  # of DETAILS, those that are filled in
    posts: list[tuple[Role, str]]  # role, organization id


class Outcome(StrEnum):
    """What a line of a table does."""

    ADDED = "added"
    ADOPTED = "adopted"  # added, and is somebody whom a notice named before
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    CLOSED = "closed"  # the account is closed and was left alone


@dataclass(frozen=True, slots=True)
class LineOutcome:
    """What became, or would become, of a person of the table."""

    line: int
    username: str
    name: str
    outcome: Outcome
    changed: Sequence[str] = ()  # columns: name, email, telephone, language, role
    to_be_joined: Sequence[str] = ()  # ids of people whom a notice names, and who may be this person


@dataclass(frozen=True, slots=True)
class PeopleImport:
    """What a table has done, or would do."""

    dry_run: bool
    lines: Sequence[LineOutcome]

    def _count(self, *outcomes: Outcome) -> int:
        return sum(line.outcome in outcomes for line in self.lines)

    @property
    def added(self) -> int:
        """How many have an account that had none."""
        return self._count(Outcome.ADDED, Outcome.ADOPTED)

    @property
    def changed(self) -> int:
        """How many accounts changed."""
        return self._count(Outcome.CHANGED)

    @property
    def unchanged(self) -> int:
        """How many accounts stayed as they were."""
        return self._count(Outcome.UNCHANGED, Outcome.CLOSED)


def listed_people(session: Session, lines: Iterable[PersonLine]) -> Sequence[ListedPerson]:
    """The people of a table in its order; InvalidInput maps «line.column» to everything that is wrong there."""
    lines = [line for line in lines if line.cells]
    organizations = _organizations(session, lines)
    wrong: dict[str, str] = {}
    found: dict[str, ListedPerson] = {}
    for line in lines:
        codes = _columns_at_fault(line.cells)
        if not codes:
            organization = organizations.get(plain_name(line.cells["organization"]))
            one = _read(line, organization)
            codes = _faults(one, organization) | _gathered(found, one)
        wrong |= {f"{line.number}.{column}": code for column, code in codes.items()}
    if wrong:
        raise InvalidInput(wrong)
    return [*found.values()]


def _organizations(session: Session, lines: Sequence[PersonLine]) -> Mapping[str, Organization]:
    """Organizations by their plain names; of two with one plain name, one that is open."""
    named = {plain_name(line.cells.get("organization", "")) for line in lines}
    every = session.scalars(select(Organization).order_by(Organization.closed_at.is_(None)))
    return {plain_name(one.name): one for one in every if plain_name(one.name) in named}


def _columns_at_fault(cells: Mapping[str, str]) -> dict[str, str]:
    wrong = {column: "required" for column in REQUIRED if not cells.get(column)}
    wrong |= {column: "unknown_field" for column in cells if column not in (*REQUIRED, *OPTIONAL)}
    if cells.get("role") and role_called(cells["role"]) in (None, Role.SYSTEM):
        wrong["role"] = "unknown_role"
    if cells.get("language") and language_called(cells["language"]) is None:
        wrong["language"] = "unknown_language"
    return wrong


def _read(line: PersonLine, organization: Organization | None) -> ListedPerson:
    cells = line.cells
    details = {
        "name": mended_name(cells["name"]),
        "email": mended_address(cells.get("email", "")),
        "telephone": mended_telephone(cells.get("telephone", "")),
        "language": language_called(cells.get("language", "")) or "",
    }
    filled = {column: value for column, value in details.items() if value}
    post = (role_called(cells["role"]) or _UNKNOWN_ROLE, organization.id if organization else "")
    return ListedPerson(line.number, normal_username(cells["username"]), filled, [post])


def _faults(one: ListedPerson, organization: Organization | None) -> dict[str, str]:
    ((role, organization_id),) = one.posts
    columns = {"name": "", "language": "zh", **one.details}
    person = Person(username=one.username, role=role, organization_id=organization_id or None, **columns)
    wrong = faults(person, organization)
    if "organization_id" in wrong:
        wrong["organization"] = wrong.pop("organization_id")
    if wrong.get("email") == "invalid":
        wrong["email"] = "no_mail_address"
    return wrong


def _gathered(found: dict[str, ListedPerson], one: ListedPerson) -> dict[str, str]:
    """Put the line to the person whom it is about; what is wrong beside the person's other lines."""
    there = found.setdefault(one.username, one)
    if there is one:
        return {}
    if one.posts[0] in there.posts:
        return {"username": "username_taken"}
    roles = [role for role, _ in (*there.posts, *one.posts)]
    conflict = conflict_of(roles)
    wrong = {"role": conflict} if conflict else {}
    for column, value in one.details.items():
        if there.details.setdefault(column, value) != value:
            wrong[column] = "lines_differ"
    there.posts += one.posts
    return wrong
