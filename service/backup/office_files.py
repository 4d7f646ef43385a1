"""The files of an office beside its database: evidence, papers, and what it has of its own."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from service.audit.notes.keys import public_file
from service.backup.archive import ArchiveWriter
from service.errors import Unavailable
from service.files.store import FolderStore
from service.settings import Settings
from service.settings.former_keys import FILE as FORMER_KEYS
from service.wording.names import FILE as NAMES

STORES = ("evidence", "documents")  # folders of the data folder
OWN = "office/"  # members with what is the office's own
TEMPLATES = "templates"
PUBLIC_KEYS = "checkpoint.key.pub"
KEYS = ("secret.key", FORMER_KEYS, "checkpoint.key")


class OfficeFile(NamedTuple):
    """A file of the office's own: its name within the backup, and where it lies."""

    name: str
    path: Path


def store_of(settings: Settings, name: str) -> FolderStore:
    """The store of evidence or of documents."""
    return FolderStore(settings.data_dir / name)


def write_stored(archive: ArchiveWriter, store: FolderStore, name: str, hashes: list[str]) -> list[str]:
    """Put the files with these hashes into the backup, each found to be what was put; returns those that are not."""
    lost = []
    for sha256 in hashes:
        try:
            file = store.open(sha256)
        except Unavailable:
            lost.append(sha256)
            continue
        with file:
            archive.add(f"{name}/{sha256[:2]}/{sha256[2:4]}/{sha256}", os.fstat(file.fileno()).st_size, file)
    return lost


def write_own(archive: ArchiveWriter, settings: Settings, *, with_keys: bool) -> list[str]:
    """Put in what is the office's own: names, templates, public keys, and the secret ones if wanted; their names."""
    files = [file for file in own_files(settings) if with_keys or file.path.name not in KEYS]
    for name, path in files:
        archive.add_bytes(OWN + name, path.read_bytes())
    return [file.name for file in files]


def own_files(settings: Settings) -> Iterator[OfficeFile]:
    """The office's own files that are there."""
    keys = settings.checkpoint_key
    places = {
        NAMES: settings.data_dir / NAMES,
        PUBLIC_KEYS: public_file(keys),
        "checkpoint.key": keys,
        "secret.key": settings.data_dir / "secret.key",
        FORMER_KEYS: settings.data_dir / FORMER_KEYS,
    }
    yield from (OfficeFile(name, path) for name, path in places.items() if path.is_file())
    for path in sorted((settings.data_dir / TEMPLATES).glob("*.docx")):
        yield OfficeFile(f"{TEMPLATES}/{path.name}", path)


def place_of(settings: Settings, name: str) -> Path:
    """Where a file of that name within a backup belongs."""
    if name == PUBLIC_KEYS:
        return public_file(settings.checkpoint_key)
    return settings.checkpoint_key if name == "checkpoint.key" else settings.data_dir / name
