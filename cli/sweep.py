"""`duban sweep`: let the clock make its due moves once, or show which it would make."""

import os
from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import click

from cli.logs import configure_logging
from cli.param_types import Instant, in_zone
from cli.text_tables import table
from service.findings.sweep import BATCH, foresee_moves
from service.readiness.proposals import foresee_proposals
from service.reports.sweep import foresee_reports
from service.rounds.rulebooks import calendar_in_force
from service.settings import load_settings
from service.store import clock
from service.store.schema import require_current
from service.store.sweeping import ClockTask, resting_tasks
from service.store.transaction import transaction
from service.wording import word
from workers.jobs import sweep_due
from workers.resources import open_resources
from workflows.findings.transitions import Transition
from workflows.reports import Step

HEADINGS = ("问题 finding", "动作 move", "应于 due", "状态 state", "层级 level")
Foreseen = Sequence[tuple[str, list[Transition]]]
ForeseenReports = Sequence[tuple[str, int, list[Step]]]


@click.command()
@click.option("--dry-run", is_flag=True, help="只列出将发生的变动，不作改动 / only show what would move")
@click.option("--at", type=Instant(), help="设想的时刻（仅用于 --dry-run） / as of that instant, with --dry-run")
def sweep(*, dry_run: bool, at: datetime | None) -> None:
    """处理所有到期事项一次。 / Work off everything that is due, once."""
    if at is not None and not dry_run:
        raise click.ClickException("--at 只能与 --dry-run 一起使用。 / --at goes with --dry-run only.")
    if dry_run:
        _print_foreseen(at)
        return
    configure_logging()
    resources = open_resources(load_settings(os.environ))
    require_current(resources.engine)
    done = sweep_due(resources, retry_now=True)
    with resources.readers.begin() as session:
        failed = sorted(resting_tasks(session))
    resources.close()
    click.echo(f"已处理到期事项 {done} 项。 / {done} due items were worked off.")
    if failed:
        zh, en = ("、".join(word(ClockTask(task), language) for task in failed) for language in ("zh", "en"))
        raise click.ClickException(f"{zh}未能处理，duban doctor 说明原因。 / {en} failed; duban doctor says why.")


def _print_foreseen(at: datetime | None) -> None:
    with transaction(read_only=True) as session:
        zone = calendar_in_force(session).zone
        at = in_zone(at, zone) if at else clock.now(session)
        found, proposed = foresee_moves(session, at=at), foresee_proposals(session, at=at)
        reports = foresee_reports(session, at=at)
    rows = [*_finding_rows([*found, *proposed], zone), *_report_rows(reports, zone)]
    if rows:
        click.echo(table(HEADINGS, rows))
    click.echo(f"截至 {_local(at, zone)} 将发生 {len(rows)} 项变动。 / {len(rows)} moves would be made as of then.")
    if BATCH in (len(found), len(reports)):
        click.echo(f"仅列出最先到期的 {BATCH} 项。 / Only the {BATCH} that fall due first are shown.")


def _finding_rows(found: Foreseen, zone: ZoneInfo) -> Iterator[Sequence[str]]:
    for number, transitions in found:
        for transition in transitions:
            due = _local(transition.due_at, zone)
            states = " → ".join(
                dict.fromkeys(word(state, "zh") for state in (transition.before, transition.after) if state)
            )
            move = f"{word(transition.move, 'zh')} {transition.kind}"
            yield number, move, due, states, str(transition.escalation_level)


def _report_rows(found: ForeseenReports, zone: ZoneInfo) -> Iterator[Sequence[str]]:
    for unit, week, steps in found:
        for step in steps:
            move = f"{word(step.act, 'zh')} report.{step.act}"
            yield f"{unit} 第{week}周周报", move, _local(step.due_at, zone), "", ""


def _local(at: datetime | None, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}" if at else ""
