"""Files and functions stay small enough to be read at once, and their names say what lives in them."""

import ast
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.sources import PACKAGES, ROOT, modules, tree

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


def test_nine_functions_of_ten_have_20_lines_at_most() -> None:
    sizes = sorted(functions())
    assert sizes[len(sizes) * 9 // 10][0] <= 20


def shreds(module: ast.Module) -> Iterator[ast.FunctionDef]:
    """Private functions of one or two lines that one place alone calls: they are read sooner where they are used."""
    names = Counter(node.id for node in ast.walk(module) if isinstance(node, ast.Name))
    names += Counter(node.attr for node in ast.walk(module) if isinstance(node, ast.Attribute))
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef) and re.match("_[a-z]", node.name) and not node.decorator_list:
            body = node.body[1:] if ast.get_docstring(node) else node.body
            if names[node.name] == 1 and sum((part.end_lineno or 0) - part.lineno + 1 for part in body) <= 2:
                yield node


def test_few_functions_were_cut_off_for_their_length_alone() -> None:
    """Some remain with reason: those in tables of rules, and those that are handed to others."""
    found = [f"{file}:{node.lineno} {node.name}" for file in modules(*PACKAGES) for node in shreds(tree(file))]
    of_product = [name for size, name in functions() if name.split("/")[0] in PACKAGES]
    assert len(found) <= len(of_product) * 4 // 100, found


def test_a_function_that_was_cut_off_is_found() -> None:
    (found,) = shreds(ast.parse("def _double(number):\n    return 2 * number\n\ndef four():\n    return _double(2)"))
    assert found.name == "_double"
    assert not list(shreds(ast.parse("def _double(n):\n    return 2 * n\n\ndef ten(): return _double(_double(2))")))


@pytest.mark.parametrize(
    ("folder", "most"),
    [("service", 36), ("api", 37), ("api/schemas", 36), ("workflows", 32), ("cli", 38), ("workers", 32), ("demo", 32)],
)
def test_a_folder_is_taken_in_at_a_glance(folder: str, most: int) -> None:
    assert len([entry for entry in (ROOT / folder).iterdir() if entry.name != "__pycache__"]) <= most


def test_no_subject_of_the_books_is_spread_over_more_than_20_files() -> None:
    folders = Counter(file.parent for file in modules("service"))
    assert {folder: files for folder, files in folders.items() if folder != Path("service") and files > 20} == {}


def test_the_import_contract_names_subjects_and_not_modules() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    (books,) = (contract for contract in contracts if contract.get("containers") == ["service"])
    assert books["exhaustive"]
    assert len(" | ".join(books["layers"]).split(" | ")) <= 35


def test_every_file_name_says_what_lives_in_it() -> None:
    names = [part.removesuffix(".py") for file in modules() for part in file.parts]
    assert [name for name in names if NOTHING_SAID.search(name)] == []


def test_names_that_say_nothing_are_recognized() -> None:
    nothing = ["utils", "date_utils", "helpers", "test_helper", "managers", "common", "base"]
    assert all(NOTHING_SAID.search(name) for name in nothing)
    assert not any(NOTHING_SAID.search(name) for name in ["common_problems", "database", "management", "baseline"])
