"""`duban ledger`: findings to Excel, and from Excel."""

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import reduce
from pathlib import Path
from typing import Any, BinaryIO

import click
from sqlalchemy.orm import Session

from cli.accounts import existing_person
from cli.errors import in_both_languages
from cli.param_types import Instant, in_zone
from cli.proof.on_record import put_on_record
from service.errors import InvalidInput
from service.findings.list import FindingFilter
from service.ledger.export import LedgerOrder, write_ledger
from service.ledger.filters import filter_by_names
from service.ledger_import import (
    MOST_LISTED,
    CellFault,
    Imported,
    everywhere,
    import_ledger,
    outcome,
    prepare_import,
    read_table,
    write_template,
)
from service.people.callers import caller_of
from service.rounds.current import round_numbered
from service.rounds.rulebooks import calendar_in_force
from service.store import clock
from service.store.transaction import transaction
from workflows.findings.facts import Actor
from workflows.security import SecurityKind
from workflows.vocabulary import LAST_LEVEL, Light, Origin, Role, Severity, State

FILE = click.Path(dir_okay=False, path_type=Path)
LANGUAGE = click.option(
    "--language", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="语言 / language"
)
UNRESTRICTED = Actor(Role.LEADERSHIP)  # who sits at the machine can read the database anyway


def _any_of(*names: str, help: str, **options: Any) -> Callable[[Any], Any]:  # noqa: A002 - click's word
    """An option that may be given several times: a finding with any of its values is meant."""
    return click.option(*names, multiple=True, help=f"{help}（可重复 / repeatable）", **options)


FILTERS: tuple[Callable[[Any], Any], ...] = (
    click.option("--round", "round_", metavar="NUMBER", help="督查轮次编号 / number of the round"),
    _any_of("--district", metavar="NAME", help="区县招考机构 / name of the district office"),
    _any_of("--unit", metavar="NAME", help="责任单位 / name of the unit"),
    _any_of("--item", metavar="NUMBER", help="督查内容编号，如 1-12 / number of the checklist item"),
    click.option("--category", metavar="NAME", help="督查类别，none 为未对应条目的 / heading; none: of no item"),
    click.option("--sheet", metavar="NUMBER", help="督查表编号，如 2021-35-督0001 / number of the sheet"),
    _any_of("--state", type=click.Choice(State, case_sensitive=False), help="状态 / state"),
    _any_of("--origin", type=click.Choice(Origin, case_sensitive=False), help="来源 / origin"),
    _any_of("--severity", type=click.Choice(Severity, case_sensitive=False), help="问题等级 / severity"),
    _any_of("--light", type=click.Choice(Light, case_sensitive=False), help="灯 / light"),
    _any_of("--level", "escalation_level", type=click.IntRange(0, LAST_LEVEL), help="上报层级 / level"),
    click.option("--awaiting-review/--not-awaiting-review", default=None, help="待复查 / awaiting review"),
    click.option("--proposed/--not-proposed", default=None, help="系统拟列 / proposed by the system"),
    click.option(
        "--extension-pending/--no-extension-pending", default=None, help="延期申请待决定 / extension to be decided"
    ),
    click.option("--ever-overdue/--never-overdue", default=None, help="曾逾期 / ever overdue"),
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
    put_on_record(SecurityKind.LEDGER_EXPORT)
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
@click.option("--round", "number", metavar="NUMBER", help="登记到哪一轮次 / the round that they are logged in")
def import_(file: Path, *, username: str, dry_run: bool, number: str | None) -> None:
    """从 Excel 表导入问题，要么全部，要么都不导入。 / Import findings from an Excel table, all of them or none."""
    with file.open("rb") as stream:
        lines = read_table(stream)
    with transaction(read_only=True) as session:
        actor = caller_of(session, existing_person(session, username)).actor
        round_id = round_numbered(session, number).id if number else None
        prepared = prepare_import(session, lines, actor=actor, now=clock.now(session), round_id=round_id)
    done = outcome(prepared)
    if not (dry_run or done.faults):
        with transaction() as session:
            actor = caller_of(session, existing_person(session, username)).actor
            done = import_ledger(session, lines, actor=actor, now=clock.now(session), prepared=prepared)
    for line in _cell_lines(done.pictures):
        click.echo(line, err=True)
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
    return "没有导入任何问题： / nothing was imported:\n" + "\n".join(_cell_lines(done.faults))


def _cell_lines(faults: Sequence[CellFault]) -> list[str]:
    """A line for each cell, up to as many as anybody reads."""
    lines = [
        f"{fault.address}（{fault.column}）：{in_both_languages(fault.code, InvalidInput({}))}"
        for fault in faults[:MOST_LISTED]
    ]
    if more := len(faults) - len(lines):
        lines.append(f"另有 {more} 处。 / {more} more.")
    return lines
