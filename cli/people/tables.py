"""`duban people import` and `invite`: everybody of an office at once."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from cli.accounts import existing_person
from cli.errors import in_both_languages
from cli.people.slips import write_slips
from cli.record_options import recorded, security_administrator
from service.alerts.channels import channels
from service.alerts.invitation_mail import mail_invitations
from service.errors import InvalidInput
from service.people.importing import import_people
from service.people.invitations import invite as invite_people
from service.people.invitations import without_password
from service.people.lines import LineOutcome, PeopleImport
from service.people.organizations import centre_name
from service.people.people_table import OPTIONAL, REQUIRED, read_people_table
from service.settings import load_settings
from service.store import clock
from service.store.transaction import transaction

COLUMNS = ", ".join((*REQUIRED, *OPTIONAL))
OUTCOMES = {"added": "新增", "adopted": "新增（即通知中列名的同一人）", "changed": "变更", "unchanged": "不变"}
OUTCOMES["closed"] = "账号已停用，未改动"
IN_WORDS = {"name": "姓名", "email": "邮箱", "telephone": "电话", "language": "语言", "role": "职务"}
TABLE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("import", epilog=f"列 / columns: {COLUMNS}；表头和职务也可用中文：用户名 姓名 职务 单位 邮箱 电话 语言")
@click.argument("file", type=TABLE)
@click.option("--dry-run", is_flag=True, help="逐行列出将发生什么，不作改动 / say line by line what would happen")
@recorded
def import_(file: Path, *, dry_run: bool, as_: str | None, reason: str | None) -> None:
    """从人员表（.csv、.xlsx）导入或更新人员，要么全部，要么都不。 / Add and change people of a table, all or none.

    再次导入同一张表时，新的人员新增，有变化的更新；同一用户名多行即为兼任多个职务。
    A table imported again adds whom it does not know and changes what has changed; several lines with one user name
    are several posts.
    """
    try:
        lines = read_people_table(file.read_bytes())  # which takes its time: nobody waits for it
        with transaction() as session:
            actor, now = security_administrator(session, as_), clock.now(session)
            done = import_people(session, lines, actor=actor, now=now, reason=reason, dry_run=dry_run)
    except InvalidInput as error:
        raise click.ClickException(_faults(error)) from error
    for line in done.lines:
        if dry_run or line.to_be_joined:
            click.echo(_line(line))
    click.echo(_summary(done))


@click.command()
@click.argument("usernames", nargs=-1)
@click.option("--all-without-password", is_flag=True, help="尚未设密码的全部人员 / everybody without a password")
@click.option("--file", "table", type=TABLE, help="人员表中的全部人员 / everybody of a table of people")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="写入 .txt 或 .csv / write to a file")
@click.option("--mail", is_flag=True, help="同时发到各人邮箱 / send each one's by mail as well")
@recorded
def invite(usernames: Sequence[str], *, output: Path | None, mail: bool, **options: Any) -> None:
    """批量生成首次登录邀请码，14 天内使用一次有效。 / One-time codes, with which each chooses a password.

    再次生成则旧码作废。 / A new code ends the one from before.
    """
    settings, table = load_settings(os.environ), options["table"]
    lines = read_people_table(table.read_bytes()) if table else []
    with transaction(settings) as session:
        usernames = [*usernames, *(line.cells.get("username", "") for line in lines if line.cells.get("username"))]
        people = _invited(session, usernames, all_=options["all_without_password"])
        actor, now = security_administrator(session, options["as_"]), clock.now(session)
        invited = invite_people(session, people, actor=actor, now=now, reason=options["reason"])
        office = centre_name(session)
        write_slips(invited, output, office=office, base_url=settings.base_url)
    problems: list[tuple[str, str]] = []
    if mail:  # once the codes are good, and without holding the database while a mail server answers
        sending = channels(settings)
        problems = mail_invitations(sending, invited, office=office, base_url=settings.base_url, now=now)
    click.echo(f"已为 {len(invited)} 人生成邀请码，14 天内有效。 / {len(invited)} people were invited, for 14 days.")
    for name, problem in problems:
        click.echo(f"  {name}：{problem}")


def _invited(session: Session, usernames: Sequence[str], *, all_: bool) -> list[Any]:
    people = [existing_person(session, name) for name in usernames]
    people += without_password(session) if all_ else []
    if not people:
        if all_:
            raise click.ClickException("每人都已设密码。 / Everybody has a password.")
        raise click.UsageError(
            "请给出用户名、--file 或 --all-without-password。 / Name people, a --file, or --all-without-password."
        )
    return people


def _faults(error: InvalidInput) -> str:
    lines = []
    for place, code in error.fields.items():
        line, _, column = place.partition(".")
        where = f"第 {line} 行 {column}（line {line}）" if column else place
        lines.append(f"{where}：{in_both_languages(code, error)}")
    return "没有导入任何人： / nobody was added:\n" + "\n".join(lines)


def _line(line: LineOutcome) -> str:
    changed = f"（{'、'.join(IN_WORDS[column] for column in line.changed)}）" if line.changed else ""
    text = f"第 {line.line} 行 {line.username} {line.name}：{OUTCOMES[line.outcome]}{changed}"
    joins = (
        f"\n  通知中另有同名人员，是同一人的请执行 duban people join {id_} {line.username}"
        f" / a notice names somebody of that name; if it is the same person: duban people join {id_} {line.username}"
        for id_ in line.to_be_joined
    )
    return text + "".join(joins)


def _summary(done: PeopleImport) -> str:
    counts = f"新增 {done.added}，变更 {done.changed}，不变 {done.unchanged}"
    in_english = f"{done.added} added, {done.changed} changed, {done.unchanged} unchanged"
    if done.dry_run:
        return f"试运行，未作改动：将{counts}。 / Dry run, nothing was changed: {in_english}."
    return (
        f"已导入 {done.added + done.changed + done.unchanged} 人：{counts}；"
        "用 duban people invite 批量发放首次登录邀请码。 / "
        f"{in_english}; `duban people invite` gives them their first sign-in."
    )
