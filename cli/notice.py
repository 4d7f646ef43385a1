"""`duban notice`: opening a round from the notice itself."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import click
from sqlalchemy.orm import Session

from cli.notice_tables import plan_as_text
from cli.record_options import administrator, recorded
from service.errors import Unavailable
from service.files.office_files import LARGEST
from service.rounds.rulebooks import calendar_in_force
from service.setup.notice_file import open_notice
from service.setup.notice_loading import LoadedNotice, load_notice
from service.setup.notice_settling import plan_settled
from service.setup.rulebooks.policies import policy_in_force
from service.setup.settlements import Settlements, read_settlements
from service.store import clock
from service.store.db import unavailable_when_lost
from service.store.transaction import transaction
from workflows.calendar import load_calendar, shipped_calendar_text
from workflows.policy import load_policy, shipped_policy_text
from workflows.rules import Rules


@click.group()
def notice() -> None:
    """督查通知。 / Notices."""


@notice.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="只列出读到的内容和疑点，不作改动 / show what was found, change nothing")
@click.option("--centre", help="招考中心名称，系统中还没有时使用 / name of the centre, where the books have none")
@click.option(
    "--settle",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="疑点答复文件，每行如“1-2 = 2027-04-28” / a text that settles doubts, a line each",
)
@recorded
def import_(
    file: Path, *, dry_run: bool, centre: str | None, settle: Path | None, as_: str | None, reason: str | None
) -> None:
    """读取通知（.docx、.doc），开启督查轮次，要么全部，要么都不载入。 / Open a round from a notice, all or nothing.

    先用 --dry-run 核对文号、期间、督查表和分工；有账号的人员请先导入，否则通知中的人员只列名、不收提醒。
    Look at it with --dry-run first, and import the people who have accounts before: those whom only the notice names
    get none, and hear nothing.

    已印发的通知不改动：疑点写在 --settle 文件里答复，--dry-run 在每个疑点下给出该写的一行。
    An issued notice is never rewritten: its doubts are settled in a file of their own; the dry run shows the line
    for each.
    """
    with file.open("rb") as stream:
        content = stream.read(LARGEST + 1)  # a larger file is refused for its size
    found = open_notice(content, file.name)
    lines = read_settlements(settle.read_bytes()) if settle else Settlements()
    if dry_run:
        with _transaction_if_set_up() as session:
            rules = _rules(session)
            plan = plan_settled(session, found, rules=rules, centre=centre, settlements=lines)
            click.echo(plan_as_text(plan, rules))
        click.echo(_nothing_changed(looked_up=session is not None))
        return
    with transaction() as session:
        rules = _rules(session)
        plan = plan_settled(session, found, rules=rules, centre=centre, settlements=lines)
        click.echo(plan_as_text(plan, rules))
        actor = administrator(session, as_)
        opened = load_notice(session, plan, now=clock.now(session), actor=actor, reason=reason)
    click.echo(_summary(opened))


@contextmanager
def _transaction_if_set_up() -> Iterator[Session | None]:
    """A read-only transaction; None before the database is set up, when a notice can be looked at all the same."""
    with ExitStack() as stack:
        session = None
        with suppress(Unavailable), unavailable_when_lost():
            session = stack.enter_context(transaction(read_only=True))
        yield session


def _rules(session: Session | None) -> Rules:
    """Policy and calendar in force, or the shipped ones without books: what a round opened now would follow."""
    if session:
        return Rules(policy_in_force(session), calendar_in_force(session))
    return Rules(load_policy(shipped_policy_text()), load_calendar(shipped_calendar_text()))


def _nothing_changed(*, looked_up: bool) -> str:
    if looked_up:
        return "以上未作任何改动。 / Nothing was changed."
    return (
        "以上未作任何改动；数据库尚未就绪，机构和人员未核对。 / "
        "Nothing was changed; there are no books yet, so that offices and people were not looked up."
    )


def _summary(opened: LoadedNotice) -> str:
    number, items, teams, districts = opened.number, opened.items, opened.teams, opened.districts
    organizations, people = len(opened.organizations), len(opened.people)
    days = [day.isoformat() for day in opened.exam_days]
    exam = f"考试日：{'、'.join(days)}。" if days else "请管理员设定考试日。"
    exam_in_english = (
        f"Exam days: {', '.join(days)}." if days else "The exam days are still to be set by the administrator."
    )
    return (
        f"轮次 {number} 已开启：督查内容 {items} 条，督查组 {teams} 个，包干区县 {districts} 个；"
        f"新增机构 {organizations} 个、只列名的人员 {people} 人。{exam}\n"
        f"Round {number} is open: {items} items, {teams} teams, {districts} districts; {organizations} organizations "
        f"and {people} people without accounts were added. {exam_in_english}"
    )
