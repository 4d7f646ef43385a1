"""Which column of a checklist says what: by the words of its header, or by what stands in it."""

import re
from collections.abc import Callable, Sequence
from enum import StrEnum

from service.setup.notice_file.document import Cell
from service.setup.notice_file.text import plain_text
from workflows.completion_words import CompletionError, completion_rule


class Column(StrEnum):
    """What a column says."""

    CATEGORY = "category"  # 督查项目
    QUESTION = "question"  # 督查内容
    COMPLETION = "completion"  # 完成时间
    LEAD = "lead"  # 责任单位
    SUPPORTING = "supporting"  # 配合单位


Columns = dict[Column, int]
_HEADINGS = {  # in this order: 配合责任单位 is a supporting unit
    Column.SUPPORTING: re.compile("配合|协办|协助|参与"),
    Column.LEAD: re.compile("责任(单位|部门|科室|处室)|牵头|负责(单位|部门)|主办"),
    Column.COMPLETION: re.compile("时间|时限|期限"),
    Column.QUESTION: re.compile("内容|要点"),
    Column.CATEGORY: re.compile("项目|类别"),
}
LONGEST_HEADING = 12  # characters
_A_QUESTION = re.compile("[？?]|是否")
_MOST_OF = 0.6  # of the cells of a column


def columns_by_header(row: Sequence[Cell]) -> Columns | None:
    """The columns that this row names, if it is a header: one that names the questions and at least one column more."""
    found: Columns = {}
    for at, cell in enumerate(row):
        heading = plain_text(cell.text)
        if cell.spread or not heading or len(heading) > LONGEST_HEADING or _A_QUESTION.search(heading):
            continue
        column = next((column for column, words in _HEADINGS.items() if words.search(heading)), None)
        if column is not None:
            found.setdefault(column, at)
    return found if Column.QUESTION in found and len(found) > 1 else None


def columns_by_content(rows: Sequence[Sequence[Cell]]) -> Columns | None:
    """The columns, guessed from their cells; None unless questions and completion times are found."""
    width = max(map(len, rows), default=0)
    texts = [[plain_text(row[at].text) if at < len(row) else "" for row in rows] for at in range(width)]
    question = _first(texts, lambda text: bool(_A_QUESTION.search(text)))
    completion = _first(texts, is_completion)
    if question is None or completion is None or question == completion:
        return None
    rest = [at for at in range(width) if at not in (question, completion) and any(texts[at])]
    found = {Column.QUESTION: question, Column.COMPLETION: completion}
    return found | dict(zip((Column.CATEGORY, Column.LEAD), rest, strict=False))


def fits(columns: Columns, rows: Sequence[Sequence[Cell]]) -> bool:
    """Whether these columns can be those of the rows: most of their completion times are some."""
    at = columns.get(Column.COMPLETION)
    if at is None:
        return True
    texts = [plain_text(row[at].text) for row in rows if at < len(row)]
    return not any(texts) or _most(texts, is_completion)


def is_completion(text: str) -> bool:
    """Whether a text is a completion time."""
    try:
        completion_rule(text)
    except CompletionError:
        return False
    return True


def _first(columns: Sequence[Sequence[str]], fitting: Callable[[str], bool]) -> int | None:
    """The first column most of whose texts fit."""
    return next((at for at, texts in enumerate(columns) if _most(texts, fitting)), None)


def _most(texts: Sequence[str], fitting: Callable[[str], bool]) -> bool:
    """Whether most of those that are not empty fit."""
    filled = [text for text in texts if text]
    return bool(filled) and sum(map(fitting, filled)) >= len(filled) * _MOST_OF
