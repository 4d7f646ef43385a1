"""The table to fill in: headings, lists to choose from, and a sheet that says how."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import Conflict
from service.files.spreadsheets import MOST_ROWS
from service.findings.new import may_log
from service.ledger.workbook import clean
from service.ledger_import.places import units_of
from service.ledger_import.table import FIELDS, FILE, REQUIRED, heading
from service.models import ChecklistItem, Organization, Round
from service.rounds.current import rounds_of_unit
from service.wording.texts import word, written
from workflows.findings.facts import Actor
from workflows.vocabulary import Severity

WIDTHS = {"source": 16, "unit": 28, "item": 14, "summary": 40, "details": 40, "location": 20, "severity": 18}
DAY_WIDTH = 18
A4 = 9
FONT = "宋体"
_PLAIN = {"font_name": FONT, "font_size": 10, "valign": "top", "text_wrap": True}
_HEADING = {**_PLAIN, "bold": True, "bg_color": "#DCE6F1", "border": 1, "border_color": "#D0D7DE", "align": "center"}
_NEEDED = {**_HEADING, "bg_color": "#FFF1CF"}


def write_template(session: Session, stream: BinaryIO, *, actor: Actor, now: datetime, language: str = "zh") -> None:
    """Write an empty table for the units that the actor may log findings against; NotAllowed for those who log none."""
    import xlsxwriter  # type: ignore[import-untyped]

    may_log(actor)
    units = [unit.name for unit in units_of(session, actor=actor)]
    items = _items(session, units)
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    book.set_properties({"created": now.astimezone(UTC).replace(tzinfo=None)})
    table, notes, choices = (
        book.add_worksheet(_phrase(f"sheet.{name}", language)) for name in ("table", "notes", "choices")
    )
    for sheet in (table, notes, choices):
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
    _write_choices(book, choices, units, items, language)
    _write_table(book, table, len(units), len(items), language)
    _write_notes(book, notes, units, items, language)
    book.close()


def _items(session: Session, units: Sequence[str]) -> Sequence[ChecklistItem]:
    """The checklist items of the rounds in force."""
    rounds = set(session.scalars(rounds_of_unit(Organization.name.in_(units)).with_only_columns(Round.id)))
    if units and not rounds:
        raise Conflict("no_round_in_force")
    query = select(ChecklistItem).where(ChecklistItem.round_id.in_(rounds))
    found = {item.number: item for item in session.scalars(query.order_by(ChecklistItem.position))}
    return sorted(found.values(), key=lambda item: (item.number.partition("-")[0], item.position))


def _write_table(book: Any, sheet: Any, units: int, items: int, language: str) -> None:
    text, day = book.add_format({**_PLAIN, "num_format": "@"}), book.add_format({**_PLAIN, "num_format": "yyyy-mm-dd"})
    for column, field in enumerate(FIELDS):
        look = book.add_format(_NEEDED if field in REQUIRED else _HEADING)
        sheet.set_column(column, column, WIDTHS.get(field, DAY_WIDTH), day if field == "found_at" else text)
        sheet.write_string(0, column, heading(field, language) + ("*" if field in REQUIRED else ""), look)
    choices = _phrase("sheet.choices", language)
    lists = {
        "unit": f"='{choices}'!$A$2:$A${units + 1}" if units else None,
        "item": f"='{choices}'!$C$2:$C${items + 1}" if items else None,
        "severity": [word(severity, language) for severity in Severity],
    }
    for field, source in lists.items():
        if source:
            column = FIELDS.index(field)
            sheet.data_validation(1, column, MOST_ROWS, column, {"validate": "list", "source": source})
    sheet.freeze_panes(1, 0)
    sheet.set_row(0, 24)


def _write_notes(book: Any, sheet: Any, units: Sequence[str], items: Sequence[ChecklistItem], language: str) -> None:
    plain, bold = book.add_format(_PLAIN), book.add_format(_HEADING)
    for column, (name, width) in enumerate((("field", 18), ("needed", 12), ("how", 70), ("example", 36))):
        sheet.set_column(column, column, width, plain)
        sheet.write_string(0, column, _phrase(f"notes.{name}", language), bold)
    chosen = {"unit": units[0] if units else "", "item": items[0].number if items else "1-12"}
    for row, field in enumerate(FIELDS, start=1):
        example = chosen.get(field) or _phrase(f"example.{field}", language)
        needed = _phrase("yes" if field in REQUIRED else "no", language)
        cells = (heading(field, language), needed, _phrase(f"how.{field}", language), example)
        for column, cell in enumerate(cells):
            sheet.write_string(row, column, clean(cell), plain)
    sheet.write_string(
        len(FIELDS) + 2, 0, _phrase("notes.again", language), book.add_format({**_PLAIN, "text_wrap": False})
    )


def _write_choices(book: Any, sheet: Any, units: Sequence[str], items: Sequence[ChecklistItem], language: str) -> None:
    plain, bold = book.add_format(_PLAIN), book.add_format(_HEADING)
    for column, (name, width) in enumerate(
        (("unit", 30), (None, 3), ("item", 14), ("category", 20), ("item_requirement", 80))
    ):
        sheet.set_column(column, column, width, plain)
        if name:
            sheet.write_string(0, column, heading(name, language), bold)
    for row, unit in enumerate(units, start=1):
        sheet.write_string(row, 0, clean(unit), plain)
    for row, item in enumerate(items, start=1):
        wanted = (item.requirement_en if language == "en" else None) or item.requirement_zh
        for column, cell in enumerate((item.number, item.category, wanted), start=2):
            sheet.write_string(row, column, clean(cell), plain)


def _phrase(key: str, language: str) -> str:
    return written(FILE, key, language)
