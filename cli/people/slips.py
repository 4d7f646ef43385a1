"""Slips for the first sign-in: one for each person, to be printed and cut, or a table to go on with."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import click

from service.alerts.invitation_mail import slip_of
from service.people.invitations import Invited
from service.wording.texts import ZONE

HEADINGS = ("姓名", "用户名", "单位", "邀请码", "链接", "有效期至")


def write_slips(invited: Sequence[Invited], output: Path | None, *, office: str | None, base_url: str) -> None:
    """Write the slips to a file (a table when it ends in .csv), readable by its owner alone, or to the terminal."""
    is_table = output is not None and output.suffix.lower() == ".csv"
    text = _table(invited, base_url) if is_table else _slips(invited, office, base_url)
    if output is None:
        click.echo(text)
        return
    try:
        output.touch(mode=0o600)
        output.chmod(0o600)  # one that was there before as well
        output.write_text(text, encoding="utf-8-sig", newline="")  # Excel wants the mark
    except OSError as error:
        raise click.ClickException(
            f"无法写入 {output}（{error.strerror}）。 / {output} cannot be written ({error.strerror})."
        ) from error


def _table(invited: Sequence[Invited], base_url: str) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(HEADINGS)
    for one in invited:
        until = f"{one.expires_at.astimezone(ZONE):%Y-%m-%d %H:%M}"
        writer.writerow([one.name, one.username, one.organization, one.code, one.link(base_url), until])
    return stream.getvalue()


def _slips(invited: Sequence[Invited], office: str | None, base_url: str) -> str:
    rule = "\n" + "─" * 40 + "\n"
    return rule.join(slip_of(one, office=office, base_url=base_url) for one in invited) + "\n"
