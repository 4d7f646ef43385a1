"""How the command line lays out what another policy would change."""

from collections.abc import Iterator
from datetime import datetime, tzinfo

from cli.text_tables import table
from service.setup.rulebooks.preview import ForeseenFinding, PolicyPreview
from service.wording import word
from workflows.findings.foresight import Outlook
from workflows.vocabulary import Role

HEADINGS = ("问题 finding", "单位 unit", "状态 state", "事项 step", "现在 now", "改用后 then")


def preview_lines(preview: PolicyPreview, zone: tzinfo) -> Iterator[str]:
    """What a dry run says: of how many findings which would fare otherwise, and when."""
    rounds, changed = "、".join(preview.rounds) or "—", preview.changed
    yield (
        f"政策 {preview.version}，轮次 {rounds}：新登记的问题按此办理；在办问题 {preview.open_findings} 个，"
        f"不写 --move-open 则不变。 / Policy {preview.version}, rounds {rounds}: it holds for new findings; "
        f"the {preview.open_findings} that are open keep theirs without --move-open."
    )
    if changed:
        yield (
            f"若一并改用，下列 {len(changed)} 个问题的后续步骤会不同（无人办理时）： / "
            f"If they go over, {len(changed)} of them fare otherwise, as long as nobody acts:"
        )
        yield table(HEADINGS, [row for one in changed for row in _rows(one, zone)])
    else:
        yield "若一并改用，在办问题的步骤和时间都不变。 / If they go over, nothing changes for them."
    yield "这是预览，未作改动。 / This was a look ahead; nothing was changed."


def _rows(one: ForeseenFinding, zone: tzinfo) -> Iterator[tuple[str, ...]]:
    before, after = one.before, one.after
    first = (one.number, one.unit, word(one.state, "zh"))
    steps = [("下一步 next", _next(before, zone), _next(after, zone))]
    named = (
        ("overdue_at", "逾期 overdue"),
        ("escalated_at", f"报{word(Role.LEADERSHIP, 'zh')} to the {word(Role.LEADERSHIP, 'en')}"),
        ("reported_at", "报上级 reported up"),
    )
    steps += [(label, _at(getattr(before, name), zone), _at(getattr(after, name), zone)) for name, label in named]
    for place, step in enumerate([step for step in steps if step[1] != step[2]]):
        yield (*(first if place == 0 else ("", "", "")), *step)


def _next(outlook: Outlook, zone: tzinfo) -> str:
    timer = outlook.next_step
    return f"{_at(timer.due_at, zone)} {word(timer.move, 'zh')} {timer.move}" if timer else "—"


def _at(at: datetime | None, zone: tzinfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}" if at else "—"
