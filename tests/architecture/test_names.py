"""Names say what comes back or what is done: words that say nothing of it stand alone nowhere."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.sources import PACKAGES, modules, tree

SAYS_NOTHING = {
    *("said", "told", "kept", "known", "seen", "met", "given", "whole", "heard", "happened", "passed", "waiting"),
    *("stored", "served", "deed", "deeds", "thing", "things", "stuff"),
}
SCENERY = {"stage", "scene", "theatre", "crew", "cast", "playback", "desk", "workshop", "pigeon"}


def named(file: Path, module: ast.Module) -> Iterator[tuple[str, str]]:
    """The module's own name, and every function and class in it, with where they stand."""
    yield file.stem, str(file)
    for node in ast.walk(module):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name, f"{file}:{node.lineno}"


def says_nothing(name: str) -> bool:
    return name.strip("_").lower() in SAYS_NOTHING | SCENERY


def test_no_name_is_a_word_that_says_nothing() -> None:
    names = [found for file in modules(*PACKAGES) for found in named(file, tree(file))]
    assert [found for found in names if says_nothing(found[0])] == []


def test_no_module_is_used_under_another_module_s_name() -> None:
    """`from service import missed as overlooked` makes a reader look into the wrong file."""
    stems = {file.stem for file in modules(*PACKAGES)}
    aliases = [
        (str(file), alias.name, alias.asname)
        for file in modules(*PACKAGES)
        for node in ast.walk(tree(file))
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in PACKAGES
        for alias in node.names
        if alias.asname and alias.asname in stems and alias.name in stems
    ]
    assert aliases == []


@pytest.mark.parametrize("line", ["def told(event): ...", "class Deed: ...", "def _known(): ...", "class Stage: ..."])
def test_such_a_name_is_found(line: str) -> None:
    assert [name for name, _ in named(Path("a.py"), ast.parse(line)) if says_nothing(name)]


@pytest.mark.parametrize("line", ["def told_of(event): ...", "class NewEntry: ...", "def is_known(): ..."])
def test_a_name_that_says_something_is_let_alone(line: str) -> None:
    assert not [name for name, _ in named(Path("a.py"), ast.parse(line)) if says_nothing(name)]
