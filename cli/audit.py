"""`duban audit`: proof that nobody has changed the events."""

import click

from cli.books import open_books
from service.audit import Fault, Wrong, verify

SENTENCES = {
    Wrong.CONTENT: ("内容与当初记录的不符", "says something else than was recorded"),
    Wrong.HASH: ("记录原文被改动", "its recorded text was changed"),
    Wrong.LINK: ("与上一条记录不相衔接", "does not hang on the one before"),
    Wrong.GAP: ("缺失或重复", "is missing or doubled"),
    Wrong.TAIL: ("之后的记录与问题本身不符", "is not the last that the finding knows of"),
    Wrong.NO_FINDING: ("所属问题不存在", "belongs to a finding that does not exist"),
    Wrong.CHECKPOINT: ("所覆盖的记录已被改动", "covers other events than it did"),
}


@click.group()
def audit() -> None:
    """审计记录。 / The audit trail."""


@audit.command("verify")
def verify_() -> None:
    """核验全部操作记录是否完整、未被改动。 / Prove that no event was changed, taken out or put in."""
    with open_books(read_only=True) as session:
        faults = verify(session)
    if not faults:
        click.echo("操作记录完整，未被改动。 / Every event is whole and in its place.")
        return
    for fault in faults:
        click.echo(_in_words(fault))
    number = len(faults)
    raise click.ClickException(
        f"操作记录有 {number} 处不符，请保全数据库并与备份核对。 / "
        f"The trail is broken in {number} places; secure the database and compare it with a backup."
    )


def _in_words(fault: Fault) -> str:
    zh, en = SENTENCES[fault.wrong]
    if fault.checkpoint is not None:
        return f"校验点 {fault.checkpoint}：{zh}。 / Checkpoint {fault.checkpoint} {en}."
    finding = fault.number or fault.finding_id
    return f"问题 {finding} 第 {fault.position} 条记录：{zh}。 / Finding {finding}, event {fault.position} {en}."
