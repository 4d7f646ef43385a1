"""Headings of a table of findings: known by their words, whatever stands beside them."""

import pytest

from service.files.spreadsheets import Row, Sheet
from service.ledger_import.table import LONGEST_HEADING, lines_of


def sheet(*headings: str) -> Sheet:
    return Sheet(
        "整改台账", [Row(1, list(headings)), Row(2, ["明河龙湖学院", "考场时钟停走", "一般问题", "2026-04-13"])]
    )


@pytest.mark.parametrize("hostile", ["(" * 900_000, "（" * 900_000, "责任单位" + "(" * LONGEST_HEADING])
def test_a_text_without_end_is_no_heading_and_holds_nobody_up(hostile: str) -> None:
    from_above = Sheet("整改台账", [Row(1, [hostile]), *sheet("责任单位", "问题", "问题等级", "发现时间").rows])
    (entry,) = lines_of([from_above])
    assert entry.cells["unit"] == "明河龙湖学院"
