"""`duban policy`: the office's policy checked, explained and put in force."""

from pathlib import Path

import click
from sqlalchemy.orm import Session

from cli.policy_tables import preview_lines
from cli.record_options import administrator, recorded
from cli.text_files import FILE, text_of
from service.errors import NotFound
from service.rounds.rulebooks import calendar_in_force
from service.setup.rulebooks.explanation import explanation
from service.setup.rulebooks.policies import policy_in_force, put_policy_in_force, round_of_number
from service.setup.rulebooks.preview import preview_policy
from service.store import clock
from service.store.transaction import transaction
from workflows.policy_check import policy_mistakes, require_policy

ROUND = click.option("--round", "number", metavar="NUMBER", help="轮次编号 / the round's number")


@click.group()
def policy() -> None:
    """督办政策：时限、上报和谁知悉。 / The policy: time limits, escalation, and who hears of what."""


@policy.command(epilog="格式 / format: docs/policy.md")
@click.argument("file", type=FILE)
def check(file: Path) -> None:
    """检查政策文件，一次列出全部错误。 / Check a policy file; every mistake at once."""
    text = text_of(file)
    _refuse_mistakes(text)
    version = require_policy(text).version
    click.echo(f"政策 {version} 无误，可以启用。 / Policy {version} can be followed.")


@policy.command()
@click.argument("file", type=FILE, required=False)
@ROUND
def explain(file: Path | None, *, number: str | None) -> None:
    """用文字说明政策：文件、某轮次或今后轮次所用的。 / Say in words what a file, a round or rounds to come go by."""
    if file is not None:
        text = text_of(file)
        _refuse_mistakes(text)
        shown = require_policy(text)
    else:
        with transaction(read_only=True) as session:
            shown = policy_in_force(session, _round_id(session, number))
    for language in ("zh", "en"):
        click.echo("\n".join(explanation(shown, language)) + "\n")


@policy.command(epilog="格式 / format: docs/policy.md")
@click.argument("file", type=FILE)
@ROUND
@click.option("--dry-run", is_flag=True, help="只列出变化，不作改动 / only show what would change")
@click.option("--move-open", is_flag=True, help="在办问题一并改用 / findings under way go over to it, on record")
@recorded
def use(file: Path, *, number: str | None, dry_run: bool, move_open: bool, as_: str | None, reason: str | None) -> None:
    """启用政策：新登记的问题按此办理，在办问题不变。 / Put a policy in force for findings logged from now on.

    不写轮次时，对所有进行中的轮次和今后的轮次启用。 / Without a round: for all open rounds and those to come.
    """
    text = text_of(file)
    _refuse_mistakes(text)
    if dry_run:
        with transaction(read_only=True) as session:
            round_id, zone = _round_id(session, number), calendar_in_force(session).zone
            preview = preview_policy(session, text, now=clock.now(session), round_id=round_id)
        click.echo("\n".join(preview_lines(preview, zone)))
        return
    with transaction() as session:
        done = put_policy_in_force(
            session,
            text,
            actor=administrator(session, as_),
            now=clock.now(session),
            round_id=_round_id(session, number),
            move_open=move_open,
            reason=reason,
        )
    rounds = "、".join(done.rounds) or "—"
    click.echo(
        f"政策 {done.version} 已启用，轮次：{rounds}；改用的在办问题 {done.moved} 个。 / "
        f"Policy {done.version} is in force, rounds: {rounds}; findings that went over: {done.moved}."
    )


def _round_id(session: Session, number: str | None) -> str | None:
    if number is None:
        return None
    try:
        return round_of_number(session, number).id
    except NotFound as error:
        raise click.ClickException(f"没有轮次 {number}。 / There is no round {number}.") from error


def _refuse_mistakes(text: str) -> None:
    if mistakes := policy_mistakes(text):
        found = "\n".join(str(one) for one in mistakes)
        raise click.ClickException(
            f"政策文件有 {len(mistakes)} 处错误，未作改动。 / {len(mistakes)} mistakes; nothing was changed.\n{found}"
        )
