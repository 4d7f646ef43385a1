"""Pages run on Chromium 100 and Safari 15.4, decide nothing, carry no script, and are made of small pieces."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT

CONSOLE = ROOT / "api" / "console"
TOO_NEW = (  # for browsers on which offices work: each with the version that has it
    r"color-mix\(",  # 111
    r"oklch\(|oklab\(",  # 111
    r":has\(",  # 105
    r"@container|container-type",  # 105
    r"light-dark\(",  # 123
    r"@layer|@scope|@starting-style",
    r"\bpopover\b",  # 114
    r"\binert\b",  # 102
    r"requestSubmit",  # Safari 16
    r"importmap",  # Safari 16.4
    r"\bstatic\s*\{",  # Safari 16.4
    r"\.findLast\(|\.toSorted\(|\.toReversed\(|\.at\(-|Object\.groupBy|Array\.fromAsync|structuredClone\(.*transfer",
)
NO_TEMPLATE_HAS = (
    r"\sstyle\s*=",
    r"\son[a-z]+\s*=\s*[\"']",
    r"<script[^>]*>\s*[^<\s]",
    r"<style",
    r"\bhx-on",
    r"\bjs:",
    r"\|\s*safe\b",
    r"[\u4e00-\u9fff]",  # words stand in wording/
    r"\bif\b[^%}]*\b(state|role)\s*(==|!=|in\b)",  # what a template would decide by
    r"\b(now|today)\s*(<|>)|(<|>)\s*(now|today)\b",
)
NESTED = re.compile(r"\{[^{}]*\{")  # a rule in a rule, once those of @media and the like are taken off


def of_kind(*suffixes: str) -> list[Path]:
    found = (file for file in CONSOLE.rglob("*") if file.suffix in suffixes and "vendor" not in file.parts)
    return sorted(found)


def lines(file: Path) -> int:
    return len(file.read_text().splitlines())


def named(file: Path) -> str:
    return str(file.relative_to(CONSOLE))


def without_comments(file: Path) -> str:
    content = re.sub(r"/\*.*?\*/|\{#.*?#\}", "", file.read_text(), flags=re.DOTALL)
    return re.sub(r"^\s*//.*$", "", content, flags=re.MULTILINE) if file.suffix == ".js" else content


def found(patterns: tuple[str, ...], *suffixes: str) -> Iterator[str]:
    for file in of_kind(*suffixes):
        content = without_comments(file)
        for pattern in patterns:
            yield from (f"{named(file)}: {match.group().strip()}" for match in re.finditer(pattern, content))


def test_styles_and_scripts_use_nothing_that_browsers_of_offices_lack() -> None:
    assert list(found(TOO_NEW, ".css", ".js")) == []


@pytest.mark.parametrize("file", of_kind(".css"), ids=named)
def test_no_rule_stands_within_another(file: Path) -> None:
    rules = re.sub(r"@(media|supports|page|font-face)[^{]*\{((?:[^{}]|\{[^{}]*\})*)\}", r"\2", without_comments(file))
    assert NESTED.findall(rules) == []
    assert file.name == "print.css" or "!important" not in rules


def test_templates_decide_nothing_and_carry_neither_words_nor_scripts() -> None:
    assert list(found(NO_TEMPLATE_HAS, ".html")) == []


def test_templates_styles_and_elements_are_small() -> None:
    sizes = sorted(lines(file) for file in of_kind(".html"))
    assert sizes[len(sizes) * 9 // 10] <= 60
    for suffix, most in ((".html", 120), (".css", 250), (".js", 150)):
        assert [(named(file), lines(file)) for file in of_kind(suffix) if lines(file) > most] == []


def test_every_text_of_pages_has_both_languages() -> None:
    for file in sorted((CONSOLE / "wording").glob("*.toml")):
        texts = tomllib.loads(file.read_text())
        assert [key for key, text in texts.items() if set(text) != {"zh", "en"} or not all(text.values())] == [], file


def test_every_sign_that_a_place_or_a_template_names_is_drawn() -> None:
    drawn = set(re.findall(r'id="([a-z-]+)"', (CONSOLE / "static" / "icons.svg").read_text()))
    used = {name for file in of_kind(".html") for name in re.findall(r"icon\(\"([a-z-]+)\"\)", file.read_text())}
    used |= set(re.findall(r'Place\("[^"]+", "([a-z_-]+)"', (CONSOLE / "places.py").read_text()))
    assert used - drawn == set()


def test_no_page_brings_words_under_names_that_its_frame_has() -> None:
    """The frame would win, and the page would show what it never meant."""
    calls = [
        (file.name, keyword.arg)
        for file in of_kind(".py")
        for call in ast.walk(ast.parse(file.read_text()))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "page"
        for keyword in call.keywords
    ]
    rendering = ast.parse((CONSOLE / "rendering.py").read_text())
    (frame,) = [one for one in rendering.body if isinstance(one, ast.FunctionDef) and one.name == "_frame"]
    names = {
        key.value
        for one in ast.walk(frame)
        if isinstance(one, ast.Dict)
        for key in one.keys
        if isinstance(key, ast.Constant)
    }
    assert len(names) > 10
    assert [call for call in calls if call[1] in names] == []


def test_every_word_that_a_page_asks_for_by_its_whole_name_is_written() -> None:
    asked = re.compile(r"""\b(?:t|text)\(\s*["']([a-z_]+)\.([\w.\-]+[a-zA-Z0-9])["']\s*[,)]""")
    words: dict[str, set[str]] = {}
    for file in (CONSOLE / "wording").glob("*.toml"):
        words[file.stem] = set(tomllib.loads(file.read_text()))
    missing = {
        f"{named(file)}: {subject}.{name}"
        for file in of_kind(".html", ".py")
        for subject, name in asked.findall(file.read_text())
        if name not in words.get(subject, set())
    }
    assert missing == set()


LED_ON = {  # where nothing was done, or the page that is led to says it at once
    "pages.py": "to signing in, or to the page of a form",
    "settings.py": "language and colours, which are seen",
    "accountability.py": "chosen by a GET",
    "findings.py": "the filter that opens first",
    "today.py": "who has no day of findings",
    "bulk.py": "sent twice",
    "finding.py": "sent twice",
    "sheet.py": "at the next item, below the one that was answered",
    "capture.py": "a page of its own",
    "documents.py": "the paper that is being made",
    "ledgers.py": "the paper that is being made",
    "signing_in.py": "signed in or out",
}


def test_what_a_form_has_done_is_said_on_the_next_page() -> None:
    silent: dict[str, int] = {}
    said: set[str] = set()
    for file in of_kind(".py"):
        for call in ast.walk(ast.parse(file.read_text())):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "done":
                if len(call.args) < 2:
                    silent[file.name] = silent.get(file.name, 0) + 1
                texts = (one for arg in call.args[1:] for one in ast.walk(arg) if isinstance(one, ast.Constant))
                said |= {str(one.value) for one in texts}
    assert set(silent) == set(LED_ON)
    written = set(tomllib.loads((CONSOLE / "wording" / "notices.toml").read_text()))
    assert written <= said
    assert silent == {
        **dict.fromkeys(LED_ON, 1),
        "pages.py": 3,
        "settings.py": 2,
        "sheet.py": 2,
        "ledgers.py": 2,
        "signing_in.py": 2,
    }
