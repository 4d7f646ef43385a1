"""What the doctor finds wrong, for tests."""

import re

from sqlalchemy.orm import Session

from service.doctor.doctor import Check, Status, examine
from service.files.store import FolderStore
from tests.worlds.rows import NOW

CHINESE = re.compile(r"[\u4e00-\u9fff]")


class Ailments:
    """What the doctor finds wrong, by name."""

    def __init__(self, session: Session, store: FolderStore) -> None:
        self.session, self.store = session, store

    def __call__(self) -> dict[str, Check]:
        self.session.flush()
        checks = examine(self.session, store=self.store, now=NOW)
        for check in checks:
            assert CHINESE.search(check.sentence("zh"))
            assert check.sentence("en").isprintable()
        return {check.name: check for check in checks if check.status is not Status.OK}

    def only(self, name: str, status: Status) -> str:
        found = self()
        assert set(found) == {name}, found
        assert found[name].status is status
        return found[name].sentence("zh")
