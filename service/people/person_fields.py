"""What the fields of a person must look like, and how they are mended when they were typed or pasted askew."""

import re
from collections.abc import Sequence

from service.models import Organization, Person
from service.people.addresses import ADDRESSES, TELEPHONE, address_of
from workflows.administration import mixes_administration
from workflows.signs import comparable, without_unseen
from workflows.vocabulary import UNIT_ROLES, OrganizationKind, Role

LANGUAGES = ("zh", "en")
USERNAME = re.compile(r"[\w.@+-]{2,80}")
ADDRESS_COLUMNS = tuple(address.column for address in ADDRESSES.values())
PERSONAL = ("username", "name", "telephone", *ADDRESS_COLUMNS)  # never in hashed text
OF_OTHERS = {
    Role.DISTRICT: OrganizationKind.DISTRICT,
    Role.UNIVERSITY: OrganizationKind.UNIVERSITY,
    Role.BUREAU: OrganizationKind.BUREAU,
    Role.COMMITTEE: OrganizationKind.COMMITTEE,
}
_BETWEEN_HAN = re.compile("(?<=[\u3400-\u9fff\U00020000-\U0003ffff]) +(?=[\u3400-\u9fff\U00020000-\U0003ffff])")


def mended_name(typed: str) -> str:
    """The name without what nobody sees; 王　刚, spaced to stand below three signs, is 王刚."""
    return _BETWEEN_HAN.sub("", comparable(without_unseen(typed)))


def faults(person: Person, organization: Organization | None) -> dict[str, str]:
    """What is wrong with a person: fields and the codes of their sentences; not whether the user name is free."""
    wrong = {}
    if person.username is not None and not USERNAME.fullmatch(person.username):
        wrong["username"] = "username_form"
    if not 0 < len(person.name) <= 200 or not person.name.isprintable():
        wrong["name"] = "invalid" if person.name else "required"
    wrong |= post_faults(person.role, organization)
    for channel, address in ADDRESSES.items():
        given = address_of(person, channel)
        if given is not None and not address.form.fullmatch(given):
            wrong[address.column] = "invalid"
    if person.telephone is not None and not TELEPHONE.fullmatch(person.telephone):
        wrong["telephone"] = "telephone_form"
    if person.language not in LANGUAGES:
        wrong["language"] = "invalid"
    return wrong


def post_faults(role: Role, organization: Organization | None) -> dict[str, str]:
    """What is wrong with a role in an organization."""
    if organization is None:
        return {"organization_id": "unknown_organization"}
    if organization.closed_at is not None:
        return {"organization_id": "organization_closed"}
    if role is Role.SYSTEM or OF_OTHERS.get(role, OrganizationKind.CENTRE) is not organization.kind:
        return {"role": "role_of_another_organization"}
    return {}


def conflict_of(roles: Sequence[Role]) -> str | None:
    """Why nobody may have all of these posts, as the code of its sentence; none: somebody may.

    Whoever acts for a unit may not stand on the other side as well, and of the three administrators nobody is two.
    """
    if mixes_administration(roles):
        return "administration_mixed"
    return "post_excludes_others" if len(roles) > 1 and any(role in UNIT_ROLES for role in roles) else None
