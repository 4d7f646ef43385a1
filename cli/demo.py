"""`duban demo`: the notice's stories on a fast clock, as a timeline."""

import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

import click
from sqlalchemy import event
from sqlalchemy.orm import Session

from demo.history import History, phrase
from demo.stories import Played, outbox, play_stories
from demo.story import Case
from service.audit.verify import verify
from service.files.store import FolderStore
from service.findings.read import seen_finding
from service.store.db import connect, sessions
from service.store.schema import upgrade
from service.wording import day_in_words, word

_DIGITS = "一二三四五六七八九"


@click.command()
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="语言 / language")
@click.option(
    "--keep", type=click.Path(file_okay=False, path_type=Path), help="保存到这个文件夹 / keep the folder here"
)
def demo(*, lang: str, keep: Path | None) -> None:
    """用快进的时钟演示五个督办故事，并打印时间线。 / Play five stories on a fast clock and print their timeline."""
    folder = _empty_folder(keep)
    url = f"sqlite:///{folder / 'duban.db'}"
    upgrade(url)
    engine = connect(url)
    event.listen(engine, "connect", _write_carelessly)
    try:
        played = play_stories(sessions(engine), FolderStore(folder / "evidence"), [outbox(folder / "outbox")], lang)
        with sessions(engine)() as session:
            click.echo("\n".join(_timeline(session, played, lang)))
            click.echo("\n".join(_proof(session, folder / "outbox", lang)))
    finally:
        engine.dispose()


def _write_carelessly(connection: sqlite3.Connection, _record: object) -> None:
    """A folder to throw away need not survive a power cut."""
    connection.execute("PRAGMA synchronous = OFF")


def _empty_folder(keep: Path | None) -> Path:
    if keep is None:
        return Path(tempfile.mkdtemp(prefix="duban-demo-"))
    folder = keep.absolute()
    if folder.exists() and any(folder.iterdir()):
        raise click.ClickException(f"{folder} 不是空文件夹，请换一个。 / {folder} is not empty; name another folder.")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _timeline(session: Session, played: Played, language: str) -> Iterator[str]:
    new, calendar = played.round, played.calendar
    first, exam = (
        day_in_words(calendar.opening(day), language, calendar.zone) for day in (new.starts_on, new.exam_days[0])
    )
    yield ""
    yield new.title
    yield phrase("programme", language, number=new.number, first=first, exam=exam)
    for number, case in enumerate(played.cases.values(), 1):
        yield ""
        ordinal = _DIGITS[number - 1] if language == "zh" else number
        yield phrase("story", language, ordinal=ordinal, title=case.story.title)
        yield from _story(session, case, played, language)


def _story(session: Session, case: Case, played: Played, language: str) -> Iterator[str]:
    actor = played.actors["leadership-1"]
    finding = seen_finding(session, case.finding_id, actor=actor)
    unit, district, severity = finding.organization.name, finding.district.name, word(finding.severity, language)
    yield phrase("unit", language, unit=unit, district=district, severity=severity, number=finding.number)
    yield phrase("problem", language, summary=finding.summary)
    yield phrase("demand", language, requirement=finding.requirement)
    yield phrase("point", language, point=case.story.point)
    yield ""
    history = History.of(session, finding, actor=actor, language=language, zone=played.calendar.zone)
    yield from history.lines()
    yield history.outcome()


def _proof(session: Session, mails: Path, language: str) -> Iterator[str]:
    """That the audit trail holds, and where the mails are; ClickException when it doesn't."""
    if faults := verify(session):
        raise click.ClickException(phrase("broken", language, faults=len(faults)))
    yield ""
    yield phrase("verified", language)
    yield phrase("mails", language, mails=len(list(mails.glob("*.eml"))), folder=mails)
