"""`duban calendar`: the working days in force, and next year's plan."""

from pathlib import Path

import click

from cli.record_options import administrator, recorded
from cli.text_files import FILE, text_of
from service.rounds.rulebooks import calendar_in_force
from service.setup.rulebooks.calendars import CalendarChange, calendar_change, put_calendar_in_force
from service.store import clock
from service.store.transaction import transaction
from workflows.calendar import shipped_calendar_text
from workflows.calendar_file import YearPlan, calendar_mistakes, parse_calendar


@click.group()
def calendar() -> None:
    """工作日历：法定节假日与调休上班日。 / Working days: public holidays and make-up working days."""


@calendar.command()
@click.argument("year", type=click.IntRange(1, 9999), required=False)
def show(year: int | None) -> None:
    """显示现行日历；写明年份时列出该年安排。 / Show the calendar in force, or one year of it day by day."""
    with transaction(read_only=True) as session:
        shown = calendar_in_force(session)
    if year is None:
        years = "、".join(map(str, sorted(shown.plans))) or "—"
        hours = f"{shown.opens:%H:%M}–{shown.closes:%H:%M}"
        click.echo(f"现行日历 / in force: {shown.version}（{shown.zone}，{hours}）")
        click.echo(f"已录入年份 / years known: {years}")
        return
    plan = shown.plans.get(year)
    if plan is None:
        click.echo(f"{year} 年的安排尚未录入，暂按周一至周五推算。 / {year} is not known; Monday to Friday is assumed.")
        return
    _print_plan(plan)


@calendar.command(epilog="格式 / format: docs/policy.md")
@click.argument("file", type=FILE)
def check(file: Path) -> None:
    """检查日历文件，一次列出全部错误。 / Check a calendar file; every mistake at once."""
    text = text_of(file)
    _refuse_mistakes(text)
    read = parse_calendar(text)
    years = "、".join(map(str, sorted(read.plans)))
    click.echo(f"日历 {read.version} 无误，年份：{years}。 / Calendar {read.version} can be used; years: {years}.")


@calendar.command(epilog="格式 / format: docs/policy.md")
@click.argument("file", type=FILE, required=False)
@click.option("--shipped", is_flag=True, help="改用程序自带的日历 / the calendar that comes with the program")
@click.option("--dry-run", is_flag=True, help="只列出变化，不作改动 / only show what would change")
@recorded
def load(file: Path | None, *, shipped: bool, dry_run: bool, as_: str | None, reason: str | None) -> None:
    """启用日历文件，时限和暂定期限随即重算，计入留痕。 / Put a calendar in force; what was counted is recounted."""
    if (file is None) is not shipped:
        raise click.ClickException("请写明文件，或写 --shipped。 / Name a file, or write --shipped.")
    text = text_of(file) if file else shipped_calendar_text()
    _refuse_mistakes(text)
    if dry_run:
        with transaction(read_only=True) as session:
            _print_change(calendar_change(session, text))
        click.echo("这是预览，未作改动。 / This was a look ahead; nothing was changed.")
        return
    with transaction() as session:
        actor = administrator(session, as_)
        change = put_calendar_in_force(session, text, actor=actor, now=clock.now(session), reason=reason)
    _print_change(change)
    click.echo(
        f"日历 {change.after} 已启用，时限正在重算。 / Calendar {change.after} is in force; time limits are recounted."
    )


def _refuse_mistakes(text: str) -> None:
    if mistakes := calendar_mistakes(text):
        found = "\n".join(str(one) for one in mistakes)
        raise click.ClickException(
            f"日历文件有 {len(mistakes)} 处错误，未作改动。 / {len(mistakes)} mistakes; nothing was changed.\n{found}"
        )


def _print_plan(plan: YearPlan) -> None:
    click.echo(plan.source)
    for label, days in (("放假 / off", plan.off), ("上班 / work", plan.work)):
        click.echo(f"{label}: {'、'.join(f'{day:%m-%d}' for day in sorted(days)) or '—'}")


def _print_change(change: CalendarChange) -> None:
    """What would change, a line for each kind of it."""
    click.echo(f"{change.before} → {change.after}")
    parts = (
        ("新增年份 / new years", change.new_years),
        ("不再有安排的年份 / years without a plan", change.lost_years),
        ("改为休息 / no longer worked", change.off),
        ("改为上班 / worked now", change.worked),
    )
    for label, values in parts:
        if values:
            click.echo(f"{label}: {'、'.join(map(str, values))}")
    if change.hours:
        click.echo("时区或办公时间有变 / zone or hours change")
    if change.is_empty:
        click.echo("工作日没有变化 / no working day changes")
