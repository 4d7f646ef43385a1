"""Sentences of errors and words of the law: nothing that the product can say is left unwritten."""

import ast
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

import pytest

from service import errors
from service.retention.periods import Retained
from service.store.sweeping import ClockTask
from service.wording import MissingWording, sentence, word, wording
from tests.architecture.sources import modules, tree
from workflows import credentials, journal, security, vocabulary
from workflows.findings.attempts import Refusal
from workflows.findings.audience import Audience

KINDS = {
    name
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, errors.DubanError) and kind is not errors.InvalidInput
}
SPOKEN = (
    vocabulary.State,
    vocabulary.Severity,
    vocabulary.Origin,
    vocabulary.OrganizationKind,
    vocabulary.Role,
    vocabulary.Move,
    vocabulary.Outcome,
    vocabulary.Measure,
    vocabulary.Light,
    vocabulary.Clock,
    vocabulary.InspectionKind,
    vocabulary.Method,
    vocabulary.Answer,
    vocabulary.ReportState,
    vocabulary.Readiness,
    vocabulary.Coverage,
    vocabulary.CampaignCode,
    vocabulary.ClosingOutcome,
    vocabulary.DocumentKind,
    vocabulary.DocumentStatus,
    credentials.TokenKind,
    credentials.TokenScope,
    credentials.NextStep,
    journal.SubjectKind,
    journal.JournalAct,
    security.SecurityKind,
    security.SecurityOutcome,
    vocabulary.Addressee,
    vocabulary.Holiday,
    ClockTask,
    Retained,
    Audience,
)
CHINESE = re.compile(r"[\u4e00-\u9fff]")
CODE = re.compile(r"[a-z]+(_[a-z]+)+|[a-z]{4,}")


def codes(module: ast.Module) -> Iterator[str]:
    """Every code that a module raises: the first word of an error, the values of the fields of invalid input."""
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
            if node.func.id in KINDS:
                yield from _literals(node.args[0])
            elif node.func.id == "InvalidInput" and isinstance(node.args[0], ast.Dict):
                for value in node.args[0].values:
                    yield from _literals(value)
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
            # wrong["found_at"] = "in_future", gathered before it is raised
            named = node.targets[0].value
            if isinstance(named, ast.Name) and named.id in ("wrong", "errors", "fields"):
                yield from _literals(node.value)


def _literals(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Constant(str() as code):
            yield code
        case ast.IfExp(body=one, orelse=other):
            yield from (*_literals(one), *_literals(other))


def raised() -> list[tuple[str, str]]:
    files = (file for file in modules("service", "api", "workers", "cli") if file != Path("service/errors.py"))
    return sorted({(code, str(file)) for file in files for code in codes(tree(file))})


def test_every_code_that_is_raised_has_a_sentence() -> None:
    found = raised()
    assert ("stale_version", "service/records/events.py") in found
    assert [(code, file) for code, file in found if code not in wording("errors")] == []


@pytest.mark.parametrize(
    "line",
    [
        'raise Conflict("odd_code")',
        'raise Unavailable("odd_code" if busy else "other")',
        'raise InvalidInput({"field": "odd_code"})',
        'wrong["field"] = "odd_code"',
    ],
)
def test_a_raised_code_is_recognized(line: str) -> None:
    assert "odd_code" in list(codes(ast.parse(line)))


@pytest.mark.parametrize("refusal", Refusal)
def test_every_refusal_has_a_sentence(refusal: Refusal) -> None:
    assert refusal in wording("errors")


@pytest.mark.parametrize("code", sorted(wording("errors")))
def test_a_sentence_is_whole_in_both_languages_and_says_what_to_do(code: str) -> None:
    entry = wording("errors")[code]
    assert set(entry) == {"zh", "en"}
    assert entry["zh"].endswith("。")
    assert re.search("请|无需", entry["zh"]), "says what to do"
    assert entry["en"].endswith(".")
    assert CHINESE.search(entry["zh"])
    assert not CHINESE.search(entry["en"])
    assert set(re.findall(r"{\w+}", entry["zh"])) == set(re.findall(r"{\w+}", entry["en"]))


@pytest.mark.parametrize("words", SPOKEN, ids=lambda words: words.__name__)
def test_every_member_has_a_word_in_both_languages(words: type[StrEnum]) -> None:
    for member in words:
        assert CHINESE.search(word(member, "zh"))
        assert not CHINESE.search(word(member, "en"))


def test_no_word_is_for_a_member_that_does_not_exist() -> None:
    tables = {re.sub(r"(?<=[a-z])(?=[A-Z])", "_", words.__name__).lower(): words for words in SPOKEN}
    assert {table: set(words) for table, words in wording("words").items()} == {
        table: {str(member) for member in words} for table, words in tables.items()
    }


def test_a_sentence_names_a_state_by_its_word() -> None:
    assert "“整改中”" in sentence("wrong_state", "zh", state="rectifying", allowed_moves=[])
    assert "being rectified" in sentence("wrong_state", "en", state=vocabulary.State.RECTIFYING)


def test_a_sentence_names_an_instant_in_the_zone_of_the_office() -> None:
    assert "2026年5月21日00:30" in sentence("wrong_state", "zh", state=datetime(2026, 5, 20, 16, 30, tzinfo=UTC))


def test_a_missing_sentence_is_loud_in_tests_and_shows_its_code_to_readers() -> None:
    with pytest.warns(MissingWording, match=r"errors: no_such_code \(zh\)"):
        assert sentence("no_such_code", "zh") == "no_such_code"


def test_a_missing_particular_is_loud_in_tests_and_leaves_a_gap() -> None:
    with pytest.warns(MissingWording, match="blank {state}"):
        assert "……" in sentence("wrong_state", "zh")


def test_a_particular_is_never_read_as_a_blank() -> None:
    assert "{0.__class__}" in sentence("wrong_state", "zh", state="{0.__class__}")


@pytest.mark.parametrize("key", sorted(wording("checks")))
def test_the_doctor_speaks_both_languages_alike(key: str) -> None:
    entry = wording("checks")[key]
    assert key.rpartition(".")[2] in {"ok", "warning", "fault"}
    assert CHINESE.search(entry["zh"])
    assert not CHINESE.search(entry["en"])
    assert set(re.findall(r"{\w+}", entry["zh"])) == set(re.findall(r"{\w+}", entry["en"]))
    assert key.endswith(".ok") or "请" in entry["zh"], "says what to do"


@pytest.mark.parametrize("key", sorted(wording("letters")))
def test_the_phrases_of_letters_are_there_in_both_languages(key: str) -> None:
    entry = wording("letters")[key]
    assert set(entry) == {"zh", "en"}
    assert not CHINESE.search(entry["en"])
