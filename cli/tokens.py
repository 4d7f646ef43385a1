"""`duban token`: bearer tokens for the API."""

from datetime import timedelta

import click

from cli.people import existing_person
from service.people.accounts import issue_token
from service.store import clock
from service.store.transaction import transaction


@click.group()
def token() -> None:
    """访问令牌。 / Bearer tokens."""


@token.command()
@click.argument("username")
@click.option(
    "--days", type=click.IntRange(1, 3650), help="有效天数，默认长期有效 / days of validity; else until revoked"
)
def create(username: str, days: int | None) -> None:
    """为用户发放令牌，只显示这一次。 / Issue a token for a person; it is shown this once."""
    with transaction() as session:
        person = existing_person(session, username)
        expires_after = timedelta(days=days) if days else None
        text = issue_token(session, person=person, now=clock.now(session), expires_after=expires_after)
    click.echo(text)
