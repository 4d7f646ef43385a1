"""`duban audit`: proof that events, and the rows that follow from them, are unchanged."""

from typing import Any

import click

from service.audit.faults import Fault
from service.audit.verify import verify
from service.store.db import see_one_moment
from service.store.transaction import transaction
from service.wording.texts import written


@click.group()
def audit() -> None:
    """审计记录。 / The audit trail."""


@audit.command("verify")
def verify_() -> None:
    """核验全部操作记录是否完整、未被改动。 / Prove that no event was changed, taken out or put in."""
    with transaction(read_only=True) as session:
        see_one_moment(session)
        faults = verify(session)
    if not faults:
        click.echo("操作记录完整，未被改动，现有内容与之相符。 / Every event is whole, and what is served agrees.")
        return
    for fault in faults:
        click.echo(_sentence(fault))
    number = len(faults)
    raise click.ClickException(
        f"操作记录有 {number} 处不符，请保全数据库并与备份核对。 / "
        f"The trail is broken in {number} places; secure the database and compare it with a backup."
    )


def _sentence(fault: Fault) -> str:
    blanks: dict[str, Any] = {
        "finding": fault.number or fault.finding_id,
        "subject": fault.subject_id,
        "position": fault.position,
        "field": fault.field,
        "checkpoint": fault.checkpoint,
    }
    return " / ".join(written("audit", fault.kind, language, **blanks) for language in ("zh", "en"))
