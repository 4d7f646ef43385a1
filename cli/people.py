"""`duban people` and `duban token`: people from a table, their passwords, accounts and bearer tokens."""

import csv
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from cli.errors import in_both_languages
from service.errors import InvalidInput
from service.people.accounts import disable_person, person_named, set_password
from service.people.new_people import OPTIONAL, REQUIRED, import_people
from service.people.tokens import issue_token
from service.store import clock
from service.store.transaction import transaction

COLUMNS = ", ".join((*REQUIRED, *OPTIONAL))


@click.group()
def people() -> None:
    """人员。 / People."""


@people.command("import", epilog=f"列 / columns: {COLUMNS}")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_(file: Path) -> None:
    """从 CSV 表导入人员，要么全部，要么一个也不导入。 / Add the people of a CSV table, all of them or none."""
    rows = _rows(file)
    with transaction() as session:
        try:
            added = import_people(session, rows, now=clock.now(session))
        except InvalidInput as error:
            raise click.ClickException(_faults(error)) from error
        number = len(added)
    click.echo(
        f"已导入 {number} 人；用 duban people password 或 token create 发放密码或令牌。 / {number} people were added."
    )


@people.command()
@click.argument("username")
@click.option("--generate", is_flag=True, help="生成密码并只显示一次 / make a password and show it once")
def password(username: str, *, generate: bool) -> None:
    """为用户设置新密码，其原有令牌随之失效。 / Give a new password; the tokens of the person end with the old one."""
    with transaction() as session:
        person = existing_person(session, username)
        if generate:
            new = generated_password()
        else:
            new = click.prompt("新密码 / new password", hide_input=True, confirmation_prompt=True)
        set_password(session, person, new, now=clock.now(session))
        name = person.username
    click.echo(f"已为 {name} 设置新密码。 / {name} has a new password.")
    if generate:
        click.echo(f"密码（仅显示这一次，请妥善转交）/ password, shown only now: {new}")


@people.command()
@click.argument("username")
def disable(username: str) -> None:
    """停用账号：不能登录，不再收到提醒，已办事项保留。 / Close an account; what the person did stays on record."""
    with transaction() as session:
        person = existing_person(session, username)
        disable_person(session, person, now=clock.now(session))
        name = person.username
    click.echo(f"{name} 的账号已停用。 / The account of {name} is closed.")


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


def existing_person(session: Session, username: str) -> Any:  # a row of the books: doors do not name its type
    """The person of that user name; ClickException when there is none or the account is disabled."""
    person = person_named(session, username)
    if person is None:
        raise click.ClickException(
            f"没有用户 {username}，或其账号已停用；请核对用户名。 / "
            f"There is no user {username}, or the account is disabled; check the name."
        )
    return person


def generated_password() -> str:
    """A random password of 24 characters."""
    return secrets.token_urlsafe(18)


def _rows(file: Path) -> list[dict[str, str]]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as reading:  # Excel writes the mark
            return list(csv.DictReader(reading, strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise click.ClickException(
            f"{file} 不是 UTF-8 编码的 CSV 文件（{error}），请另存为“CSV UTF-8”后重试。 / "
            f"{file} is no CSV table in UTF-8 ({error}); save it as 'CSV UTF-8' and try again."
        ) from error


def _faults(error: InvalidInput) -> str:
    lines = []
    for place, code in error.fields.items():
        line, _, column = place.partition(".")
        lines.append(f"第 {line} 行 {column}（line {line}）：{in_both_languages(code, error)}")
    return "没有导入任何人： / nobody was added:\n" + "\n".join(lines)
