"""`duban round`: rounds from a file, their days, their end; the division of labour is in `cli.round_labour`."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from cli.accounts import existing_person
from cli.param_types import Days
from cli.record_options import administrator, recorded
from cli.round_labour import hand_over, labour, units
from cli.round_teams import team
from cli.text_files import FILE, text_of
from cli.text_tables import table
from service.people.callers import caller_of
from service.round_changes.period import RoundChange, change_round
from service.round_closing.carrying_over import carry_over as carry_findings_over
from service.round_closing.closing import Verdict
from service.round_closing.closing import close as close_by_leadership
from service.rounds.current import round_numbered, units_of
from service.rounds.rounds import all_rounds
from service.rounds.rulebooks import calendar_in_force
from service.rounds.running import running
from service.setup.round_loading import LoadedRound, load_round
from service.store import clock
from service.store.transaction import transaction
from workflows.vocabulary import ClosingOutcome

DAY = click.DateTime(["%Y-%m-%d"])
LEADERSHIP = click.option("--as", "username", required=True, help="以哪位班子成员的名义 / of the leadership team")


@click.group("round")
def round_() -> None:
    """督查轮次。 / Rounds."""


for command in (labour, team, hand_over, units):
    round_.add_command(command)


@round_.command("list")
def list_() -> None:
    """列出各轮次。 / List the rounds."""
    with transaction(read_only=True) as session:
        rounds = all_rounds(session)
        today = calendar_in_force(session).local_date(clock.now(session))
        run = running(rounds, today)
        rows = [[one.number, _days(one), "、".join(one.exam_days) or "—", _state(one, run, today)] for one in rounds]
    click.echo(table(("轮次 / round", "起止 / period", "考试日 / exam days", "状态 / state"), rows))


@round_.command()
@click.argument("number")
def show(number: str) -> None:
    """显示一个轮次：时间、考试日、参加单位数。 / Show one round."""
    with transaction(read_only=True) as session:
        one = round_numbered(session, number)
        today = calendar_in_force(session).local_date(clock.now(session))
        lines = [
            f"{one.number}  {one.title}" + (f"（{one.document_number}）" if one.document_number else ""),
            f"起止 / period: {_days(one)}",
            f"考试日 / exam days: {'、'.join(one.exam_days) or '—'}",
            f"状态 / state: {_state(one, running(all_rounds(session), today), today)}",
            f"参加单位 / units that take part: {len(units_of(session, one))}",
            f"制度 / policy: {one.policy_version}",
        ]
    click.echo("\n".join(lines))


@round_.command()
@click.argument("number")
@click.option("--title", help="名称 / its title")
@click.option("--starts-on", type=DAY, help="开始日期，开始之后不能再改 / before it has begun")
@click.option("--ends-on", type=DAY, help="结束日期 / its last day")
@click.option("--exam-days", type=Days(), help="全部考试日，用逗号分开 / all exam days, with commas between")
@recorded
def change(
    number: str,
    *,
    title: str | None,
    starts_on: datetime | None,
    ends_on: datetime | None,
    exam_days: tuple[date, ...] | None,
    as_: str | None,
    reason: str | None,
) -> None:
    """更改轮次的名称、起止日期或考试日；提醒、周报、红黄灯随之变动。 / Change title, period or exam days."""
    wanted = RoundChange(title, _date(starts_on), _date(ends_on), exam_days)
    if wanted == RoundChange():
        raise click.UsageError("请至少写明一项更改，见 --help。 / say what is to change, see --help.")
    with transaction() as session:
        actor, round_ = administrator(session, as_), round_numbered(session, number)
        changed = change_round(session, round_.id, wanted, actor=actor, now=clock.now(session), reason=reason)
        exam = "、".join(changed.exam_days) or "—"
        days = _days(changed)
    click.echo(f"轮次 {number}：{days}，考试日 {exam}。 / Round {number}: {days}, exam days {exam}.")


@round_.command()
@click.argument("number")
@click.option(
    "--rest", type=click.Choice([str(one) for one in ClosingOutcome]), help="未销号的问题：结转或终结 / open findings"
)
@click.option("--reason", help="事由 / why")
@LEADERSHIP
def close(number: str, *, rest: str | None, reason: str | None, username: str) -> None:
    """结束轮次，对所有未销号的问题一并决定。 / Close a round, with one decision on all that is still open."""
    if rest and not reason:
        raise click.UsageError("请用 --reason 写明理由。 / say why with --reason.")
    with transaction() as session:
        actor = caller_of(session, existing_person(session, username)).actor
        verdict = Verdict(ClosingOutcome(rest), reason or "") if rest else None
        round_ = round_numbered(session, number)
        close_by_leadership(session, round_.id, (), verdict, actor=actor, now=clock.now(session))
    click.echo(f"轮次 {number} 已结束。 / Round {number} is closed.")


@round_.command("carry-over")
@click.argument("number")
@click.argument("previous")
@LEADERSHIP
def carry_over(number: str, previous: str, *, username: str) -> None:
    """把 PREVIOUS 轮次结转的问题登记到 NUMBER 轮次。 / Log in round NUMBER what round PREVIOUS carried over."""
    with transaction() as session:
        actor = caller_of(session, existing_person(session, username)).actor
        into, before = round_numbered(session, number), round_numbered(session, previous)
        done = carry_findings_over(session, into.id, before.id, actor=actor, now=clock.now(session))
        carried, left = len(done.carried), len(done.left)
    click.echo(
        f"已登记 {carried} 个结转的问题；因单位不参加本轮次未登记 {left} 个。 / "
        f"{carried} findings were carried over; {left} were left, their units take no part."
    )


@round_.command(epilog="示例 / example: docs/round.example.toml")
@click.argument("file", type=FILE)
@click.option("--only-organizations", is_flag=True, help="只载入机构 / add the organizations and leave the rest")
def load(file: Path, *, only_organizations: bool) -> None:
    """载入机构、轮次、督查组和包干分工，要么全部，要么都不载入。 / Add what a round's file holds, all or nothing."""
    text = text_of(file)
    with transaction() as session:
        loaded = load_round(session, text, now=clock.now(session), only_organizations=only_organizations)
    click.echo(_summary(loaded))


def _summary(loaded: LoadedRound) -> str:
    added = loaded.organizations
    if loaded.number is None:
        return f"已新增 {added} 个机构。 / {added} organizations were added."
    number, teams, districts = loaded.number, loaded.teams, loaded.districts
    return (
        f"轮次 {number} 已载入：新增机构 {added} 个，督查组 {teams} 个，包干区县 {districts} 个。 / "
        f"Round {number} is open: {added} organizations added, {teams} teams, {districts} districts."
    )


def _date(day: datetime | None) -> date | None:
    return day.date() if day else None


def _days(round_: Any) -> str:
    return f"{round_.starts_on} … {round_.ends_on}"


def _state(round_: Any, run: list[Any], today: date) -> str:
    if round_.closed_at:
        return "已结束 / closed"
    if round_.starts_on > today:
        return "未开始 / not begun"
    return "进行中 / running" if round_ in run else "已到期未结束 / over, not closed"
