"""The secret key of the data folder changed for a new one; the one before still opens what it has sealed."""

import secrets
from pathlib import Path

from service.errors import Conflict
from service.settings.files import create_once
from service.settings.former_keys import FILE


def change_secret_key(data_dir: Path) -> None:
    """Make a new key, and put the present one before those that it followed; Conflict `no_key_file` without a file.

    The former is written down first: whenever this is broken off, every process finds the key that it needs.
    """
    file, former = data_dir / "secret.key", data_dir / FILE
    if not file.exists():
        raise Conflict("no_key_file")
    keys = [
        file.read_text(encoding="ascii").strip(),
        *(former.read_text(encoding="ascii").split() if former.exists() else ()),
    ]
    _replace(former, "\n".join(dict.fromkeys(keys)) + "\n")
    _replace(file, secrets.token_hex(32))


def _replace(file: Path, text: str) -> None:
    draft = file.with_name(f".{file.name}.new")
    draft.unlink(missing_ok=True)
    create_once(draft, text)
    draft.replace(file)
