"""`duban demo`: the notice's stories on a fast clock, as a timeline."""

import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from demo.stories import STORIES, Show
from demo.theatre import outbox, play, words
from demo.timeline import Timeline, phrase
from service.audit.verify import verify
from service.files.store import FolderStore
from service.findings.read import seen_finding
from service.store.db import connect, sessions
from service.store.schema import upgrade
from service.wording import today, word

_DIGITS = "一二三四五六七八九"


@click.command()
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="语言 / language")
@click.option(
    "--keep", type=click.Path(file_okay=False, path_type=Path), help="保存到这个文件夹 / keep the folder here"
)
def demo(*, lang: str, keep: Path | None) -> None:
    """用快进的时钟演示五个督办故事，并打印时间线。 / Play five stories on a fast clock and print their timeline."""
    folder = _folder(keep)
    url = f"sqlite:///{folder / 'duban.db'}"
    upgrade(url)
    engine = connect(url)
    event.listen(engine, "connect", _careless)
    try:
        show = play(sessions(engine), FolderStore(folder / "evidence"), [outbox(folder / "outbox")], lang)
        click.echo("\n".join(_programme(engine, show, lang)))
        click.echo("\n".join(_close(engine, folder, lang)))
    finally:
        engine.dispose()


def _careless(connection: sqlite3.Connection, _record: object) -> None:
    """A folder to throw away need not survive a power cut."""
    connection.execute("PRAGMA synchronous = OFF")


def _folder(keep: Path | None) -> Path:
    if keep is None:
        return Path(tempfile.mkdtemp(prefix="duban-demo-"))
    folder = keep.absolute()
    if folder.exists() and any(folder.iterdir()):
        raise click.ClickException(f"{folder} 不是空文件夹，请换一个。 / {folder} is not empty; name another folder.")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _programme(engine: Engine, show: Show, language: str) -> Iterator[str]:
    said = words("round", language)
    first, last = (today(show.at(*day), language, show.calendar.zone) for day in ((4, 7, 9), (6, 6, 9)))
    yield ""
    yield said["title"]
    yield phrase("programme", language, number=said["number"], first=first, exam=last)
    with sessions(engine)() as session:
        for place, story in enumerate(STORIES, 1):
            yield from _story(session, show, story.__name__, place, language)


def _story(session: Session, show: Show, name: str, place: int, language: str) -> Iterator[str]:
    texts = words(name, language)
    actor = show.actors["leadership-1"]
    finding = seen_finding(session, show.findings[name], actor=actor)
    timeline = Timeline.of(session, finding, actor=actor, language=language, zone=show.calendar.zone)
    yield ""
    yield phrase("story", language, ordinal=_DIGITS[place - 1] if language == "zh" else place, title=texts["title"])
    yield from _heading(finding, texts["point"], language)
    yield ""
    yield from timeline.lines()
    yield timeline.outcome()


def _heading(finding: Any, point: str, language: str) -> Iterator[str]:
    severity = word(finding.severity, language)
    unit, district = finding.organization.name, finding.district.name
    yield phrase("unit", language, unit=unit, district=district, severity=severity, number=finding.number)
    yield phrase("problem", language, summary=finding.summary)
    yield phrase("demand", language, requirement=finding.requirement)
    yield phrase("point", language, point=point)


def _close(engine: Engine, folder: Path, language: str) -> Sequence[str]:
    with sessions(engine)() as session:
        faults = verify(session)
    if faults:
        raise click.ClickException(phrase("broken", language, faults=len(faults)))
    mails = len(list((folder / "outbox").glob("*.eml")))
    return ["", phrase("verified", language), phrase("mails", language, mails=mails, folder=folder / "outbox")]
