"""An office with rows of nearly every kind and files to them, and empty places to restore it in."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import Engine

from service.audit.checkpoints import BOOKS, checkpoint
from service.audit.files import file_faults
from service.audit.notes.keys import create_key
from service.audit.verify import verify
from service.backup.office_files import store_of
from service.settings import Settings
from service.store.db import connect, sessions
from tests.functional.scope_objects import build_objects
from tests.worlds.http import World, make_documents, open_world

SECRET = "四月八日的考试-0408-密钥"
OWN_TEMPLATE = "close_out_slip.docx"


@dataclass(slots=True)
class Office:
    """The office, and what makes an empty place of the same kind of database."""

    world: World
    empty_url: Callable[[Path], str]

    @property
    def settings(self) -> Settings:
        return self.world.resources.settings

    def empty(self, folder: Path) -> Settings:
        """The settings of an empty place below a folder."""
        data = folder / "elsewhere"
        data.mkdir()
        return replace(self.settings, data_dir=data, database_url=self.empty_url(data))


def open_office(url: str, folder: Path, empty_url: Callable[[Path], str]) -> Office:
    """Build it in an empty database of the newest schema."""
    folder.mkdir(exist_ok=True)
    world = open_world(url, folder)
    build_objects(world)
    make_documents(world.app)
    (folder / "words.toml").write_text('committee = "市招生考试委员会"\n', "utf-8")
    (folder / "templates").mkdir()
    (folder / "templates" / OWN_TEMPLATE).write_bytes(b"the office's own")
    create_key(world.resources.settings.checkpoint_key)
    with world.session() as session:
        for book in BOOKS:
            checkpoint(session, now=world.clock.at, book=book)
        session.commit()
    return Office(world, empty_url)


def opened(settings: Settings) -> Engine:
    """The engine of an office's database."""
    return connect(settings.database_url)


def faults_of(settings: Settings) -> list[object]:
    """What the audit finds wrong with rows and files."""
    engine = opened(settings)
    stores = (store_of(settings, name) for name in ("evidence", "documents"))
    with sessions(engine)() as session:
        found: list[object] = [*verify(session), *file_faults(session, *stores)]
    engine.dispose()
    return found


def files_of(settings: Settings) -> dict[str, bytes]:
    """Every stored file, and what is the office's own, by its place within the data folder."""
    folders = ("evidence", "documents", "templates")
    files = [file for folder in folders for file in (settings.data_dir / folder).rglob("*") if file.is_file()]
    files += [settings.data_dir / "words.toml"]
    found = {str(file.relative_to(settings.data_dir)): file.read_bytes() for file in files}
    return {name: content for name, content in found.items() if not name.endswith("/lock")}
