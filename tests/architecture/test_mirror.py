"""Tests mirror the code: `tests/{unit,integration}/PACKAGE/test_MODULE.py`, or this file says where else and why."""

from collections.abc import Iterator
from pathlib import PurePath

from tests.architecture.sources import ROOT

TESTS = ROOT / "tests"
# Test modules that try modules without a test of their own, most of them through the module that calls these.
TRIED_BY = {
    "functional/test_alerts": "alerts/inbox",
    "functional/test_directory": "people/directory",
    "functional/test_escalations": "findings/escalations",
    "functional/test_problems": "errors",
    "functional/test_rounds": "rounds/rounds",
    "functional/cli/test_commands": "setup/installation store/transaction",
    "functional/cli/test_round": "setup/round_file setup/round_loading",
    "integration/accountability/test_accountability": "rounds/current",
    "integration/alerts/test_delivery": "people/addresses",
    "integration/alerts/test_texts": "alerts/messages wording/duties wording/moments",
    "integration/audit/test_rows": "audit/expected audit/raw",
    "integration/audit/test_verify": "audit/chains audit/faults",
    "integration/calendar_feed/test_feed": "calendar_feed/addresses calendar_feed/entries",
    "integration/doctor/test_running": "doctor/check doctor/mail",
    "integration/documents/test_orders": "documents/queue wording/failures",
    "integration/findings/test_feed": "records/past_events",
    "integration/findings/test_histories": "findings/moves records/facts",
    "integration/findings/test_list": "findings/view",
    "integration/findings/test_log": "findings/new findings/corrections",
    "integration/ledger/test_export": "ledger/columns ledger/filters ledger/rows",
    "integration/ledger_import/test_importing": "ledger_import/places ledger_import/plan",
    "integration/ledger_import/test_importing_again": "ledger_import/existing",
    "integration/people/test_accounts": "people/passwords people/tokens people/callers",
    "integration/reports/test_calendar": "rounds/rulebooks",
    "integration/round_closing/test_closing": "round_closing/entries",
    "integration/setup/test_hostile_files": "files/sandbox setup/notice_file/legacy",
    "integration/setup/test_notice_loading": "people/organizations setup/notice_plan",
    "integration/store/test_schema": "models/* store/migrations/env",  # their columns and constraints, as migrated
    "integration/test_scope": "findings/read",
    "integration/workers/test_poison": "store/sweeping",
    "unit/alerts/test_letters": "wording/numerals",
    "unit/documents/test_word": "documents/blocks documents/looks documents/pdf",
    "unit/ledger_import/test_lines": "files/spreadsheets",
    "unit/setup/notice_file/test_facts": " ".join(
        f"setup/notice_file/{module}" for module in ("heading", "labour", "notice", "sections", "units")
    ),
    "unit/setup/notice_file/test_reading": " ".join(
        f"setup/notice_file/{module}" for module in ("checklists", "columns", "rows", "text")
    ),
}
# Test modules that are named after a story: one that several modules have a part in, or a part of a module's own.
STORIES = {
    "integration": "servers",
    "integration/audit": "reports",
    "integration/documents": "scans",
    "integration/findings": "histories races",
    "integration/inspections": "answer_evidence answer_findings answers_refused opening_refused races",
    "integration/ledger_import": "importing_again",
    "integration/reports": "calendar drafts",
    "integration/setup": "hostile_files",
    "integration/store": "query_plans",
    "integration/workers": "poison processes reports",
    "unit": "report_weeks",
    "unit/documents": "libreoffice",
    "unit/findings": "breaches closing collusion exam ladder mistakes promises receipts reminders round",
    "unit/setup/notice_file": "facts",
}


def modules(top: str) -> Iterator[str]:
    """The modules and packages within a top package, as `findings/log` and `findings`."""
    for file in (ROOT / top).rglob("*.py"):
        inner = file.relative_to(ROOT / top).with_suffix("")
        if "versions" not in inner.parts and inner.name != "__main__":
            yield str(inner.parent if inner.name == "__init__" else inner)


def names_of(kind: str) -> dict[str, str]:
    """Test modules of `unit` or `integration`, each with what its name stands for: a module, as `modules` says it."""
    files = [file.relative_to(TESTS).with_suffix("") for file in (TESTS / kind).rglob("test_*.py")]
    return {str(file): str(file.relative_to(kind).with_name(file.name.removeprefix("test_"))) for file in files}


NAMED = names_of("unit") | names_of("integration")
SERVICE = {module for module in modules("service") if module != "."}
PACKAGES = {str(PurePath(module).parent) for module in SERVICE}
INNERMOST = SERVICE - PACKAGES


def tried_elsewhere() -> Iterator[str]:
    for names in TRIED_BY.values():
        for name in names.split():
            package, _, module = name.rpartition("/")
            yield from [one for one in INNERMOST if str(PurePath(one).parent) == package] if module == "*" else [name]


def test_every_module_of_the_books_has_a_test_of_its_name_or_is_tried_by_one_that_is_named() -> None:
    of_their_name = set(NAMED.values())
    of_their_package = {module for module in INNERMOST if str(PurePath(module).parent) in of_their_name}
    named = set(tried_elsewhere())
    assert INNERMOST - of_their_name - of_their_package - named == set(), "write a test, or name the one that tries it"
    assert named - INNERMOST == set(), "there is no such module"
    assert {module for module in named & of_their_name if not module.startswith("models/")} == set(), "no exceptions"


def test_every_test_module_is_named_after_a_module_or_a_story() -> None:
    others = {f"{top}/{module}" for top in ("cli", "demo", "workers") for module in modules(top)}
    known = SERVICE | set(modules("workflows")) | others
    stories = {f"{folder}/test_{name}" for folder, names in STORIES.items() for name in names.split()}
    assert {test for test, module in NAMED.items() if module not in known} == stories


def test_the_tests_that_are_named_here_exist() -> None:
    assert [test for test in TRIED_BY if not (TESTS / f"{test}.py").is_file()] == []
