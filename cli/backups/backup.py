"""`duban backup`: the office into a file, what files hold, and old ones removed by rule."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from cli.backups.options import secret_options, secret_text
from cli.text_tables import table
from service.backup.checking import checked
from service.backup.head import Head, heads_in
from service.backup.making import Backup, make_backup
from service.backup.pruning import USUAL, Pruned, Rule, prune
from service.backup.record import record_backup
from service.settings import load_settings
from service.store import clock
from service.store.transaction import transaction

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
HEADINGS = ("时间 made", "大小 bytes", "数据库 database", "版本 version", "加密 encrypted", "文件 file")


class FileOrCommand(click.Group):
    """A group whose first word may be a file: then it is the one that makes a backup."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the command's name before what is none."""
        if args and args[0] not in (*self.commands, *ctx.help_option_names):
            args = ["make", *args]
        return super().parse_args(ctx, args)


@click.group(cls=FileOrCommand, subcommand_metavar="FILE | COMMAND [ARGS]...")
def backup() -> None:
    """备份正在运行的系统：duban backup 文件。 / Back up the running office: duban backup FILE.

    数据库、佐证材料、公文和本单位的设置，同一时刻，写好后即读回核对；给出文件夹则自动命名。
    Database, evidence, papers and the office's own files, of one moment, read back when written; in a folder: named.
    """


@backup.command(hidden=True)
@click.argument("target", metavar="FILE", type=click.Path(path_type=Path))
@secret_options
@click.option("--with-keys", is_flag=True, help="连同私钥，须加密 / with the secret keys; needs encryption")
def make(target: Path, *, key_file: Path | None, passphrase: bool, with_keys: bool) -> None:
    """备份。 / Make a backup."""
    settings = load_settings(os.environ)
    secret = secret_text(key_file, ask=passphrase, new=True)
    with transaction(settings, read_only=True) as session:
        now = clock.now(session)
    path = target / f"duban-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}.backup" if target.is_dir() else target
    made = make_backup(settings, path, now=now, secret=secret, with_keys=with_keys)
    with transaction(settings) as session:
        record_backup(session, made, now=clock.now(session))
    _print_made(made)


@backup.command("list")
@click.argument("folder", type=FOLDER)
def list_(folder: Path) -> None:
    """列出文件夹中的备份，不读内容。 / List the backups of a folder by their heads."""
    found = heads_in(folder)
    if not found:
        click.echo("没有备份。 / There is no backup.")
        return
    click.echo(table(HEADINGS, [_row(path, head) for path, head in found]))


@backup.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@secret_options
def show(file: Path, *, key_file: Path | None, passphrase: bool) -> None:
    """通读一份备份，核对后显示内容。 / Read a backup through, check it, and say what it holds."""
    head, manifest = checked(file, secret_text(key_file, ask=passphrase), room=file.parent)
    click.echo("备份完整。 / The backup is whole.")
    for line in manifest_lines(head, manifest):
        click.echo(line)


@backup.command("prune")
@click.argument("folder", type=FOLDER)
@click.option("--keep-daily", default=USUAL.daily, show_default=True, type=click.IntRange(0), help="天 / days")
@click.option("--keep-weekly", default=USUAL.weekly, show_default=True, type=click.IntRange(0), help="周 / weeks")
@click.option("--keep-monthly", default=USUAL.monthly, show_default=True, type=click.IntRange(0), help="月 / months")
@click.option("--dry-run", is_flag=True, help="只列出，不删除 / only show what would be removed")
@secret_options
def prune_(
    folder: Path,
    *,
    keep_daily: int,
    keep_weekly: int,
    keep_monthly: int,
    dry_run: bool,
    key_file: Path | None,
    passphrase: bool,
) -> None:
    """按天、周、月各留最新的若干份，删除其余。 / Keep the newest of so many days, weeks, months; remove the rest.

    先通读最新的一份；没有一份完整的，就一份也不删。 / The newest is read through first; without a whole one all stay.
    """
    rule = Rule(daily=keep_daily, weekly=keep_weekly, monthly=keep_monthly)
    pruned = prune(folder, rule, secret=secret_text(key_file, ask=passphrase), dry_run=dry_run)
    _print_pruned(pruned, dry_run=dry_run)
    if pruned.bad:
        raise click.ClickException("有备份不完整，请尽快重新备份。 / Some are not whole: make a new backup soon.")


def manifest_lines(head: Head, manifest: dict[str, Any]) -> list[str]:
    """What a backup holds and what not."""
    tables, files, lost = manifest["tables"], manifest["files"], manifest["lost"]
    rows = sum(tables.values())
    lines = [
        f"时间 made at: {datetime.fromisoformat(head.made_at).astimezone():%Y-%m-%d %H:%M:%S %z}",
        f"程序 version: {head.version}，数据库结构 schema: {head.schema}，{head.database}",
        f"数据行 rows: {rows}，问题 findings: {tables['findings']}，人员 people: {tables['people']}",
        f"佐证材料 evidence: {files['evidence']}，公文 papers: {files['documents']}，设置 own: {len(files['own'])}",
    ]
    lines += [f"缺少 lost {kind}: {sha256}" for kind, hashes in lost.items() for sha256 in hashes]
    return [*lines, *(f"不含 left out: {what}" for what in manifest["left_out"])]


def _row(path: Path, head: Head) -> tuple[str, ...]:
    made_at = f"{head.at.astimezone():%Y-%m-%d %H:%M:%S}"
    size = str(path.stat().st_size)
    return (made_at, size, head.database, head.version, "是 yes" if head.lock else "否 no", path.name)


def _print_made(made: Backup) -> None:
    click.echo(f"已备份并读回核对： / Backed up and read back: {made.path} ({made.size} bytes)")
    if made.head.lock is None:
        click.echo("备份未加密，请妥善保管。 / The backup is not encrypted: keep it where only administrators come.")
    if made.lost:
        raise click.ClickException(
            f"{len(made.lost)} 份佐证材料丢失或被改动，未能备份，请执行 duban audit verify。 / "
            f"{len(made.lost)} pieces of evidence were lost or exchanged and are not in it: run duban audit verify."
        )


def _print_pruned(pruned: Pruned, *, dry_run: bool) -> None:
    done = "将删除 would remove" if dry_run else "已删除 removed"
    for words, paths in ((done, pruned.removed), ("保留 kept", pruned.kept), ("不完整 not whole", pruned.bad)):
        for path in paths:
            click.echo(f"{words}: {path.name}")
