"""Files and functions stay small enough to be read at once, and their names say what lives in them."""

import ast
import re
from collections.abc import Iterator

from tests.architecture.sources import ROOT, modules, tree

NOTHING_SAID = re.compile(r"(^|_)(utils?|helpers?|managers?)(_|$)|^(common|base|misc)$")


def lines() -> list[tuple[int, str]]:
    return sorted((len((ROOT / file).read_text().splitlines()), str(file)) for file in modules())


def functions() -> Iterator[tuple[int, str]]:
    for file in modules():
        for node in ast.walk(tree(file)):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                yield (node.end_lineno or node.lineno) - node.lineno + 1, f"{file}:{node.lineno} {node.name}"


def test_no_file_is_longer_than_300_lines() -> None:
    assert [file for file in lines() if file[0] > 300] == []


def test_nine_files_of_ten_have_180_lines_at_most() -> None:
    sizes = lines()
    at, name = sizes[len(sizes) * 9 // 10]
    assert at <= 180, f"the tenth longest of ten files is {name}; longer ones: {[f for f in sizes if f[0] > 180]}"


def test_no_function_is_longer_than_40_lines() -> None:
    assert [function for function in functions() if function[0] > 40] == []


def test_every_file_name_says_what_lives_in_it() -> None:
    names = [part.removesuffix(".py") for file in modules() for part in file.parts]
    assert [name for name in names if NOTHING_SAID.search(name)] == []


def test_names_that_say_nothing_are_recognized() -> None:
    nothing = ["utils", "date_utils", "helpers", "test_helper", "managers", "common", "base"]
    assert all(NOTHING_SAID.search(name) for name in nothing)
    assert not any(NOTHING_SAID.search(name) for name in ["common_problems", "database", "management", "baseline"])
