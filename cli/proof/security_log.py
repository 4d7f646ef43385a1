"""`duban security-log`: the security log listed and exported, and its oldest entries removed."""

import os
from collections.abc import Callable
from functools import reduce
from pathlib import Path
from typing import Any

import click

from cli.accounts import existing_person
from cli.param_types import Instant
from service.security_log.checking import check_export
from service.security_log.export import ExportFormat, write
from service.security_log.list import SecurityFilter, all_entries, security_entries
from service.security_log.retention import remove_oldest
from service.security_log.writing import NewSecurityEntry, record_security
from service.settings import load_settings
from service.store import clock
from service.store.transaction import transaction
from service.wording import word
from workflows.security import SecurityKind, SecurityOutcome

SHOWN = 10  # positions that are named
FILTERS: tuple[Callable[[Any], Any], ...] = (
    click.option("--who", metavar="USERNAME", help="何人 / user name"),
    click.option("--kind", type=click.Choice(SecurityKind, case_sensitive=False), help="类别 / kind"),
    click.option("--outcome", type=click.Choice(SecurityOutcome, case_sensitive=False), help="结果 / outcome"),
    click.option("--from", "since", type=Instant(), help="自何时 / from"),
    click.option("--to", "until", type=Instant(), help="至何时 / to"),
)


def filter_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The command with an option for each filter."""
    return reduce(lambda decorated, option: option(decorated), reversed(FILTERS), command)


@click.group("security-log")
def security_log() -> None:
    """安全日志。 / The security log."""


@security_log.command("list")
@filter_options
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True, help="条数 / how many")
def list_(*, limit: int, **filters: Any) -> None:
    """列出安全日志，最新的在前；查阅本身也会记入。 / List the newest entries; that they were read is on record."""
    wanted = _recorded(SecurityKind.LOG_READ, filters)
    with transaction(read_only=True) as session:
        for entry in security_entries(session, wanted, limit=limit).items:
            who = entry.person.username if entry.person else entry.name_hash
            words = word(SecurityKind(entry.kind), "zh"), entry.kind, word(entry.outcome, "zh"), f"×{entry.count}"
            line = f"{entry.at:%Y-%m-%dT%H:%M:%SZ}", *words, who or "-", entry.address or "-", entry.device or "-"
            click.echo(" ".join((str(entry.position), *line)))


@security_log.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@filter_options
@click.option(
    "--format",
    "form",
    type=click.Choice(ExportFormat, case_sensitive=False),
    default=ExportFormat.CSV,
    show_default=True,
    help="格式 / format",
)
def export(file: Path, *, form: ExportFormat, **filters: Any) -> None:
    """导出安全日志；导出本身也会记入。 / Write the log to a new file; that it was exported is on record."""
    wanted = _recorded(SecurityKind.LOG_EXPORT, filters)
    with transaction(read_only=True) as session, file.open("x", encoding=form.encoding, newline="") as stream:
        number = write(all_entries(session, wanted), stream, form)
    click.echo(f"已导出 {number} 条到 {file}。 / {number} entries were written to {file}.")


@security_log.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check(file: Path) -> None:
    """核验导出的安全日志（.csv、.jsonl），不需要数据库。 / Check an exported log; needs no database.

    username 一栏为导出时查得，不在哈希之内，不予核验，认人请看 person_id。不符时退出码为 1。 / The column username is
    looked up at the export, is under no hash and is not checked: go by person_id. Exits with 1 when it does not hold.
    """
    try:
        found = check_export(file)
    except ValueError as error:
        raise click.ClickException(
            f"{file} 不是导出的安全日志，请核对文件：{error} / {file} is no exported security log: {error}"
        ) from error
    if found.broken:
        which, number = ", ".join(found.broken[:SHOWN]), len(found.broken)
        raise click.ClickException(
            f"{number} 条与哈希链不符，请向导出者查问：{which} / {number} entries do not hold: {which}"
        )
    entries, gaps, last = found.entries, found.gaps, f"{found.last or '—'} {found.last_hash or ''}".strip()
    click.echo(f"{entries} 条均与哈希链相符，间断 {gaps} 处；末条及其哈希：{last}")
    click.echo(f"{entries} entries hold, with {gaps} gaps; the last one and its hash: {last}")
    click.echo("username 一栏不在哈希之内，未核验；认人请看 person_id。")
    click.echo("The column username is under no hash and was not checked; go by person_id.")


@security_log.command()
def remove() -> None:
    """清除超过保存期限的日志。 / Remove what is older than DUBAN_SECURITY_LOG_DAYS; the service does so by itself."""
    settings, removed = load_settings(os.environ), 0
    while True:
        with transaction(settings) as session:
            gone = remove_oldest(session, kept=settings.logs.security_kept, now=clock.now(session))
        if not gone:
            break
        removed += gone
    click.echo(f"已清除 {removed} 条。 / {removed} entries were removed.")


def _recorded(kind: SecurityKind, filters: dict[str, Any]) -> SecurityFilter:
    """What the options ask for, put on record before anything is read."""
    username = filters.pop("who")
    with transaction() as session:
        wanted = SecurityFilter(**filters, person_id=existing_person(session, username).id if username else None)
        asked = sorted(name for name in SecurityFilter.__slots__ if getattr(wanted, name) is not None)
        entry = NewSecurityEntry(kind=kind, data={"filters": asked, "by": "command line"})
        record_security(session, entry, now=clock.now(session))
    return wanted
