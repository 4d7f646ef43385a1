"""The state diagram in ARCHITECTURE.md is drawn from the table of moves."""

import re
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT
from tools.diagram import BEGIN, END, main, redrawn, state_diagram, staying_table
from workflows.findings.table import MACHINE
from workflows.vocabulary import Move, State


def test_the_diagram_in_the_architecture_page_is_up_to_date() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    assert redrawn(text) == text, "the law has changed: run `make diagram`"


def test_the_diagram_shows_the_transitions_of_the_machine_and_no_others() -> None:
    drawn = set(re.findall(r"^    (\w+) --> (\w+):", state_diagram(), re.MULTILINE))
    of_machine = {
        (transition.source.lower(), transition.dest.lower())
        for event in MACHINE.events.values()
        for transitions in event.transitions.values()
        for transition in transitions
        if transition.dest and transition.dest != transition.source
    }
    assert drawn == of_machine


def test_every_state_and_move_has_a_name_in_the_diagram() -> None:
    drawn = state_diagram() + staying_table()
    assert [word for word in (*State, *Move) if not re.search(rf"\b{word}\b", drawn)] == []


def test_redrawing_changes_nothing_outside_the_markers(tmp_path: Path) -> None:
    page = tmp_path / "页面.md"
    page.write_text(f"# 之前\n{BEGIN}\nstale\n{END}\n之后\n", "utf-8")
    main(str(page))
    text = page.read_text("utf-8")
    assert text.startswith(f"# 之前\n{BEGIN}\n```mermaid\nstateDiagram-v2\n")
    assert text.endswith(f"{END}\n之后\n")
    assert redrawn(text) == text


@pytest.mark.parametrize("text", ["", BEGIN, f"{BEGIN}{END}{BEGIN}{END}"])
def test_a_page_without_its_two_markers_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="states:begin"):
        redrawn(text)
