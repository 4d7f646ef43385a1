"""Mistakes in files of rules: where they stand, and the word that was meant."""

import pytest

from workflows.file_mistakes import EntryLines, Mistake, as_written, did_you_mean, with_lines

TEXT = """version = "1"
[a.b] # a table
one = [
  "x = 1", # no entry
  "y",
]
"two.three" = { four = 4 }
[[rows]]
n = 1
[[rows]]
n = 2
"""


@pytest.mark.parametrize(
    ("where", "word", "line"),
    [
        (("version",), "", 1),
        (("a", "b", "one"), "", 3),
        (("a", "b", "one"), "y", 5),
        (("a", "b", "one", 1), "", 3),
        (("a", "b", "x"), "", 2),
        (("a", "b", "two.three", "four"), "four", 7),
        (("rows", 1, "n"), "", 11),
        (("rows", 1), "", 10),
        (("nothing",), "", None),
        ((), "", None),
    ],
)
def test_an_entry_stands_on_its_line_or_on_that_of_its_table(
    where: tuple[str | int, ...], word: str, line: int | None
) -> None:
    assert EntryLines(TEXT).line_of(where, word) == line


def test_a_mistake_is_a_sentence_in_both_languages_and_named_once() -> None:
    wrong = Mistake(("a", "b", "one"), "不对", "is wrong")
    assert [str(one) for one in with_lines([wrong, wrong], TEXT)] == [
        "第 3 行 a.b.one：不对 / line 3, a.b.one: is wrong."
    ]
    assert str(Mistake((), "不对", "is wrong")) == "不对 / is wrong."


def test_the_nearest_word_is_meant_and_none_when_none_is_near() -> None:
    assert did_you_mean("Reviwer", ["unit", "reviewer"]) == "reviewer"
    assert did_you_mean("bananas", ["unit", "reviewer"]) is None


def test_examples_are_written_as_the_file_writes_them() -> None:
    assert as_written({"a": [True, "x"], "b": 1}) == '{ a = [true, "x"], b = 1 }'
