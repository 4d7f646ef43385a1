"""`duban people`: adding people from a table, giving passwords, closing accounts."""

import csv
import os
import secrets
from pathlib import Path

import click

from cli.accounts import account
from cli.failures import both_languages
from service.errors import InvalidInput
from service.people.accounts import disable_person, set_password
from service.people.adding import OPTIONAL, REQUIRED, import_people
from service.settings import load_settings
from service.store import clock
from service.store.books import open_books

GENERATED = 18  # bytes, hence 24 characters
COLUMNS = ", ".join((*REQUIRED, *OPTIONAL))


@click.group()
def people() -> None:
    """人员。 / People."""


@people.command("import", epilog=f"列 / columns: {COLUMNS}")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_(file: Path) -> None:
    """从 CSV 表导入人员，要么全部，要么一个也不导入。 / Add the people of a CSV table, all of them or none."""
    rows = _rows(file)
    with open_books(load_settings(os.environ)) as session:
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
    with open_books() as session:
        person = account(session, username)
        new = secrets.token_urlsafe(GENERATED) if generate else _asked()
        set_password(session, person, new, now=clock.now(session))
        name = person.username
    click.echo(f"已为 {name} 设置新密码。 / {name} has a new password.")
    if generate:
        click.echo(f"密码（仅显示这一次，请妥善转交）/ password, shown only now: {new}")


@people.command()
@click.argument("username")
def disable(username: str) -> None:
    """停用账号：不能登录，不再收到提醒，已办事项保留。 / Close an account; what the person did stays on record."""
    with open_books() as session:
        person = account(session, username)
        disable_person(session, person, now=clock.now(session))
        name = person.username
    click.echo(f"{name} 的账号已停用。 / The account of {name} is closed.")


def _asked() -> str:
    return str(click.prompt("新密码 / new password", hide_input=True, confirmation_prompt=True))


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
    """One line for each cell that cannot be accepted."""
    lines = []
    for place, code in error.fields.items():
        line, _, column = place.partition(".")
        lines.append(f"第 {line} 行 {column}（line {line}）：{both_languages(code, error)}")
    return "没有导入任何人： / nobody was added:\n" + "\n".join(lines)
