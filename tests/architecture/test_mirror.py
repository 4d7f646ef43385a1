"""Tests mirror the code: `tests/{unit,integration}/PACKAGE/test_MODULE.py`, or this file says where else and why."""

from collections.abc import Iterator
from pathlib import PurePath

from tests.architecture.sources import ROOT

TESTS = ROOT / "tests"
# Test modules that try modules without a test of their own, most of them through the module that calls these.
TRIED_BY = {
    "functional/test_access_that_ends": "ledger/sight stored_answers",
    "functional/test_alerts": "alerts/inbox",
    "functional/console/test_capture": "rounds/capture_choices",
    "functional/test_directory": "people/directory",
    "functional/test_escalations": "findings/escalations",
    "functional/console/test_leaders": "documents/preview",
    "functional/test_former_keys": "setup/secret_keys",
    "functional/test_held_tokens": "people/access/held_tokens",
    "functional/test_second_factor": "people/access/sealing people/access/second_factor",
    "functional/test_provider_sign_in": "people/access/provider_accounts",
    "functional/test_organizations": "people/mergers store/repointing",
    "functional/test_saved_filters": "people/saved_filters/saved_filters",
    "functional/test_outage": "doctor/ready store/writing",
    "functional/test_people": " ".join(
        f"people/{module}"
        for module in (
            "adoption",
            "personal_data/anonymizing",
            "changes",
            "invitations",
            "list",
            "person_fields",
            "person_record",
            "posts",
        )
    ),
    "functional/test_problems": "errors",
    "functional/test_rounds": "rounds/rounds",
    "functional/test_audit_results": "audit/results",
    "functional/test_security_log": "records/security security_log/list",
    "functional/cli/test_security_log": "security_log/checking security_log/export",
    "functional/cli/test_mail": "alerts/hold/unsent",
    "functional/cli/test_commands": "setup/installation store/transaction",
    "functional/cli/test_round": "setup/round_file setup/round_loading",
    "integration/accountability/test_accountability": "rounds/current",
    "integration/alerts/test_texts": "alerts/messages wording/duties wording/moments",
    "integration/audit/test_digests": "store/rows_on_record/*",
    "integration/audit/test_rows": "audit/expected audit/raw",
    "integration/audit/test_verify": "audit/chains audit/faults",
    "integration/backup/test_making": " ".join(
        (
            *(f"backup/{module}" for module in ("archive", "checking", "encryption", "head", "office_files", "record")),
            *(f"backup/database/{module}" for module in ("postgresql", "snapshot", "sqlite")),
        )
    ),
    "integration/calendar_feed/test_feed": "calendar_feed/addresses calendar_feed/entries",
    "integration/doctor/test_running": "doctor/check doctor/mail doctor/processes doctor/storage doctor/watched",
    "integration/documents/test_kinds": "documents/kinds/standing findings/notice_numbers",
    "integration/documents/test_orders": "documents/queue wording/failures",
    "integration/findings/test_feed": "records/past_events",
    "integration/findings/test_histories": "findings/moves records/facts",
    "integration/findings/test_list": "findings/view",
    "integration/findings/test_log": "findings/new findings/corrections",
    "integration/ledger/test_export": "ledger/columns ledger/filters ledger/rows",
    "integration/ledger_import/test_importing": "ledger_import/places ledger_import/plan",
    "integration/ledger_import/test_importing_again": "ledger_import/existing ledger_import/placed_lines",
    "integration/people/personal_data/test_export": "people/personal_data/held",
    "integration/people/test_importing": "people/lines",
    "integration/people/test_accounts": "people/passwords people/tokens",
    "integration/retention/test_retention": "retention/periods",
    "integration/statistics/test_tallies": "statistics/counted",
    "integration/setup/rulebooks/test_calendars": "setup/rulebooks/rulebook_records",
    "integration/round_changes/test_labour": " ".join(
        f"round_changes/{module}" for module in ("handing_over", "locking", "names", "succession", "teams")
    ),
    "integration/round_closing/test_closing": "round_closing/entries",
    "integration/setup/test_hostile_files": "setup/notice_file/legacy",
    "integration/setup/test_notice_loading": "setup/notice_plan",
    "integration/setup/test_notice_settling": "setup/notice_changes setup/notice_terms",
    "integration/store/test_db": "store/sqlite",
    "integration/store/test_heartbeats": "files/folder_identity store/watch_notes",
    "integration/store/test_schema": "models/* store/migrations/env",  # their columns and constraints, as migrated
    "integration/test_scope": "findings/read",
    "integration/doctor/watchdog/test_watchdog": " ".join(
        (
            *(f"doctor/watchdog/{module}" for module in ("alarm_mail", "alarms", "chains", "holder", "timers")),
            *("findings/timers", "reports/report_timers"),
        )
    ),
    "unit/documents/test_pdf": "documents/signs documents/pages documents/typesetting",
    "unit/files/test_pictures": "files/drawing",
    "integration/workers/test_notes": "doctor/notes",
    "integration/workers/test_poison": "doctor/doctor",
    "unit/documents/test_word": "documents/blocks documents/looks",
    "unit/alerts/test_letters": "wording/numerals",
    "unit/files/test_sandbox": "files/reading_process",
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
    "integration": "scope_of_rounds servers",
    "integration/audit": "reports",
    "integration/documents": "own_offices scans",
    "integration/findings": "histories races",
    "integration/inspections": "answer_evidence answer_findings answers_refused opening_refused races",
    "integration/ledger_import": "coming_back importing_again",
    "integration/reports": "calendar drafts",
    "integration/setup": "hostile_files",
    "integration/store": "query_plans",
    "integration/workers": "poison processes reports",
    "unit": "report_weeks working_time",
    "unit/documents": "libreoffice",
    "unit/findings": "breaches closing collusion exam ladder mistakes promises receipts reminders round posts",
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
    others = {f"{top}/{module}" for top in ("api", "cli", "demo", "workers") for module in modules(top)}
    known = SERVICE | set(modules("workflows")) | others
    stories = {f"{folder}/test_{name}" for folder, names in STORIES.items() for name in names.split()}
    assert {test for test, module in NAMED.items() if module not in known} == stories


def test_the_tests_that_are_named_here_exist() -> None:
    assert [test for test in TRIED_BY if not (TESTS / f"{test}.py").is_file()] == []
