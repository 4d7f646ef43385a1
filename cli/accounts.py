"""Whose account a command is about."""

from typing import Any

import click
from sqlalchemy.orm import Session

from service.people.accounts import person_named


def account(session: Session, username: str) -> Any:  # a row of the books: doors hand it on and do not name its type
    """The person of that user name, or a sentence."""
    person = person_named(session, username)
    if person is None:
        raise click.ClickException(
            f"没有用户 {username}，或其账号已停用；请核对用户名。 / "
            f"There is no user {username}, or the account is disabled; check the name."
        )
    return person
