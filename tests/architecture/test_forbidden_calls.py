"""Calls that no part of the product makes: the wall clock outside its module, and whatever turns data into code."""

import ast
from pathlib import Path

import pytest

from tests.architecture.sources import PACKAGES, calls, imported, modules, tree

CLOCK = Path("service/store/clock.py")
CLOCKS = {
    *(f"datetime.datetime.{name}" for name in ("now", "utcnow", "today")),
    "datetime.date.today",
    *(f"time.{name}" for name in ("time", "time_ns", "localtime", "gmtime", "ctime")),
}
CODE = {"eval", "exec", "yaml.load", "yaml.load_all", "yaml.unsafe_load", "yaml.full_load", "builtins.eval"}
CODE_MODULES = {"pickle", "_pickle", "cloudpickle", "dill", "marshal", "shelve"}


def clock_calls(module: ast.Module) -> list[tuple[int, str]]:
    return [(line, name) for line, name in calls(module) if name in CLOCKS]


def code_makers(module: ast.Module) -> list[tuple[int, str]]:
    return [(line, name) for line, name in calls(module) if name in CODE] + [
        (0, meant) for _, meant in imported(module) if meant.partition(".")[0] in CODE_MODULES
    ]


def test_only_the_clock_module_asks_for_the_time() -> None:
    assert [
        (str(file), found) for file in modules(*PACKAGES) if file != CLOCK and (found := clock_calls(tree(file)))
    ] == []


def test_nothing_turns_data_into_code() -> None:
    assert [(str(file), found) for file in modules() if (found := code_makers(tree(file)))] == []


@pytest.mark.parametrize(
    "line",
    [
        "from datetime import datetime\nat = datetime.now(zone)",
        "import datetime as d\nat = d.datetime.utcnow()",
        "from datetime import date\nfield(default_factory=date.today)",
        "from time import time as moment\nmoment()",
        "import time\ntime.time()",
    ],
)
def test_a_call_of_the_wall_clock_is_found(line: str) -> None:
    assert clock_calls(ast.parse(line))


@pytest.mark.parametrize("line", ["import time\ntime.monotonic()", "now = clock.now(session)", "func.now()"])
def test_other_clocks_are_let_alone(line: str) -> None:
    assert not clock_calls(ast.parse(line))


@pytest.mark.parametrize("line", ["eval(text)", "import yaml\nyaml.load(file)", "from pickle import loads"])
def test_a_maker_of_code_is_found(line: str) -> None:
    assert code_makers(ast.parse(line))
