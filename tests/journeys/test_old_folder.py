"""A data folder of an earlier version: five weeks of an office in the spring of 2021, and what it served then.

`old_folder/folder.tar.xz` was written by version 0.1.0 at its schema v0003; `served.json.xz` holds its answers to
GETs of six people at the folder's last instant. It is upgraded, serves the same, and goes on.
"""

import json
import lzma
import shutil
import tarfile
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import func, select, update

from api.http.context import Resources
from cli.main import main
from service.models import Document, Event
from service.store.db import sessions
from tests.fakes.client import Client
from tests.worlds.http import Clock, make_documents, open_app
from workers.jobs import SWEPT
from workflows.vocabulary import DocumentKind, DocumentStatus

KEPT = Path(__file__).parent / "old_folder"
SERVED: dict[str, Any] = json.loads(lzma.decompress((KEPT / "served.json.xz").read_bytes()))
NOW = datetime.fromisoformat(SERVED["now"])
CALLERS = sorted(SERVED["tokens"])


def command(folder: Path, *words: str) -> str:
    """What `duban` prints; fails unless it ends well."""
    result = CliRunner().invoke(main, words, env={"DUBAN_DATA_DIR": str(folder)})
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture(scope="module")
def upgraded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("old")
    with tarfile.open(KEPT / "folder.tar.xz") as archive:
        archive.extractall(folder, filter="data")
    command(folder, "db", "upgrade")
    return folder


@pytest.fixture
def folder(upgraded: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(upgraded, tmp_path / "data"))


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW)


@pytest.fixture
def app(folder: Path, clock: Clock) -> Iterator[Flask]:
    opened = open_app(f"sqlite:///{folder}/duban.db", folder, clock)
    yield opened
    resources: Resources = opened.extensions["duban"]
    resources.engine.dispose()


def differences(old: Any, new: Any, path: str = "") -> Iterator[str]:
    """Where the new answer does not say what the old one said; it may say more."""
    if isinstance(old, dict) and isinstance(new, dict):
        for name, value in old.items():
            if name == "next_cursor" and value and new.get(name):
                continue  # a feed's is sealed by now; whoever keeps one of before reads from the beginning
            if name in new:
                yield from differences(value, new[name], f"{path}.{name}")
            else:
                yield f"{path}.{name} is missing"
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for place, (one, other) in enumerate(zip(old, new, strict=True)):
            yield from differences(one, other, f"{path}.{place}")
    elif old != new:
        yield f"{path}: {old!r} is now {new!r}"


def test_its_record_is_clean(upgraded: Path) -> None:
    assert command(upgraded, "audit", "verify")


@pytest.mark.parametrize("caller", CALLERS)
def test_everybody_is_served_what_was_served_before(app: Flask, caller: str) -> None:
    client = Client(app, SERVED["tokens"][caller])
    wrong = []
    for path, old in SERVED["answers"][caller].items():
        answer = client.call("GET", path)
        status = old.get("__status", 200)
        body = answer.get_json() if answer.status_code == 200 and status == 200 else {}
        wrong += [f"{path} answers {answer.status_code}"] if answer.status_code != status else []
        wrong += [f"{path}{difference}" for difference in differences(old if status == 200 else {}, body)]
    assert wrong == []
    assert len(SERVED["answers"][caller]) > 20


def test_papers_of_every_kind_that_were_ordered_before_are_made(app: Flask) -> None:
    """One of each kind that waited, after today's templates; what had been made stays as it is."""
    resources: Resources = app.extensions["duban"]
    with sessions(resources.engine).begin() as session:
        papers = session.scalars(select(Document).order_by(Document.requested_at)).all()
        waiting = {paper.kind: paper.id for paper in papers if paper.status is DocumentStatus.QUEUED}
        before = {paper.id: paper.files for paper in papers if paper.status is DocumentStatus.READY}
        rest = update(Document).where(Document.id.not_in(waiting.values()))
        session.execute(rest.values(next_attempt_at=None))
    assert set(waiting) == set(DocumentKind)
    assert make_documents(app) == len(waiting)
    assert outcome(app, waiting.values()) == {(DocumentStatus.READY, None)}
    with sessions(resources.engine).begin() as session:
        kept = session.scalars(select(Document).where(Document.id.in_(before))).all()
        assert {paper.id: paper.files for paper in kept} == before != {}
        again = {paper.kind: paper.id for paper in kept}
        anew = update(Document).where(Document.id.in_(again.values()))
        session.execute(anew.values(status=DocumentStatus.QUEUED, next_attempt_at=NOW))
    assert make_documents(app) == len(again), "what they were made of is still understood"
    assert outcome(app, again.values()) == {(DocumentStatus.READY, None)}


def outcome(app: Flask, ids: Iterable[str]) -> set[tuple[DocumentStatus, str | None]]:
    """What became of papers, each of which has its files."""
    resources: Resources = app.extensions["duban"]
    with sessions(resources.engine)() as session:
        made = session.scalars(select(Document).where(Document.id.in_(list(ids)))).all()
        assert all(paper.files for paper in made)
        return {(paper.status, paper.error) for paper in made}


def test_the_season_goes_on_and_the_record_stays_clean(app: Flask, folder: Path, clock: Clock) -> None:
    university = Client(app, SERVED["tokens"]["university-05"])
    resources: Resources = app.extensions["duban"]
    with sessions(resources.engine)() as session:
        before = session.scalar(select(func.count(Event.id))) or 0
        for _ in range(14):
            clock.at += timedelta(days=1)
            for sweep in SWEPT:
                sweep.batch(session, now=clock.at, limit=1000)
        assert (session.scalar(select(func.count(Event.id))) or 0) > before
        session.commit()
    waiting = [one for one in university.items("/findings") if "submit" in one["allowed_moves"]]
    piece = university.upload()["id"]
    for one in waiting:
        body = {"measures": "已整改到位。", "evidence_ids": [piece]}
        university.post(f"/findings/{one['id']}/submissions", body)
    assert waiting
    for report in university.items("/reports"):
        university.get(f"/reports/{report['id']}")
    command(folder, "audit", "verify")
