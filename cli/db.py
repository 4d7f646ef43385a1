"""`duban db`: the database's schema."""

import os

import click
from sqlalchemy import make_url

from cli.logs import configure_logging
from service.settings import load_settings
from service.store.schema import newest_revision, upgrade


@click.group()
def db() -> None:
    """数据库。 / The database."""


@db.command("upgrade")
def upgrade_() -> None:
    """升级数据库结构（SQLite 文件先自动备份）。 / Bring the schema to this version; an SQLite file is copied first."""
    configure_logging()
    url = load_settings(os.environ).database_url
    upgrade(url)
    shown = make_url(url).render_as_string(hide_password=True)
    revision = newest_revision()
    click.echo(f"数据库 {shown} 的结构为最新版本 {revision}。 / {shown} has the newest schema, {revision}.")
