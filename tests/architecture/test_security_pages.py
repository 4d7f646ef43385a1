"""The pages on security name what there is: every file, test, setting and command, and every requirement once."""

import ast
import re
from collections import Counter
from collections.abc import Iterator

import pytest

from cli.commands import COMMANDS
from service.settings import NAMES
from tests.architecture.sources import ROOT, modules, tree

ASVS, DJBH = "docs/security/asvs.md", "docs/security/djbh.md"
PAGES = ("SECURITY.md", "docs/security.md", "docs/personal-data.md", ASVS, DJBH)
QUOTED = re.compile(r"`([^`\n]+)`")
LINKED = re.compile(r"\]\(([^)\s]+)\)")
FILE = re.compile(r"[\w.-]+(/[\w.-]+)*/?\.?[\w-]*")
TOP = {entry.name for entry in ROOT.iterdir()}
LINES = {  # of a table of requirements: what its first cells are, and how many there are
    ASVS: (re.compile(r"^\| (\d+\.\d+\.\d+) \| ([12]) \| [^|]+ \| (met|part|\*\*not\*\*|n/a) \| [^|]{5,} \|$"), 253),
    DJBH: (re.compile(r"^\| (7\.1\.[45]\.\d+ [^|]+) \| ([^|]+) \| (符合|部分|不符合|不适用) \| [^|]{5,} \|$"), 27),
}


def text(page: str) -> str:
    return (ROOT / page).read_text()


def quoted(page: str) -> Iterator[str]:
    for words in QUOTED.findall(text(page)):
        yield words.strip()


def named_tests() -> set[str]:
    """Functions of tests."""
    return {
        node.name
        for file in modules("tests")
        if file.name.startswith("test_")
        for node in ast.walk(tree(file))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def is_file(words: str) -> bool:
    return bool(FILE.fullmatch(words)) and (words.partition("/")[0] in TOP)


@pytest.mark.parametrize("page", PAGES)
def test_every_file_and_test_that_a_page_names_exists(page: str) -> None:
    there = named_tests()
    tests = [words for words in quoted(page) if words.startswith("test_") and words not in there]
    assert tests == []
    assert [words for words in quoted(page) if is_file(words) and not (ROOT / words).exists()] == []
    local = [link.partition("#")[0] for link in LINKED.findall(text(page)) if "://" not in link]
    assert [link for link in local if not ((ROOT / page).parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_setting_and_command_that_a_page_names_exists(page: str) -> None:
    settings = re.findall(r"DUBAN_[A-Z_]+[A-Z]\b(?!_…)", text(page))
    assert set(settings) - {*NAMES, "DUBAN_EVIDENCE"} == set()
    commands = re.findall(r"`duban ([a-z][a-z-]*)", text(page))
    assert set(commands) - set(COMMANDS) == set()


@pytest.mark.parametrize("page", [ASVS, DJBH])
def test_every_requirement_has_one_line_with_state_and_evidence(page: str) -> None:
    line, number = LINES[page]
    rows = [row for row in text(page).splitlines() if re.match(r"\| \d", row)]
    assert [row for row in rows if not line.match(row)] == []
    times = Counter(match[1] for row in rows if (match := line.match(row)))
    assert len(times) == len(rows) == number


def test_what_is_said_to_be_met_names_what_it_is_seen_by() -> None:
    line, _ = LINES[ASVS]
    met = [row for row in text(ASVS).splitlines() if (match := line.match(row)) and match[3] == "met"]
    assert met
    assert [row for row in met if not re.search(r"`[^`]+`|\]\(", row.partition("| met |")[2])] == []


def test_a_word_is_taken_for_a_file_by_where_it_begins() -> None:
    assert is_file("api/http/limits.py")
    assert is_file("service/doctor/watchdog/")
    assert not is_file("POST /tokens")
    assert not is_file("nosniff")
