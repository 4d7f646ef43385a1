"""Tables in a terminal."""

from cli.text_tables import table


def test_columns_line_up_where_a_chinese_character_is_two_cells_wide() -> None:
    shown = table(["问题", "move"], [["2026-0001", "整改逾期"], ["二", "x"]])
    assert shown.splitlines() == ["问题       move", "─────────  ────────", "2026-0001  整改逾期", "二         x"]
