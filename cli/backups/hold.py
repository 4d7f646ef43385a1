"""`duban hold`: nothing leaves the office, as after a restore, until it is said what had been sent."""

from datetime import datetime
from typing import Any

import click

from cli.param_types import Instant, in_zone
from cli.record_options import administrator, recorded
from service.alerts.hold.hold import hold, hold_in_force
from service.alerts.hold.releasing import release, waiting_to_be_sent
from service.rounds.rulebooks import calendar_in_force
from service.settings import Settings
from service.store import clock
from service.store.transaction import transaction
from workflows.journal import JournalAct


@click.group("hold")
def hold_() -> None:
    """暂停发送：恢复备份后不发出任何消息，直到核实为止。 / Whether messages are held back, as after a restore."""


@hold_.command()
def show() -> None:
    """显示是否暂停发送，以及有多少消息在等待。 / Show whether nothing is sent, and how much waits."""
    for line in held_lines() or ["消息发送未被暂停。 / Messages are not held back."]:
        click.echo(line)


@hold_.command()
@recorded
def begin(*, as_: str | None, reason: str | None) -> None:
    """从现在起不发出任何消息，例如数据是另行复制来的。 / Send nothing from now on."""
    with transaction() as session:
        hold(session, actor=administrator(session, as_), now=clock.now(session), reason=reason)
    click.echo("已暂停发送。 / Nothing is sent from now on.")


@hold_.command("release")
@click.option("--sent-until", type=Instant(), help="此刻之前应发的视为已发 / what was due until then counts as sent")
@click.option("--send-all", is_flag=True, help="等待的全部发出 / send all that waits")
@click.option("--send-none", is_flag=True, help="等待的全部视为已发 / all that waits counts as sent")
@recorded
def release_(
    *, sent_until: datetime | None, send_all: bool, send_none: bool, as_: str | None, reason: str | None
) -> None:
    """恢复发送，须说明哪些此前已经发出。 / Send again, and say what had been sent before."""
    if [sent_until is not None, send_all, send_none].count(True) != 1:
        raise click.ClickException(
            "请在 --sent-until、--send-all、--send-none 中选一个。 / "
            "Choose one of --sent-until, --send-all and --send-none."
        )
    with transaction() as session:
        now = clock.now(session)
        until = now if send_none else None
        if sent_until is not None:
            until = in_zone(sent_until, calendar_in_force(session).zone)
        released = release(session, sent_until=until, actor=administrator(session, as_), now=now, reason=reason)
    click.echo(
        f"已恢复发送：{released.counted_as_sent} 项视为已发，{released.to_be_sent} 项将发出。 / "
        f"Messages are sent again: {released.counted_as_sent} count as sent, {released.to_be_sent} go out."
    )


def held_lines(settings: Settings | None = None) -> list[str]:
    """What to tell people of a held office; nothing of another."""
    with transaction(settings, read_only=True) as session:
        held = hold_in_force(session)
        if held is None:
            return []
        zone, waiting = calendar_in_force(session).zone, waiting_to_be_sent(session)
    since, made_at = (_moment(at, zone) for at in (held.since, held.data.get("made_at")))
    lines = [f"{since} 起暂停发送，{waiting} 项在等待。 / Nothing has been sent since {since}; {waiting} things wait."]
    if held.cause is JournalAct.RESTORE:
        lines.append(
            f"数据恢复自 {made_at} 的备份；此后原系统可能已发出其中一部分。 / "
            f"The data are of a backup of {made_at}; since then some of it may have been sent."
        )
    lines.append(
        "核实后执行 duban hold release --sent-until 时刻（或 --send-all、--send-none）。 / "
        "When you know, run: duban hold release --sent-until TIME (or --send-all, --send-none)."
    )
    return lines


def _moment(at: Any, zone: Any) -> str:
    instant = datetime.fromisoformat(at) if isinstance(at, str) else at
    return f"{instant.astimezone(zone):%Y-%m-%d %H:%M:%S}" if instant else ""
