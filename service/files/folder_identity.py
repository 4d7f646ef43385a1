"""Which data folder this is: processes of one office share it, and files that one writes the others must find."""

import secrets
from contextlib import suppress
from pathlib import Path

from service.settings.files import create_once

FILE = "folder.id"


def folder_identity(data_dir: Path) -> str | None:
    """The same on every host that has this folder, another in a copy of it; None where it cannot be told.

    A random text that lies in the folder, and the number under which the file system keeps it: a file server tells all
    hosts the same number, and a copy has another.
    """
    file = data_dir / FILE
    with suppress(OSError, UnicodeDecodeError):
        if not file.exists():
            create_once(file, secrets.token_hex(8))
        return f"{file.read_text(encoding='ascii').strip()[:32]}-{file.stat().st_ino}"
    return None
