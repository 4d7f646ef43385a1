"""Draws the state diagram of ARCHITECTURE.md from the table of moves, in the words that people read."""

import re
import sys
from pathlib import Path

from service.wording import word
from workflows.findings.table import TABLE
from workflows.vocabulary import Move, Side, State

BEGIN, END = "<!-- states:begin -->", "<!-- states:end -->"

CAPTION = "⏱ 由时钟推动 / moved by the clock · † 视情形而定 / depends on the circumstances"


def state_diagram() -> str:
    """Mermaid text: one arrow for each pair of states, with all moves between them."""
    arrows = _arrows()
    lines = [
        "stateDiagram-v2",
        *(f'    state "{_zh(state)} {state}" as {state}' for state in State),
        f"    [*] --> {State.FOUND}: {_zh(Move.LOG)} {Move.LOG}",
        *(
            f"    {before} --> {after}: {'<br/>'.join(moves)}"
            for (before, after), moves in arrows.items()
            if before is not after
        ),
    ]
    return "\n".join(lines)


def staying_table() -> str:
    """Markdown: the moves that leave a finding in its state, which would only clutter the diagram."""
    arrows = _arrows()
    rows = (f"| {_zh(state)} `{state}` | {'、'.join(arrows[state, state])} |" for state in State)
    return "\n".join(["| 状态 / state | 状态不变 / moves that leave it |", "|---|---|", *rows])


def redrawn(text: str) -> str:
    """The text with the diagram between its two marker comments drawn anew; ValueError when they are not there once."""
    block = f"{BEGIN}\n```mermaid\n{state_diagram()}\n```\n\n{CAPTION}\n\n{staying_table()}\n{END}"
    changed, times = re.subn(f"{BEGIN}.*?{END}", lambda _: block, text, flags=re.DOTALL)
    if times != 1:
        raise ValueError(f"the text must hold {BEGIN} and {END} once, around the diagram")
    return changed


def main(path: str = "ARCHITECTURE.md") -> None:
    """Redraw the diagram in a file."""
    file = Path(path)
    file.write_text(redrawn(file.read_text("utf-8")), "utf-8")


def _arrows() -> dict[tuple[State, State], list[str]]:
    """From where to where, and every move that does it."""
    arrows: dict[tuple[State, State], list[str]] = {}
    for row in TABLE:
        for source in row.sources:
            arrows.setdefault((source, row.to or source), []).append(_label(row.move, source, row.sides))
    return arrows


def _zh(member: State | Move) -> str:
    return word(member, "zh")


def _label(move: Move, source: State, sides: tuple[Side, ...]) -> str:
    clock = "⏱ " if Side.CLOCK in sides else ""
    ends = {row.to or source for row in TABLE if row.move is move and source in row.sources}
    return f"{clock}{_zh(move)} {move}{'†' if len(ends) > 1 else ''}"


if __name__ == "__main__":  # pragma: no cover - what `make diagram` runs
    main(*sys.argv[1:])
