"""The demonstration data, loaded once for each data folder, and DATA/demo-accounts.json."""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click

from demo.rounds import DemoAccount, load_demo
from service.files.store import FolderStore
from service.settings import Settings
from service.setup.installation import is_unused
from service.store import clock
from service.store.transaction import transaction

FILE = "demo-accounts.json"


def load_demo_once(settings: Settings) -> None:
    """Load it into an empty database and write the accounts down; a second time changes nothing.

    The draft is written before the transaction ends and takes its name after it, so that a crash between the two
    leaves neither data without passwords nor passwords without data.
    """
    file = settings.data_dir / FILE
    draft = file.with_name(f".{FILE}.draft")
    with transaction(settings) as session:
        if is_unused(session):
            click.echo("正在载入演示数据…… / Loading the demonstration data …", err=True)
            accounts = load_demo(session, FolderStore(settings.data_dir / "evidence"), now=clock.now(session))
            _write(draft, accounts)
        elif not draft.exists() and not file.exists():
            raise click.ClickException(
                f"{settings.data_dir} 中已有正式数据，不能载入演示数据，请用 --data 指定另一个文件夹。 / "
                f"{settings.data_dir} holds data of its own; name another folder with --data for the demonstration."
            )
    if draft.exists():
        draft.replace(file)


def _write(draft: Path, accounts: Sequence[DemoAccount]) -> None:
    text = json.dumps({"accounts": [asdict(account) for account in accounts]}, ensure_ascii=False, indent=2)
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as writing:
        writing.write(text + "\n")
        writing.flush()
        os.fsync(writing.fileno())
