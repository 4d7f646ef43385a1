"""`duban secret-key`: the secret key changed, and what is encrypted encrypted with the new one."""

import os

import click

from cli.proof.on_record import put_on_record
from service.people.access.second_factor import seal_anew
from service.settings import load_settings
from service.setup.secret_keys import change_secret_key
from service.store.transaction import transaction
from workflows.security import SecurityKind


@click.group("secret-key")
def secret_key() -> None:
    """更换密钥（DUBAN_SECRET_KEY）。 / The secret key."""


@secret_key.command()
def change() -> None:
    """更换数据文件夹中的密钥；原密钥留作解密。 / Change the key in the data folder; the former one still opens.

    密钥写在设置中的，请自行更换：新的写入 DUBAN_SECRET_KEY，原来的写入 DUBAN_SECRET_KEY_FORMER。
    Where settings name the key, change them: the new one in DUBAN_SECRET_KEY, the former in DUBAN_SECRET_KEY_FORMER.
    """
    settings = load_settings(os.environ)
    if "DUBAN_SECRET_KEY" in os.environ or "DUBAN_SECRET_KEY_FILE" in os.environ:
        raise click.ClickException(
            "密钥由设置给出，请在那里更换，并把原来的写入 DUBAN_SECRET_KEY_FORMER。 / "
            "Settings name the key: change it there, and put the former one into DUBAN_SECRET_KEY_FORMER."
        )
    change_secret_key(settings.data_dir)
    put_on_record(SecurityKind.SETTING, settings=settings, changed="secret_key")
    click.echo(
        "密钥已更换。请重启各进程，再执行 duban secret-key renew。 / "
        "The key is changed: restart all processes, then run duban secret-key renew."
    )


@secret_key.command()
def renew() -> None:
    """把原密钥加密的内容改用现密钥加密。 / Encrypt with the present key what a former one has encrypted."""
    settings = load_settings(os.environ)
    with transaction(settings) as session:
        renewed = seal_anew(session, secret_keys=settings.secret_keys)
    put_on_record(SecurityKind.SETTING, settings=settings, renewed="secret_key", count=renewed)
    click.echo(
        f"{renewed} 项已改用现密钥加密；三十天后可删去原密钥。 / "
        f"{renewed} things are encrypted with the present key; after thirty days the former one may go."
    )
