"""`duban mail`: whether mail leaves the house; what was not sent listed, sent again, or dropped."""

import os
from collections.abc import Sequence
from uuid import UUID

import click

from cli.record_options import administrator, recorded
from cli.text_tables import table
from service.alerts.channels import channels
from service.alerts.given_up import send_given_up_again
from service.alerts.hold.unsent import drop as drop_unsent
from service.alerts.hold.unsent import record_sent_again, send_again, state_of, unsent
from service.alerts.trial import send_trial
from service.people.addresses import address_of
from service.people.organizations import centre_name
from service.rounds.rulebooks import calendar_in_force
from service.settings import load_settings
from service.store import clock
from service.store.transaction import transaction
from workflows.findings.facts import OPERATOR

HEADINGS = ("编号 id", "状态 state", "收件人 to", "始于 since", "次数 tries", "原因 error")


@click.group()
def mail() -> None:
    """邮件。 / Mail."""


@mail.command()
@click.argument("address")
def test(address: str) -> None:
    """按当前设置立即试发一封邮件，并说明结果。 / Send a trial mail as configured, and say what came of it.

    不成功时退出码为 1。 / Exits with 1 when it was not taken.
    """
    settings = load_settings(os.environ)
    with transaction(settings, read_only=True) as session:
        office, now = centre_name(session), clock.now(session)
    outcome = send_trial(channels(settings), address.strip(), office=office, now=now)
    if not outcome.was_sent:
        raise click.ClickException(f"{outcome.sentence('zh')} / {outcome.sentence('en')}")
    click.echo(outcome.sentence("zh"))
    click.echo(outcome.sentence("en"))


@mail.command("list")
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1, 10_000), help="至多条数 / at most")
def list_(*, limit: int) -> None:
    """列出尚未发出和近两周放弃的邮件：编号、状态、收件人、尝试次数、原因。 / What waits or was given up."""
    with transaction(read_only=True) as session:
        zone = calendar_in_force(session).zone
        rows = [
            (
                one.id,
                state_of(one),
                f"{one.message.person.name} <{address_of(one.message.person, one.channel) or '—'}>",
                f"{one.message.created_at.astimezone(zone):%Y-%m-%d %H:%M}",
                str(one.attempts),
                one.last_error or "—",
            )
            for one in unsent(session, now=clock.now(session), limit=limit)
        ]
    if not rows:
        click.echo("没有等待发送或放弃的邮件。 / No mail waits, and none was given up.")
        return
    click.echo(table(HEADINGS, rows))


@mail.command()
@click.argument("ids", metavar="[ID]...", nargs=-1, type=click.UUID)
def retry(*, ids: Sequence[UUID]) -> None:
    """重发近两周投递失败的邮件，或只重发指定的。 / Send again what was given up in the last two weeks, or these."""
    with transaction() as session:
        now = clock.now(session)
        if ids:
            again = send_again(session, [*map(str, ids)], actor=OPERATOR, now=now)
        else:
            sent = send_given_up_again(session, now=now)
            record_sent_again(session, sent, actor=OPERATOR, now=now)
            again = len(sent)
    click.echo(f"{again} 封邮件将立即重发。 / {again} mails go again at once.")


@mail.command()
@click.argument("ids", metavar="ID...", nargs=-1, required=True, type=click.UUID)
@recorded
def drop(*, ids: Sequence[UUID], as_: str | None, reason: str | None) -> None:
    """不再发送指定的邮件，须说明事由；提醒仍在收件人的页面上。 / Never send these, for a reason; alerts stay.

    收件人登录后仍看得到提醒。 / Their readers find the alerts when they sign in.
    """
    if not reason:
        raise click.ClickException("请用 --reason 说明事由。 / Say why, with --reason.")
    with transaction() as session:
        dropped = drop_unsent(
            session, [*map(str, ids)], actor=administrator(session, as_), now=clock.now(session), reason=reason
        )
    click.echo(f"{dropped} 封邮件不再发送，已记入留痕。 / {dropped} mails are dropped, on record.")
