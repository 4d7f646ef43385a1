"""Nobody but the one writer changes what the law says of a finding."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.records.facts import LAWFUL
from tests.architecture.sources import PACKAGES, modules, tree

LAW = {*LAWFUL, "progress", "next_action_at", "at_risk_at", "chain_length", "chain_head"}
WRITER = Path("service/records/events.py")
# Timers may be put off or reckoned anew: that changes when the sweep looks, not what it finds.
TIMERS = {
    Path(f"service/{name}.py")
    for name in ("findings/sweep", "findings/timers", "readiness/proposals", "rounds/rounds", "rounds/rulebooks")
}
OF_OTHERS = {
    ("service/findings/rectification_notices.py", "received_at"),  # of the notice
    *(
        (f"service/reports/{name}.py", "next_action_at") for name in ("plan", "report_timers", "sweep", "submit")
    ),  # of the report
    ("service/people/mergers.py", "next_action_at"),  # of the report
    ("service/round_changes/period.py", "next_action_at"),  # of the round
    ("service/inspections/feedback.py", "next_action_at"),  # of the sheet
    ("service/inspections/feedback.py", "progress"),
}


def changes(file: Path, module: ast.Module) -> Iterator[tuple[str, int, str]]:
    """Law columns that are assigned to, or named in `.values(…)`, and updates written out as text."""
    for node in ast.walk(module):
        match node:
            case ast.Attribute(attr=name, ctx=ast.Store()) if name in LAW:
                yield str(file), node.lineno, name
            case ast.Call(func=ast.Attribute(attr="values")):
                yield from ((str(file), node.lineno, name) for name in _given(node) if name in LAW)
            case ast.Constant(value=str(words)) if "UPDATE findings" in words:
                yield str(file), node.lineno, "UPDATE findings"


def _given(call: ast.Call) -> Iterator[str]:
    """The names of keywords, and of the keys of dictionaries."""
    yield from (keyword.arg for keyword in call.keywords if keyword.arg)
    for argument in call.args:
        keys = argument.keys if isinstance(argument, ast.Dict) else []
        yield from (key.value for key in keys if isinstance(key, ast.Constant) and isinstance(key.value, str))


def allowed(file: str, name: str) -> bool:
    timer = Path(file) in TIMERS and name == "next_action_at"
    return Path(file) == WRITER or timer or (file, name) in OF_OTHERS


def test_only_the_one_writer_changes_what_the_law_says() -> None:
    found = [
        change for file in modules(*PACKAGES) for change in changes(file, tree(file)) if file.parts[0] != "workflows"
    ]
    assert [change for change in found if not allowed(change[0], change[2])] == []


def test_what_the_law_says_includes_the_state_and_its_clocks() -> None:
    assert {"state", "escalation_level", "deadline", "voided_at", "opinion_awaited_since"} <= LAW


@pytest.mark.parametrize(
    "line",
    [
        "finding.state = State.VERIFIED",
        "finding.escalation_level += 1",
        "finding.deadline, finding.version = until, 2",
        "update(Finding).values(state='verified')",
        "update(Finding).values({'overdue_at': None})",
        "text('UPDATE findings SET cycle = 2')",
    ],
)
def test_a_second_writer_is_found(line: str) -> None:
    assert list(changes(Path("service/findings/log.py"), ast.parse(line)))


def test_reading_is_no_writing() -> None:
    line = "if finding.state is not row['deadline']: query.where(Finding.state == found).values(requirement='')"
    assert list(changes(Path("service/findings/log.py"), ast.parse(line))) == []
