"""Word files of the old kind (.doc), converted by LibreOffice where it is installed."""

import os
import shutil
import signal
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path, PurePath

from service.errors import InvalidInput, Unavailable
from service.files.office_files import BEGINS_OLD, DOCUMENT, LARGEST
from service.write_lock import refuse_while_writing

WAIT = 60  # seconds: LibreOffice starts slowly
PROGRAMS = ("soffice", "libreoffice")
MACROS = "_VBA_PROJECT".encode("utf-16-le")  # the storage that holds them


def is_legacy(content: bytes, name: str) -> bool:
    """Whether it is a .doc; a .docx that begins with these bytes has a password instead."""
    return content.startswith(BEGINS_OLD) and PurePath(name).suffix.lower() in (".doc", ".dot", ".wps")


def to_docx(content: bytes) -> bytes:
    """The file as .docx; raises InvalidInput on `file`, and Unavailable without LibreOffice."""
    if len(content) > LARGEST:
        raise InvalidInput({"file": "file_too_large"}, megabytes=LARGEST // 1024**2)
    if MACROS in content:
        raise InvalidInput({"file": "file_with_macros"}, format=DOCUMENT.suffix)
    soffice = program()
    if soffice is None:
        raise Unavailable("libreoffice_missing")
    with tempfile.TemporaryDirectory(prefix="duban-") as folder:
        source, made = Path(folder, "notice.doc"), Path(folder, "notice.docx")
        source.write_bytes(content)
        convert(soffice, source, "docx:MS Word 2007 XML")
        if not made.exists():
            raise InvalidInput({"file": "doc_not_converted"})
        return made.read_bytes()


def program() -> str | None:
    """The path of LibreOffice; None where it is not installed."""
    return next((found for name in PROGRAMS if (found := shutil.which(name))), None)


def convert(soffice: str, source: Path, wanted: str) -> None:
    """Convert a file into one beside it; LibreOffice makes none of what it cannot read.

    `wanted` is LibreOffice's name of a format. The profile is a new one, so that neither settings nor an open window
    interfere. Raises InvalidInput on `file` when it takes too long.
    """
    refuse_while_writing("LibreOffice")
    folder = source.parent
    command = [
        *(soffice, "--headless", "--norestore", f"-env:UserInstallation={(folder / 'profile').as_uri()}"),
        *("--convert-to", wanted, "--outdir", str(folder), str(source)),
    ]
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={"PATH": os.environ.get("PATH", os.defpath), "HOME": str(folder)},
        start_new_session=True,
    )
    try:
        process.wait(WAIT)
    except subprocess.TimeoutExpired as error:
        raise InvalidInput({"file": "doc_not_converted"}) from error
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # the program itself is a child of what was started
        process.wait()
