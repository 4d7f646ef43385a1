"""`duban people`: adding people from a table."""

import csv
import os
from pathlib import Path

import click

from cli.books import open_books
from cli.failures import both_languages
from service import clock
from service.errors import InvalidInput
from service.people import OPTIONAL, REQUIRED, import_people
from service.settings import load_settings

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
    click.echo(f"已导入 {number} 人；用 duban token create 用户名 发放令牌。 / {number} people were added.")


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
