"""The rows of a checklist: tables that follow one another over pages, with merged, missing and repeated cells."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from service.checklists.catalogues import Row
from service.setup.notice_file.columns import (
    Column,
    Columns,
    columns_by_content,
    columns_by_header,
    fits,
    is_completion,
)
from service.setup.notice_file.document import Cell, Table
from service.setup.notice_file.notice import Doubt
from service.setup.notice_file.questions import requirement
from service.setup.notice_file.text import comparison_key, plain_text
from service.setup.notice_file.units import Units, read_units
from workflows.completion_words import completion_rule
from workflows.vocabulary import OrganizationKind

HEADER_WITHIN = 3  # rows: a title may stand above the header
_ENDINGS = ("？", "?", "。", "！")


@dataclass(slots=True)
class ChecklistReader:
    """Reads the tables of one checklist, one after another; `rows` and `doubts` grow."""

    annex: int
    audience: OrganizationKind
    columns: Columns = field(default_factory=dict)
    width: int = 0
    rows: list[Row] = field(default_factory=list)
    questions: set[str] = field(default_factory=set)
    doubts: list[Doubt] = field(default_factory=list)
    category: str = ""
    completion: str = ""
    units: str = ""

    def read(self, table: Table) -> None:
        """Read one table; one without a header goes on with the columns of the one before."""
        if not table.rows:
            return
        for cells in list(self._rows_of(table.rows)):
            if columns := columns_by_header(cells):
                self.columns = columns  # repeated on the next page, perhaps in another order
            else:
                self._read_row(cells)
        self.width = len(table.rows[0])

    def _rows_of(self, rows: Sequence[list[Cell]]) -> Iterator[list[Cell]]:
        """The rows from the header on, where there is one within the first few; columns are settled then."""
        header = next((at for at, row in enumerate(rows[:HEADER_WITHIN]) if columns_by_header(row)), None)
        if header is not None:
            above = [row for row in rows[:header] if self.columns and any("？" in cell.text for cell in row)]
            yield from (*above, *rows[header:])  # what the page before has left over, not a title
            return
        same_columns = self.columns and len(rows[0]) == self.width and fits(self.columns, rows)
        if not same_columns:
            guessed = columns_by_content(rows)
            if guessed is None:
                self._doubt(
                    "table_not_read", f"附件{self.annex}", row=plain_text("".join(cell.text for cell in rows[0]))[:40]
                )
                return
            self.columns = guessed
            self._doubt("columns_guessed", f"附件{self.annex}")
        yield from rows

    def _read_row(self, cells: list[Cell]) -> None:
        if _is_heading(cells):
            self.category = plain_text(cells[0].text)
            self._doubt("heading_row", self._place(), heading=self.category)
            return
        question = plain_text(self._cell(cells, Column.QUESTION).text)
        if not question:
            if any(not cell.continues and plain_text(cell.text) for cell in cells):
                self._doubt(
                    "row_without_question", self._place(), row=plain_text(" ".join(cell.text for cell in cells))[:40]
                )
            return
        place = self._place()
        self.category = self._inherited(cells, Column.CATEGORY, self.category, "category_inherited", place)
        completion = self._completion(cells, place)
        units = self._units(cells, place)
        self._check(question, place)
        zh, en, doubt = requirement(question, self.audience)
        if doubt:
            self._doubt(doubt, place, requirement=zh)
        self.rows.append(Row(self.category, question, completion, zh, en, units.lead, units.supporting))

    def _completion(self, cells: list[Cell], place: str) -> str:
        self.completion = self._inherited(cells, Column.COMPLETION, self.completion, "completion_inherited", place)
        if not is_completion(self.completion):
            self._doubt("completion_unknown", place, stops=True, words=self.completion or "（空）")
            return self.completion
        return completion_rule(self.completion).text

    def _units(self, cells: list[Cell], place: str) -> Units:
        if Column.LEAD not in self.columns and Column.SUPPORTING not in self.columns:
            return Units((), ())
        cell = self._cell(cells, Column.LEAD)
        if plain_text(cell.text):
            self.units = cell.text
        elif self.units and not cell.continues and Column.LEAD in self.columns:
            self._doubt("units_inherited", place, units=plain_text(self.units))
        lead, supporting, in_doubt = read_units(self.units)
        supporting += read_units(self._cell(cells, Column.SUPPORTING).text).lead
        if in_doubt or not lead:
            as_read = "、".join(lead) + (f"（{'、'.join(supporting)}配合）" if supporting else "")
            self._doubt("units_unclear", place, words=plain_text(self.units) or "（空）", as_read=as_read or "教务处")
        return Units(lead, supporting)

    def _inherited(self, cells: list[Cell], column: Column, above: str, code: str, place: str) -> str:
        """The text of the cell, or of the one above when it is empty, also from the page before.

        That is a doubt, unless the two cells are merged.
        """
        cell = self._cell(cells, column)
        text = plain_text(cell.text)
        if text or cell.continues or column not in self.columns:
            return text or above
        self._doubt(code, place, words=above or "（空）")
        return above

    def _check(self, question: str, place: str) -> None:
        if not question.endswith(_ENDINGS):
            self._doubt("question_unfinished", place, question=question[-20:])
        if (key := comparison_key(question)) in self.questions:
            self._doubt("question_repeated", place, question=question[:20])
        self.questions.add(key)
        if not self.category:
            self._doubt("category_missing", place, stops=True)

    def _cell(self, cells: list[Cell], column: Column) -> Cell:
        at = self.columns.get(column, len(cells))
        return cells[at] if at < len(cells) else Cell("")

    def _place(self) -> str:
        """The number that the row gets."""
        return f"{self.annex}-{len(self.rows) + 1}"

    def _doubt(self, code: str, place: str, *, stops: bool = False, **particulars: str) -> None:
        self.doubts.append(Doubt(code, place, particulars, stops))


def _is_heading(cells: list[Cell]) -> bool:
    """One cell over the whole width that asks nothing: a heading between the rows."""
    text = plain_text(cells[0].text) if cells else ""
    return len(cells) > 1 and all(cell.spread for cell in cells[1:]) and bool(text) and not text.endswith(_ENDINGS)
