"""`duban ledger`: findings to Excel, and from Excel."""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import reduce
from pathlib import Path
from typing import Any, BinaryIO

import click
from sqlalchemy.orm import Session

from cli.errors import in_both_languages
from cli.param_types import Instant, in_zone
from cli.people import existing_person
from service.errors import InvalidInput
from service.findings.list import FindingFilter
from service.ledger.export import LedgerOrder, write_ledger
from service.ledger.filters import filter_by_names
from service.ledger_import import MOST_LISTED, Imported, everywhere, import_ledger, write_template
from service.people.callers import caller_of
from service.rounds.rulebooks import calendar_in_force
from service.store import clock
from service.store.transaction import transaction
from workflows.findings.facts import Actor
from workflows.vocabulary import LAST_LEVEL, Light, Role, Severity, State

FILE = click.Path(dir_okay=False, path_type=Path)
LANGUAGE = click.option(
    "--language", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="语言 / language"
)
UNRESTRICTED = Actor(Role.LEADERSHIP)  # who sits at the machine can read the database anyway

FILTERS: tuple[Callable[[Any], Any], ...] = (
    click.option("--round", "round_", metavar="NUMBER", help="督查轮次编号 / number of the round"),
    click.option("--district", metavar="NAME", help="区县招考机构 / name of the district office"),
    click.option("--unit", metavar="NAME", help="责任单位 / name of the unit"),
    click.option("--item", metavar="NUMBER", help="督查内容编号，如 1-12 / number of the checklist item"),
    click.option("--sheet", metavar="NUMBER", help="督查表编号，如 2021-35-督0001 / number of the sheet"),
    click.option("--state", type=click.Choice(State, case_sensitive=False), help="状态 / state"),
    click.option("--severity", type=click.Choice(Severity, case_sensitive=False), help="问题等级 / severity"),
    click.option("--light", type=click.Choice(Light, case_sensitive=False), help="灯 / light"),
    click.option("--level", "escalation_level", type=click.IntRange(0, LAST_LEVEL), help="上报层级 / level"),
    click.option("--awaiting-review/--not-awaiting-review", default=None, help="待复查 / awaiting review"),
    click.option("--proposed/--not-proposed", default=None, help="系统拟列 / proposed by the system"),
    click.option("--deadline-before", type=Instant(), help="整改期限早于 / deadline before"),
    click.option("--deadline-after", type=Instant(), help="整改期限晚于 / deadline after"),
    click.option("--q", metavar="WORDS", help="编号、问题、情况或地点含有 / words within"),
    click.option("--voided", is_flag=True, help="只列已作废的 / those that were voided"),
)


def filter_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The command with an option for each filter of the list of findings."""
    return reduce(lambda decorated, option: option(decorated), reversed(FILTERS), command)


@click.group()
def ledger() -> None:
    """整改台账。 / The ledger of findings."""


@ledger.command()
@click.argument("file", type=FILE)
@filter_options
@click.option("--sheet-per-district", is_flag=True, help="每个区县一个工作表 / a sheet for each district")
@LANGUAGE
@click.option("--as", "username", help="按此人的权限导出；不填则导出全部 / as this person sees it; all of it without")
def export(file: Path, *, sheet_per_district: bool, language: str, username: str | None, **filters: Any) -> None:
    """把符合条件的问题导出为 Excel 台账。 / Write the findings that are asked for to an Excel file."""
    with transaction(read_only=True) as session, _written_whole(file) as stream:
        order = LedgerOrder(_filter_of(session, filters), language, sheet_per_district)
        actor = caller_of(session, existing_person(session, username)).actor if username else UNRESTRICTED
        number = write_ledger(session, stream, order, actor=actor, now=clock.now(session))
    click.echo(f"已导出 {number} 条到 {file}。 / {number} findings were written to {file}.")


@ledger.command()
@click.argument("file", type=FILE)
@LANGUAGE
@click.option("--as", "username", help="只列此人可登记的单位 / with the units of this person alone")
def template(file: Path, *, language: str, username: str | None) -> None:
    """写出导入模板。 / Write the table that findings are imported from."""
    with transaction(read_only=True) as session, _written_whole(file) as stream:
        actor = caller_of(session, existing_person(session, username)).actor if username else everywhere(session)
        write_template(session, stream, actor=actor, now=clock.now(session), language=language)
    click.echo(f"模板已写到 {file}。 / The template is in {file}.")


@ledger.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--as", "username", required=True, help="以此人名义登记 / who logs them")
@click.option("--dry-run", is_flag=True, help="只检查，不作改动 / say what would happen, change nothing")
def import_(file: Path, *, username: str, dry_run: bool) -> None:
    """从 Excel 表导入问题，要么全部，要么都不导入。 / Import findings from an Excel table, all of them or none."""
    with transaction() as session, file.open("rb") as stream:
        actor = caller_of(session, existing_person(session, username)).actor
        done = import_ledger(session, stream, actor=actor, now=clock.now(session), dry_run=dry_run)
    if done.faults:
        raise click.ClickException(_faults(done))
    click.echo(_summary(done))


def _filter_of(session: Session, options: dict[str, Any]) -> FindingFilter:
    """The filter of the options; instants without an offset are meant in the round's zone."""
    zone = calendar_in_force(session).zone
    instants = {name: in_zone(at, zone) for name in ("deadline_before", "deadline_after") if (at := options[name])}
    return filter_by_names(session, **{**options, **instants})


@contextmanager
def _written_whole(file: Path) -> Iterator[BinaryIO]:
    """A stream whose content replaces the file at the end; the file stays as it was when an exception ends it."""
    try:
        descriptor, name = tempfile.mkstemp(dir=file.absolute().parent, prefix=f".{file.name}.")
        try:
            with os.fdopen(descriptor, "w+b") as stream:
                yield stream
            Path(name).replace(file)
        finally:
            Path(name).unlink(missing_ok=True)
    except OSError as error:
        raise click.ClickException(
            f"无法写入 {file}（{error.strerror}），请换一个位置或清理空间。 / "
            f"{file} cannot be written ({error.strerror}); choose another place or make room."
        ) from error


def _summary(done: Imported) -> str:
    zh, en = ("试运行：将", "Dry run: ") if done.dry_run else ("已", "")
    return (
        f"{zh}新登记 {done.added} 条，更正 {done.updated} 条，{done.unchanged} 条未变。 / "
        f"{en}{done.added} findings added, {done.updated} corrected, {done.unchanged} unchanged."
    )


def _faults(done: Imported) -> str:
    lines = [
        f"{fault.address}（{fault.column}）：{in_both_languages(fault.code, InvalidInput({}))}"
        for fault in done.faults[:MOST_LISTED]
    ]
    if more := len(done.faults) - len(lines):
        lines.append(f"另有 {more} 处。 / {more} more.")
    return "没有导入任何问题： / nothing was imported:\n" + "\n".join(lines)
