"""People as commands name them: by user name, or by id where a notice has named somebody without an account."""

import secrets
from typing import Any

import click
from sqlalchemy.orm import Session

from service.people.accounts import account_called, person_named
from service.people.adoption import people_named
from service.people.directory import organization_called
from service.wording import word


def existing_person(session: Session, username: str) -> Any:  # a row of the books: doors do not name its type
    """The person of that user name; ClickException when there is none or the account is disabled."""
    person = person_named(session, username)
    if person is None:
        raise click.ClickException(
            f"没有用户 {username}，或其账号已停用；请核对用户名。 / "
            f"There is no user {username}, or the account is disabled; check the name."
        )
    return person


def any_person(session: Session, name: str) -> Any:
    """The person of that user name or id, also when the account is closed; ClickException when there is none."""
    person = account_called(session, name)
    if person is None:
        raise click.ClickException(
            f"没有用户 {name}；请用 duban people list 核对用户名。 / "
            f"There is no user {name}; `duban people list` shows their names."
        )
    return person


def generated_password() -> str:
    """A random password of 24 characters."""
    return secrets.token_urlsafe(18)


def named_person(session: Session, name: str) -> Any:
    """Somebody whom only a notice names, by name or id; ClickException when there is nobody, or several."""
    found = people_named(session, name)
    if not found:
        raise click.ClickException(
            f"没有仅在通知中列名的“{name}”；请核对姓名。 / Nobody of the name {name} is named by a notice alone."
        )
    if len(found) > 1:
        which = "\n".join(f"  {one.id}  {word(one.role, 'zh')}  {one.organization.name}" for one in found)
        raise click.ClickException(f"有几位“{name}”，请改用编号： / there are several; name one of these:\n{which}")
    return found[0]


def organization_id_of(session: Session, name: str) -> str:
    """The id of the organization of that name; ClickException when there is none."""
    found = organization_called(session, name)
    if found is None:
        raise click.ClickException(
            f"没有名为“{name}”的机构；请用 duban organization list 核对。 / "
            f"There is no organization {name}; `duban organization list` shows them."
        )
    return found.id
