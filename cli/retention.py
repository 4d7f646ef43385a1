"""`duban retention`: remove what is past its time now, or show what would go, and how long each kind is kept."""

import os

import click

from cli.logs import configure_logging
from cli.text_tables import table
from service.retention.retention import periods
from service.settings import load_settings
from service.store.schema import require_current
from service.wording import word
from workers.periodic import tidy
from workers.resources import open_resources
from workers.retention import count_past

HEADINGS = ("种类 kind", "保存 kept", "到期 past")


@click.group()
def retention() -> None:
    """保存期限。 / How long what is not kept for ever is kept."""


@retention.command()
@click.option("--dry-run", is_flag=True, help="只列出将清除什么，不作改动 / only show what would go")
def run(*, dry_run: bool) -> None:
    """清除超过保存期限的内容；服务每小时自行清除。 / Remove what is past its time; the service does so hourly.

    可重复运行，再次运行不多清除。  Running it twice removes no more than once.
    """
    settings = load_settings(os.environ)
    configure_logging()
    resources = open_resources(settings)
    try:
        require_current(resources.engine)
        found = count_past(resources)
        if not dry_run:
            tidy(resources)
    finally:
        resources.close()
    kept = periods(settings.logs.security_kept)
    rows = [
        (f"{word(kind, 'zh')} {kind}", _span(kept[kind].total_seconds()), str(count)) for kind, count in found.items()
    ]
    click.echo(table(HEADINGS, rows))
    number = sum(found.values())
    if dry_run:
        click.echo(f"试运行，未作改动：将清除 {number} 项。 / Dry run, nothing was changed: {number} would go.")
    else:
        click.echo(f"已清除到期的 {number} 项。 / {number} that were past their time are removed.")


def _span(seconds: float) -> str:
    return f"{seconds / 86400:g} 天 days"
