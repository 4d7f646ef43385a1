"""`duban init`: schema, rules, the centre, the first administrator."""

import os
import sys

import click

from cli.accounts import generated_password
from cli.db import take_over
from cli.proof.audit import create_embedded_key
from service.settings import load_settings
from service.setup.installation import install
from service.store import clock
from service.store.schema import upgrade
from service.store.transaction import transaction


@click.command()
@click.option("--username", default="admin", show_default=True, help="管理员用户名 / the administrator's user name")
@click.option("--name", default="管理员", show_default=True, help="管理员姓名 / the administrator's name")
@click.option("--email", help="管理员邮箱 / the administrator's address")
@click.option("--centre", default="市招考中心", show_default=True, help="中心名称 / name of the centre")
@click.option("--generate", is_flag=True, help="生成密码并只显示一次 / make a password and show it once")
def init(*, username: str, name: str, email: str | None, centre: str, generate: bool) -> None:
    """初始化：数据库、政策与日历、首位管理员。 / Set up the database, the rules and the first administrator."""
    settings = load_settings(os.environ)
    upgrade(settings.database_url)
    create_embedded_key(settings)
    take_over(settings)
    with transaction(settings) as session:
        typed = "" if generate else _typed_password()
        password = typed or generated_password()
        now = clock.now(session)
        admin = install(
            session,
            centre=centre,
            username=username,
            name=name,
            email=email,
            password=password,
            password_given=not typed,
            rules=settings.accounts.passwords,
            now=now,
        )
        shown = admin.username
    click.echo(f"已初始化 {settings.data_dir}，管理员：{shown} / Set up in {settings.data_dir}; administrator: {shown}")
    if not typed:
        click.echo("首次登录后须先修改密码。 / It must be changed after the first sign-in.")
        click.echo(f"密码（仅显示这一次，请妥善保存）/ password, shown only now: {password}")


def _typed_password() -> str:
    """The password typed twice; empty when nothing was typed or standard input is no terminal."""
    if not sys.stdin.isatty():
        return ""
    password = click.prompt(
        "管理员密码（直接回车则自动生成） / password (Enter: one is made)",
        default="",
        hide_input=True,
        confirmation_prompt=True,
        show_default=False,
    )
    return str(password)
