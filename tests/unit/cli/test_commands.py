import inspect
import os
import subprocess
import sys

import pytest

from cli.commands import COMMANDS, LazyCommands

OURS = {"api", "cli", "demo", "service", "workers", "workflows"}
HEAVY = {  # what nearly no process needs, or not before something asks for it
    *("alembic", "authlib", "calamine", "cryptography", "docx", "docxtpl", "icalendar", "joserfc", "limits", "lxml"),
    *("mako", "PIL", "psycopg", "redis", "requests", "rq", "typst", "urllib3", "xlsxwriter"),
}


def loaded(code: str) -> set[str]:
    """The modules that a new process has loaded in the end."""
    words = [sys.executable, "-c", f"import sys\n{code}\nprint(*sys.modules, sep='\\n', file=sys.stderr)"]
    environ = {name: value for name, value in os.environ.items() if not name.startswith("COV_")}
    return set(subprocess.run(words, check=True, env=environ, capture_output=True, text=True).stderr.split())


def is_ours(module: str) -> bool:
    return module.partition(".")[0] in OURS


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_of_commands_says_what_the_help_of_each_begins_with(name: str) -> None:
    whole = inspect.cleandoc(LazyCommands(COMMANDS)[name].help or "")
    assert whole.partition("\n\n")[0].replace("\n", " ") == COMMANDS[name].sentence


def test_help_is_shown_without_loading_any_command() -> None:
    modules = loaded("from cli.main import main\ntry: main(['--help'])\nexcept SystemExit: pass")
    assert {name for name in modules if is_ours(name)} == {"cli", "cli.commands", "cli.main"}
    assert not modules & {*HEAVY, "flask", "sqlalchemy", "structlog"}


def test_the_application_loads_what_it_needs_for_its_first_answer_and_no_more() -> None:
    modules = loaded("import api.app")
    assert not modules & HEAVY
    assert len({name for name in modules if not is_ours(name)}) < 850, "the libraries and Python's own"
