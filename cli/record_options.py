"""Who changes something, and why: the options of every command whose change goes on record."""

import os
from collections.abc import Callable
from typing import Any

import click
from sqlalchemy.orm import Session

from cli.accounts import existing_person
from service.people.callers import caller_of
from service.settings import load_settings
from service.wording import word
from workflows.administration import may_act_as
from workflows.findings.facts import OPERATOR, Actor
from workflows.vocabulary import Role

_AS = click.option(
    "--as",
    "as_",
    metavar="USERNAME",
    help="以哪位管理员的名义，记入留痕 / the administrator who does it, for the record",
)
_REASON = click.option("--reason", metavar="TEXT", help="事由，记入留痕 / why, for the record")


def recorded(command: Callable[..., Any]) -> Callable[..., Any]:
    """The command with `--as` (argument `as_`) and `--reason`."""
    return _AS(_REASON(command))


def administrator(session: Session, username: str | None, part: Role = Role.ADMIN) -> Actor:
    """The administrator of that user name, or without one whoever sits at the machine (`OPERATOR`).

    `part` is which of the three, where the office keeps them apart.
    """
    if username is None:
        return OPERATOR
    apart = load_settings(os.environ).accounts.separate_administration
    actor = caller_of(session, existing_person(session, username), kept_apart=apart).actor
    if not may_act_as(actor, part):
        raise click.ClickException(f"{username} 不是{word(part, 'zh')}。 / {username} is no {word(part, 'en')}.")
    return actor


def security_administrator(session: Session, username: str | None) -> Actor:
    """The same for what is changed of people and their rights."""
    return administrator(session, username, Role.SECURITY_ADMIN)
