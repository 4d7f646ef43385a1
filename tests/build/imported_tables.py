"""Tables of findings, brought to the importer."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.ledger_import import Imported, check_ledger, import_ledger, read_table
from service.ledger_import.table import TableLine
from service.models import Alert, Event, Finding
from tests.build.workbooks import workbook
from tests.worlds.books import FOUND_AT
from workflows.findings.facts import Actor

HEADINGS = ("来源编号", "责任单位*", "督查内容编号", "问题*", "具体情况", "地点", "问题等级*", "发现时间*")
NOW = FOUND_AT + timedelta(days=1)
DAY = date(2026, 4, 13)
COLLEGE, OTHER = "明河龙湖学院", "明河桃源学院"
FIRST = ("督一-001", COLLEGE, None, "监控画面有盲区", "后排未覆盖", "3号楼301", "一般问题", DAY)
SECOND = (None, "明河云台学院", "1-2", "保密柜无双锁", None, None, "重大安全隐患", datetime(2026, 4, 13, 9, 30))  # noqa: DTZ001 - a cell has no zone


def read_lines(session: Session, content: bytes) -> Sequence[TableLine]:
    """Read a table as the doors do: with no transaction open."""
    session.commit()
    return read_table(io.BytesIO(content))


def brought(
    session: Session, actor: Actor, *rows: Sequence[Any], now: datetime = NOW, dry_run: bool = False
) -> Imported:
    return brought_sheets(session, actor, {"整改台账": [HEADINGS, *rows]}, now=now, dry_run=dry_run)


def brought_sheets(
    session: Session,
    actor: Actor,
    sheets: Mapping[str, Sequence[Sequence[Any]]],
    *,
    now: datetime = NOW,
    dry_run: bool = False,
) -> Imported:
    lines = read_lines(session, workbook(sheets))
    checked = check_ledger(session, lines, actor=actor, now=now)
    if dry_run:
        return checked
    done = import_ledger(session, lines, actor=actor, now=now)
    assert replace(done, dry_run=True) == checked, "a dry run says what an import does"
    return done


def counts(imported: Imported) -> tuple[int, int, int]:
    assert imported.faults == ()
    return imported.added, imported.updated, imported.unchanged


def told(imported: Imported) -> list[tuple[str, str]]:
    assert (imported.added, imported.updated, imported.unchanged) == (0, 0, 0)
    return [(fault.address, fault.code) for fault in imported.faults]


def how_many(session: Session) -> tuple[int, ...]:
    return tuple(session.scalar(select(func.count()).select_from(model)) or 0 for model in (Finding, Event, Alert))
