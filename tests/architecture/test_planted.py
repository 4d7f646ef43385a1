"""What `make planted` plants can still be planted, and the tests that are to catch it are there."""

import ast

from tests.architecture.sources import ROOT
from tests.planted.bug import Bug
from tests.planted.bugs import BUGS


def missing(bug: Bug) -> list[str]:
    """The tests of a bug that there are not."""
    found = []
    for named in bug.tests:
        file, _, test = named.partition("::")
        path = ROOT / "tests" / file
        there = {node.name for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef)}
        if test and test.partition("[")[0] not in there:
            found.append(named)
    return found


def test_every_planted_bug_still_fits_the_tree_and_changes_it() -> None:
    for bug in BUGS:
        for patch in bug.patches:
            text = patch.patched()
            assert text != (ROOT / patch.file).read_text(), bug.name
            ast.parse(text)


def test_every_planted_bug_names_tests_that_exist() -> None:
    assert [(bug.name, lost) for bug in BUGS if (lost := missing(bug))] == []
    assert len({bug.name for bug in BUGS}) == len(BUGS) >= 14
