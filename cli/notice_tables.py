"""The plan of a round read from a notice, as tables in a terminal with a mark for every doubt."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from cli.text_tables import table
from service.checklists.catalogues import Catalogue, Row
from service.setup.notice_file import Doubt
from service.setup.notice_plan import NoticePlan
from service.wording import word, written
from workflows.completion import CompletionError, RoundDays, completion_rule, due_on
from workflows.rules import Rules

LONGEST_CELL = 26  # characters: what is inspected is shown to be recognized, not to be read
Marks = Mapping[str, str]  # by place in the notice, the numbers of its doubts


def plan_as_text(plan: NoticePlan, rules: Rules) -> str:
    """Tables of all that was read, and every doubt with the number by which the rows refer to it."""
    marks = _marks(plan.doubts)
    parts = [
        _heading(plan, marks),
        *(_checklist(catalogue, plan, rules, marks) for catalogue in plan.notice.checklists),
        _leaders(plan, marks),
        _teams(plan, marks),
        _additions(plan),
        _doubts(plan.doubts),
    ]
    return "\n\n".join(part for part in parts if part)


def _marks(doubts: Sequence[Doubt]) -> Marks:
    numbers = defaultdict[str, list[str]](list)
    for number, doubt in enumerate(doubts, 1):
        numbers[doubt.place].append(f"{'✗' if doubt.stops else '？'}{number}")
    return defaultdict(str, {place: " ".join(found) for place, found in numbers.items()})


def _heading(plan: NoticePlan, marks: Marks) -> str:
    heading = plan.notice.heading
    period = f"{heading.starts_on or '？'} — {heading.ends_on or '？'}"
    return table(
        ["通知 / notice", "", "疑点"],
        [
            ["文号 / number", heading.number or "？", marks["文号"]],
            ["标题 / title", heading.title or "？", marks["标题"]],
            ["成文日期 / dated", str(heading.issued_on or "？"), marks["成文日期"]],
            ["督查时间 / period", period, marks["督查时间"]],
            ["招考中心 / centre", plan.centre_name or heading.centre or "？", marks["招考中心"]],
        ],
    )


def _checklist(catalogue: Catalogue, plan: NoticePlan, rules: Rules, marks: Marks) -> str:
    audience = " / ".join(word(catalogue.audience, language) for language in ("zh", "en"))
    place = f"附件{catalogue.annex}"
    title = f"附件 {catalogue.annex} / annex {catalogue.annex}：{catalogue.title}（{audience}，{len(catalogue.rows)}）"
    headings = [
        "编号",
        "督查项目",
        "督查内容",
        "完成时间",
        "到期 / due",
        "责任单位",
        "配合单位",
        "英文 / English",
        "疑点",
    ]
    rows = [
        [
            number,
            row.category,
            _shortened(row.question or row.zh),
            row.completion,
            _due(row, catalogue, plan, rules),
            "、".join(row.lead_units),
            "、".join(row.supporting_units),
            "√" if row.en else "—",
            marks[number],
        ]
        for number, row in catalogue.numbered()
    ]
    return "\n".join(filter(None, (title, marks[place], table(headings, rows))))


def _due(row: Row, catalogue: Catalogue, plan: NoticePlan, rules: Rules) -> str:
    """The day in the planned round, 每周 for what is open-ended, ？ when it cannot be told."""
    heading = plan.notice.heading
    if heading.starts_on is None or heading.ends_on is None:
        return "？"
    try:
        rule = completion_rule(row.completion)
    except CompletionError:
        return "？"
    days = RoundDays(heading.starts_on, heading.ends_on)
    return str(due_on(rule, days, audience=catalogue.audience, rules=rules) or "每周 / weekly")


def _leaders(plan: NoticePlan, marks: Marks) -> str:
    rows = [[leader.name, _places(leader.districts, plan), marks[leader.name]] for leader in plan.notice.leaders]
    return table(["包干责任领导 / leader", "区县 / districts", "疑点"], rows) if rows else ""


def _teams(plan: NoticePlan, marks: Marks) -> str:
    rows = [
        [
            team.name,
            "、".join(team.heads),
            "、".join(team.members),
            _places(team.districts, plan),
            " ".join(filter(None, (marks[at] for at in (team.name, *team.heads, *team.members, *team.districts)))),
        ]
        for team in plan.notice.teams
    ]
    headings = ["督查组 / team", "组长 / head", "组员 / members", "区县 / districts", "疑点"]
    return table(headings, rows) if rows else ""


def _places(districts: Sequence[str], plan: NoticePlan) -> str:
    """Each district, with the office that it was matched to."""
    offices = {district: office.name for district, office in plan.offices.items()}
    return "、".join(f"{one}（{offices[one]}）" if one in offices else one for one in districts)


def _additions(plan: NoticePlan) -> str:
    people = [f"{name}（{word(role, 'zh')}）" for name, role in plan.new_people.items()]
    offices = [*([] if plan.centre or not plan.centre_name else [plan.centre_name]), *plan.new_offices.values()]
    additions = {
        "将新增机构 / organizations to be added": offices,
        "将列名、无账号的人员 / people without accounts": people,
    }
    return "\n".join(f"{what}：{'、'.join(names)}" for what, names in additions.items() if names)


def _doubts(doubts: Sequence[Doubt]) -> str:
    if not doubts:
        return "没有疑点。 / Nothing is in doubt."
    stops = sum(doubt.stops for doubt in doubts)
    title = (
        f"疑点 {len(doubts)} 处，其中标 ✗ 的 {stops} 处须先改正。 / "
        f"{len(doubts)} doubts; the {stops} marked ✗ must be put right first."
    )
    lines = [title]
    for number, doubt in enumerate(doubts, 1):
        blanks: dict[str, Any] = dict(doubt.particulars)
        sentence = " / ".join(written("notice_file", doubt.code, language, **blanks) for language in ("zh", "en"))
        lines.append(f"{'✗' if doubt.stops else '？'}{number} {doubt.place}：{sentence}")
    return "\n".join(lines)


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_CELL else f"{text[: LONGEST_CELL - 1]}…"
