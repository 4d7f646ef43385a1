"""`duban db`: the database's schema."""

import os
from typing import TextIO

import click
from sqlalchemy import make_url

from cli.logs import configure_logging
from service.audit.digests import take_over_rows
from service.settings import Settings, load_settings
from service.setup.rulebooks.calendars import adopt_shipped_calendar
from service.statistics.tallies import recount
from service.store import clock
from service.store.db import take_time
from service.store.grants import grant
from service.store.schema import newest_revision, upgrade
from service.store.transaction import transaction


def adopt_calendar(settings: Settings) -> None:
    """Put the program's calendar in force where it is newer and the office has none of its own; says so."""
    with transaction(settings) as session:
        change = adopt_shipped_calendar(session, now=clock.now(session))
    if change is not None:
        years = "、".join(map(str, change.new_years)) or "—"
        click.echo(
            f"程序自带的新日历 {change.after} 已启用，新增年份：{years}。 / "
            f"The calendar that came with this version, {change.after}, is in force; new years: {years}."
        )


def take_over(settings: Settings) -> None:
    """Put what an older version wrote on record as it is, once; says so when there was any."""
    with transaction(settings) as session:
        rows = take_over_rows(session, now=clock.now(session))
    if rows:
        click.echo(
            f"升级前已有的 {rows} 行数据已按现状登记，自此纳入审计。 / "
            f"{rows} rows from before the upgrade are on record as they are, and under the audit from now on."
        )


@click.group()
def db() -> None:
    """数据库。 / The database."""


@db.command("upgrade")
def upgrade_() -> None:
    """升级数据库结构（SQLite 文件先自动备份）。 / Bring the schema to this version; an SQLite file is copied first."""
    configure_logging()
    settings = load_settings(os.environ)
    url = settings.database_url
    upgrade(url)
    take_over(settings)
    adopt_calendar(settings)
    shown = make_url(url).render_as_string(hide_password=True)
    revision = newest_revision()
    click.echo(f"数据库 {shown} 的结构为最新版本 {revision}。 / {shown} has the newest schema, {revision}.")


@db.command("grant")
@click.argument("role")
@click.option(
    "--password-file", type=click.File(), help="密码文件（或环境变量 ROLE_PASSWORD） / its password; or ROLE_PASSWORD"
)
def grant_(*, role: str, password_file: TextIO | None) -> None:
    """让普通角色能用数据库而不能改动记录；以所有者身份运行，每次升级后再运行。 / Let a role work, as the owner.

    PostgreSQL。角色没有则创建。 / The role can do all of the product's work, and change nothing that is on record.
    """
    password = password_file.read().strip() if password_file else os.environ.get("ROLE_PASSWORD")
    grant(load_settings(os.environ).database_url, role, password=password or None)
    click.echo(
        f"角色 {role} 可以使用数据库，不能改动记录。 / The role {role} may use the database, not change its record."
    )


@db.command("recount")
def recount_() -> None:
    """重新清点统计数；平时无需运行。 / Count anew what figures are summed from; not needed in the ordinary way.

    清点期间暂不能登记和办理问题。 / Nobody can log or move a finding meanwhile.
    """
    with transaction(load_settings(os.environ)) as session:
        take_time(session)
        wrong = sum(recount(session).values())
    click.echo(f"已重新清点，更正 {wrong} 个数。 / Counted anew; {wrong} counts were wrong and are right now.")
