"""The state diagram of ARCHITECTURE.md, drawn from the table of moves by `python -m workflows.findings.diagram`."""

import re
import sys
from pathlib import Path

from workflows.findings.table import TABLE
from workflows.vocabulary import Move, Part, State

BEGIN, END = "<!-- states:begin -->", "<!-- states:end -->"

STATES = {
    State.FOUND: "已发现",
    State.NOTIFIED: "已通知",
    State.RECTIFYING: "整改中",
    State.VERIFIED: "已销号",
    State.OVERDUE: "已逾期",
    State.ESCALATED: "已上报",
}
MOVES = {
    Move.LOG: "登记",
    Move.SETTLE: "立行立改",
    Move.NOTIFY: "限期整改通知",
    Move.BEGIN: "签收",
    Move.SUBMIT: "整改反馈",
    Move.REVIEW_PASS: "复查通过",
    Move.REVIEW_PARTIAL: "部分完成",
    Move.REVIEW_FAIL: "整改不到位",
    Move.REFUSE: "拒不整改",
    Move.EXPIRE: "逾期",
    Move.ESCALATE: "上报",
    Move.ASK_EXTENSION: "申请延期",
    Move.GRANT_EXTENSION: "同意延期",
    Move.DENY_EXTENSION: "不同意延期",
    Move.OPINE: "处理意见",
    Move.SET_ANEW: "重新限期",
    Move.REPLY: "批复",
    Move.REOPEN: "回头看",
    Move.VOID: "作废",
    Move.DEEM_RECEIVED: "视为签收",
    Move.REMIND: "提醒",
    Move.BREACH: "督查不到位",
    Move.REPEAT: "再次报告",
    Move.ACKNOWLEDGE: "知悉",
}
CAPTION = "⏱ 由时钟推动 / moved by the clock · † 视情形而定 / depends on the circumstances"


def state_diagram() -> str:
    """Mermaid text: one arrow for each pair of states, with all moves between them."""
    arrows = _arrows()
    lines = [
        "stateDiagram-v2",
        *(f'    state "{name} {state}" as {state}' for state, name in STATES.items()),
        f"    [*] --> {State.FOUND}: {MOVES[Move.LOG]} {Move.LOG}",
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
    rows = (f"| {name} `{state}` | {'、'.join(arrows[state, state])} |" for state, name in STATES.items())
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
            arrows.setdefault((source, row.to or source), []).append(_label(row.move, source, row.parts))
    return arrows


def _label(move: Move, source: State, parts: tuple[Part, ...]) -> str:
    clock = "⏱ " if Part.CLOCK in parts else ""
    ends = {row.to or source for row in TABLE if row.move is move and source in row.sources}
    return f"{clock}{MOVES[move]} {move}{'†' if len(ends) > 1 else ''}"


if __name__ == "__main__":  # pragma: no cover - what `make diagram` runs
    main(*sys.argv[1:])
