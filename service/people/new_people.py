"""New people: one by one, or from the table of an office."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from service.errors import InvalidInput
from service.models import Organization, Person
from service.people.accounts import normal_username
from service.people.addresses import ADDRESSES, address_of
from service.people.passwords import check_password, hash_password
from workflows.vocabulary import OrganizationKind, Role

LANGUAGES = ("zh", "en")
USERNAME = re.compile(r"[\w.@+-]{2,80}")
ADDRESS_COLUMNS = tuple(address.column for address in ADDRESSES.values())
OF_OTHERS = {
    Role.DISTRICT: OrganizationKind.DISTRICT,
    Role.UNIVERSITY: OrganizationKind.UNIVERSITY,
    Role.BUREAU: OrganizationKind.BUREAU,
    Role.COMMITTEE: OrganizationKind.COMMITTEE,
}
REQUIRED = ("username", "name", "role", "organization")
OPTIONAL = (*ADDRESS_COLUMNS, "language")
Row = Mapping[Any, Any]  # as csv.DictReader gives it: texts, and under None whatever stands below no column


def create_person(  # noqa: PLR0913 - the columns of a person, each by its name
    session: Session,
    *,
    username: str | None,
    name: str,
    role: Role,
    organization_id: str,
    now: datetime,
    email: str | None = None,
    language: str = "zh",
    password: str | None = None,
) -> Person:
    """Add a person; without a user name the person cannot sign in, without a password only by token.

    User names do not tell capitals from small letters. InvalidInput names the fields that cannot be accepted.
    """
    organization = session.get(Organization, organization_id)
    person = Person(
        username=normal_username(username) if username is not None else None,
        name=name.strip(),
        role=role,
        organization_id=organization_id,
        email=email,
        language=language,
        created_at=now,
    )
    if fields := faults(person, organization):
        raise InvalidInput(fields)
    if password is not None:
        check_password(password, [person.username or "", person.name, organization.name if organization else ""])
        person.password_hash = hash_password(password)
    try:
        with session.begin_nested():
            session.add(person)
    except IntegrityError as error:  # everything else about the row was checked above
        raise InvalidInput({"username": "username_taken"}) from error
    return person


def faults(person: Person, organization: Organization | None) -> dict[str, str]:
    """What is wrong with a new person: fields and the codes of their sentences; not whether the name is free."""
    wrong = {}
    if person.username is not None and not USERNAME.fullmatch(person.username):
        wrong["username"] = "username_form"
    if not 0 < len(person.name) <= 200 or not person.name.isprintable():
        wrong["name"] = "invalid" if person.name else "required"
    if organization is None:
        wrong["organization_id"] = "unknown_organization"
    elif person.role is Role.SYSTEM or OF_OTHERS.get(person.role, OrganizationKind.CENTRE) is not organization.kind:
        wrong["role"] = "role_of_another_organization"
    for channel, address in ADDRESSES.items():
        given = address_of(person, channel)
        if given is not None and not address.form.fullmatch(given):
            wrong[address.column] = "invalid"
    if person.language not in LANGUAGES:
        wrong["language"] = "invalid"
    return wrong


def import_people(session: Session, rows: Iterable[Row], *, now: datetime) -> Sequence[Person]:
    """Add a person for each row, or nobody; columns username, name, role, organization (its name), email, language.

    InvalidInput maps «line.column» to what is wrong there; the first row stands on line 2, below the header.
    They have no password and no token yet.
    """
    # a cell below no column of the header gets a name that is unknown
    table = [{name or "?": str(cell).strip() for name, cell in row.items() if cell is not None} for row in rows]
    named = select(Organization).where(Organization.name.in_({row.get("organization", "") for row in table}))
    organizations = {organization.name: organization for organization in session.scalars(named)}
    usernames = {normal_username(row.get("username", "")) for row in table}
    taken = set(session.scalars(select(Person.username).where(Person.username.in_(usernames))))
    people: list[Person] = []
    wrong: dict[str, str] = {}
    for line, row in enumerate(table, start=2):
        found = _columns_at_fault(row)
        if not found:
            person = _person(row, organizations.get(row["organization"]), now)
            found = faults(person, organizations.get(row["organization"]))
            if "organization_id" in found:
                found["organization"] = found.pop("organization_id")
            if person.username in taken:
                found["username"] = "username_taken"
            taken.add(person.username)
            people.append(person)
        wrong |= {f"{line}.{column}": code for column, code in found.items()}
    if wrong:
        raise InvalidInput(wrong)
    session.add_all(people)
    session.flush()
    return people


def _columns_at_fault(row: Mapping[str, str]) -> dict[str, str]:
    wrong = {column: "required" for column in REQUIRED if not row.get(column)}
    wrong |= {column: "unknown_field" for column in row if column not in (*REQUIRED, *OPTIONAL)}
    if row.get("role") and row["role"] not in set(Role):
        wrong["role"] = "invalid"
    return wrong


def _person(row: Mapping[str, str], organization: Organization | None, now: datetime) -> Person:
    return Person(
        username=normal_username(row["username"]),
        name=row["name"],
        role=Role(row["role"]),
        organization_id=organization.id if organization else None,
        **{column: row.get(column) or None for column in ADDRESS_COLUMNS},
        language=row.get("language") or "zh",
        created_at=now,
    )
