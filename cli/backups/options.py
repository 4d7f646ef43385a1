"""How the secret of a backup is given: in a file, or typed."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

_FILE = click.option(
    "--key-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="密钥文件 / file with the secret that encrypts it",
)
_PASSPHRASE = click.option("--passphrase", is_flag=True, help="输入口令 / type a passphrase instead")


def secret_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The command with `--key-file` and `--passphrase`."""
    return _FILE(_PASSPHRASE(command))


def secret_text(key_file: Path | None, *, ask: bool, new: bool = False) -> str | None:
    """The secret; none without either. A new passphrase is typed twice."""
    if key_file is not None and ask:
        raise click.ClickException(
            "请在 --key-file 与 --passphrase 中选一个。 / Choose one of --key-file and --passphrase."
        )
    if ask:
        return str(click.prompt("口令 / passphrase", hide_input=True, confirmation_prompt=new))
    if key_file is None:
        return None
    try:
        return key_file.read_text(encoding="utf-8").strip()
    except UnicodeDecodeError as error:
        raise click.ClickException(
            f"{key_file} 不是文本，请用 openssl rand -hex 32 生成密钥。 / "
            f"{key_file} is no text; make a key with: openssl rand -hex 32"
        ) from error
