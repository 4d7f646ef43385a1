"""`duban restore`: an office made of a backup, in an empty place."""

import os
from pathlib import Path

import click

from cli.backups.backup import manifest_lines
from cli.backups.hold import held_lines
from cli.backups.options import secret_options, secret_text
from cli.proof.audit import create_embedded_key
from service.backup.restoring import restore
from service.settings import load_settings


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--keep-sessions", is_flag=True, help="不结束已有的登录和令牌 / let sign-ins and tokens hold on")
@secret_options
def restore_(file: Path, *, keep_sessions: bool, key_file: Path | None, passphrase: bool) -> None:
    """从备份恢复到空的数据文件夹或空的数据库。 / Restore a backup into an empty data folder or database.

    恢复后暂停发送，见 duban hold。 / Nothing is sent afterwards until it is released: see duban hold.
    """
    settings = load_settings(os.environ)
    restored = restore(settings, file, secret=secret_text(key_file, ask=passphrase), keep_tokens=keep_sessions)
    create_embedded_key(settings)
    click.echo("已恢复。 / Restored.")
    for line in manifest_lines(restored.head, restored.manifest):
        click.echo(line)
    if not keep_sessions:
        click.echo(f"已结束 {restored.ended} 个登录和令牌。 / {restored.ended} sign-ins and tokens were ended.")
    for line in held_lines(settings):
        click.echo(line)
    click.echo("请执行 duban audit verify 核验。 / Run duban audit verify now.")
