"""`duban audit`: proof that events, and the rows that follow from them, are unchanged; the key of checkpoints."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from sqlalchemy import make_url

from cli.proof.on_record import put_on_record
from service.audit.faults import Fault
from service.audit.files import file_faults
from service.audit.notes.against import kept_in_database, note_faults
from service.audit.notes.folder import Filed, read_notes
from service.audit.notes.keys import (
    BadKey,
    PublicKey,
    change_key,
    create_key,
    public_file,
    public_keys,
    read_key,
    trusted_keys,
)
from service.audit.verify import verify
from service.doctor.doctor import LOOKED_AT_FOR, Status
from service.doctor.storage import check_integrity
from service.errors import Unavailable
from service.files.store import FolderStore
from service.settings import Settings, load_settings
from service.store.db import connect, see_one_moment
from service.store.transaction import transaction
from service.wording.texts import written
from workflows.security import SecurityKind, SecurityOutcome

NO_KEY = (
    "没有公钥，无法核对签名校验点：请用 --key 给出公钥文件，或在签名的主机上运行。 / "
    "There is no public key to check signed checkpoints with: name its file with --key, or run this where "
    "they are signed."
)


@click.group()
def audit() -> None:
    """审计记录。 / The audit trail."""


@audit.command("verify")
@click.option(
    "--against",
    type=click.Path(exists=True, path_type=Path),
    help="与存于别处的签名校验点核对 / hold against signed checkpoints: file or folder  [DUBAN_CHECKPOINT_DIR]",
)
@click.option("--key", "keys", multiple=True, help="公钥或公钥文件，可多次 / public key or its file; repeatable")
@click.option("--quick", is_flag=True, help="只看文件是否都在，不读内容 / see that files are there, do not read them")
def verify_(*, against: Path | None, keys: Sequence[str], quick: bool) -> None:
    """核验全部记录、数据和文件是否完整、未被改动。 / Prove that no event, row or file was changed."""
    settings = load_settings(os.environ)
    trusted = _keys(settings, keys)
    filed = _filed(settings, against)
    stores = (FolderStore(settings.data_dir / name) for name in ("evidence", "documents"))
    _require_whole_pages(settings)
    with transaction(settings, read_only=True) as session:
        see_one_moment(session)
        faults = [*verify(session), *file_faults(session, *stores, quick=quick)]
        if trusted:
            faults += note_faults(session, filed, trusted)
        elif filed or any(True for _ in kept_in_database(session)):
            raise click.ClickException(NO_KEY)
    outcome = SecurityOutcome.FAILURE if faults else SecurityOutcome.SUCCESS
    put_on_record(SecurityKind.AUDIT, settings=settings, outcome=outcome, faults=len(faults), notes=len(filed))
    if not faults:
        click.echo("操作记录完整，未被改动，现有内容与之相符。 / Every event is whole, and what is served agrees.")
        if filed:
            number = len(filed)
            click.echo(f"与 {number} 份签名校验点相符。 / It fits {number} signed checkpoints.")
        return
    for fault in faults:
        click.echo(_sentence(fault))
    number = len(faults)
    raise click.ClickException(
        f"操作记录有 {number} 处不符，请保全数据库并与备份核对。 / "
        f"The trail is broken in {number} places; secure the database and compare it with a backup."
    )


@audit.command("key")
@click.option("--create", is_flag=True, help="没有密钥时生成 / make the key when there is none")
@click.option("--change", is_flag=True, help="换成新的密钥 / put a new key in place of the present one")
def key_(*, create: bool, change: bool) -> None:
    """显示核对签名校验点所用的公钥。 / Show the public keys that signed checkpoints are checked with."""
    settings = load_settings(os.environ)
    if create:
        create_signing_key(settings)
    if change:
        _change_signing_key(settings)
    keys = _keys(settings, ())
    if not keys:
        raise click.ClickException(
            f"{settings.checkpoint_key} 不存在，请用 duban audit key --create 生成。 / "
            f"{settings.checkpoint_key} is not there; make it with duban audit key --create."
        )
    for key in keys:
        click.echo(f"{key.line}\n{key.pem}")


def create_signing_key(settings: Settings) -> None:
    """Make the key that signs checkpoints unless it is there; ClickException when it cannot be made or used."""
    try:
        create_key(settings.checkpoint_key)
    except (OSError, BadKey) as error:
        raise _unusable(settings.checkpoint_key, error) from error


def _change_signing_key(settings: Settings) -> None:
    file = settings.checkpoint_key
    try:
        if not file.exists():
            raise click.ClickException(
                f"{file} 不存在，请用 --create 生成。 / {file} is not there; make it with --create."
            )
        former, present = read_key(file).public.id, change_key(file).public.id
    except (OSError, BadKey) as error:
        raise _unusable(file, error) from error
    put_on_record(SecurityKind.SETTING, settings=settings, checkpoint_key=present, former=former)


def create_embedded_key(settings: Settings) -> None:
    """The same where one machine holds everything; where servers are apart, an administrator says where it lies."""
    if make_url(settings.database_url).get_backend_name() == "sqlite":
        create_signing_key(settings)


def _require_whole_pages(settings: Settings) -> None:
    """Raise Unavailable for an SQLite file that is damaged, though it be where no event lies."""
    engine = connect(settings.database_url)
    try:
        if check_integrity(engine, within=LOOKED_AT_FOR).status is not Status.OK:
            raise Unavailable("database_damaged")
    finally:
        engine.dispose()


def _filed(settings: Settings, against: Path | None) -> list[Filed]:
    if against is None and not settings.checkpoint_dir.is_dir():
        return []
    path = against or settings.checkpoint_dir
    try:
        filed = list(read_notes(path))
    except OSError as error:
        raise _unusable(path, error) from error
    if against and not filed:
        raise click.ClickException(
            f"{path} 中没有签名校验点，请给出导出的文件或文件夹。 / "
            f"There is no signed checkpoint in {path}; name a file or folder that they were exported to."
        )
    return filed


def _keys(settings: Settings, given: Sequence[str]) -> list[PublicKey]:
    path: str | Path = public_file(settings.checkpoint_key)
    try:
        if not given:
            return trusted_keys(settings.checkpoint_key)
        texts = [Path(path).read_text(encoding="utf-8") if Path(path := one).is_file() else one for one in given]
        return [key for text in texts for key in public_keys(text)]
    except (OSError, BadKey, UnicodeDecodeError) as error:
        raise _unusable(path, error) from error


def _unusable(path: str | Path, error: Exception) -> click.ClickException:
    return click.ClickException(
        f"{path} 不能使用（{error}），请检查内容和权限。 / {path} cannot be used ({error}); look at content and rights."
    )


def _sentence(fault: Fault) -> str:
    first, last = fault.entries or (None, None)
    blanks: dict[str, Any] = {
        "finding": fault.number or fault.finding_id,
        "subject": fault.subject_id,
        "position": fault.position,
        "field": fault.field,
        "checkpoint": fault.checkpoint,
        "note": fault.note,
        "at": f"{fault.at:%Y-%m-%d %H:%M:%S} UTC" if fault.at else None,
        "place": fault.place,
        "signer": fault.key,
        "first": first,
        "last": last,
    }
    return " / ".join(written("audit", fault.kind, language, **blanks) for language in ("zh", "en"))
