"""`duban token`: access tokens for programs, and who is signed in where."""

import click

from cli.accounts import any_person, existing_person
from cli.record_options import recorded, security_administrator
from service.people.access.held_tokens import end_tokens_of, give_access_token, tokens_of
from service.people.tokens import LONGEST_DAYS
from service.store import clock
from service.store.paging import LARGEST_LIMIT
from service.store.transaction import transaction
from service.wording import word
from workflows.credentials import TokenScope


@click.group()
def token() -> None:
    """访问令牌与登录。 / Access tokens and sign-ins."""


@token.command()
@click.argument("username")
@click.option("--name", default="duban token create", show_default=True, help="名称 / what it is called")
@click.option("--read-only", is_flag=True, help="只能查看，不能更改 / it reads, and changes nothing")
@click.option(
    "--days",
    type=click.IntRange(1, LONGEST_DAYS),
    default=90,
    show_default=True,
    help="有效天数 / days that it is valid",
)
@recorded
def create(username: str, *, name: str, read_only: bool, days: int, as_: str | None, reason: str | None) -> None:
    """为用户发放访问令牌，只显示这一次。 / Issue an access token for a person; it is shown this once."""
    scope = TokenScope.READ if read_only else TokenScope.FULL
    with transaction() as session:
        actor, person = security_administrator(session, as_), existing_person(session, username)
        now = clock.now(session)
        text = give_access_token(
            session, person, name=name, scope=scope, days=days, actor=actor, now=now, reason=reason
        )
    click.echo(text)


@token.command(name="list")
@click.argument("username")
def list_(username: str) -> None:
    """列出用户仍有效的登录和访问令牌。 / Sign-ins and access tokens of a person that still hold."""
    with transaction(read_only=True) as session:
        person = any_person(session, username)
        actor = security_administrator(session, None)
        held = tokens_of(session, person.id, actor=actor, now=clock.now(session), limit=LARGEST_LIMIT).items
    for one in held:
        words = (word(one.kind, "zh"), word(one.scope, "zh"), one.name or one.device or "-", one.address or "-")
        until = f"{one.last_used_at:%Y-%m-%d %H:%M} → {one.expires_at:%Y-%m-%d}"
        click.echo("  ".join((one.id, *words, until)))
    if not held:
        click.echo("没有仍有效的登录或访问令牌。 / There are none.")


@token.command()
@click.argument("username")
@click.argument("token_id", metavar="[ID]", required=False)
@click.option("--all", "every", is_flag=True, help="全部 / all of them")
@recorded
def end(username: str, token_id: str | None, *, every: bool, as_: str | None, reason: str | None) -> None:
    """使用户的一个（或全部）登录、访问令牌失效。 / End one sign-in or access token of a person, or all."""
    if (token_id is None) is not every:
        raise click.UsageError("请给出编号，或用 --all。 / Give an id, or --all.")
    with transaction() as session:
        actor, person = security_administrator(session, as_), any_person(session, username)
        end_tokens_of(session, person.id, token_id=token_id, actor=actor, now=clock.now(session), reason=reason)
    click.echo("已失效。 / It has ended." if token_id else "已全部失效。 / They have ended.")
