"""The plan of a round read from a notice, as tables in a terminal with a mark for every doubt."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from cli.text_tables import table
from service.checklists.catalogues import Catalogue, Row
from service.setup.notice_file import Doubt, PassedOver
from service.setup.notice_plan import NoticePlan
from service.setup.settlements import settling_line
from service.wording import word, written
from workflows.completion import RoundDays, due_on
from workflows.completion_words import CompletionError, completion_rule
from workflows.rules import Rules
from workflows.vocabulary import Role

LONGEST_CELL = 26  # characters: what is inspected is shown to be recognized, not to be read
Marks = Mapping[str, str]  # by place in the notice, the numbers of its doubts


def plan_as_text(plan: NoticePlan, rules: Rules) -> str:
    """Tables of all that was read, and every doubt with the number by which the rows refer to it."""
    doubts = sorted(plan.doubts, key=_urgency)
    marks = _marks(doubts)
    parts = [
        _heading(plan, marks),
        *(_checklist(catalogue, plan, rules, marks) for catalogue in plan.notice.checklists),
        _leaders(plan, marks),
        _teams(plan, marks),
        _additions(plan),
        _passed_over(plan.notice.passed_over),
        _settled(plan),
        _doubts(doubts),
        _open_exam_days(plan),
    ]
    return "\n\n".join(part for part in parts if part)


def _urgency(doubt: Doubt) -> int:
    """What stops first; how requirements are worded, of which there are most, last."""
    return 0 if doubt.stops else 2 if doubt.code in ("wording_by_rule", "wording_guessed", "question_unclear") else 1


def _marks(doubts: Sequence[Doubt]) -> Marks:
    numbers = defaultdict[str, list[str]](list)
    for number, doubt in enumerate(doubts, 1):
        numbers[doubt.place].append(f"{'✗' if doubt.stops else '？'}{number}")
    return defaultdict(str, {place: " ".join(found) for place, found in numbers.items()})


def _heading(plan: NoticePlan, marks: Marks) -> str:
    heading = plan.notice.heading
    exam_days = "、".join(map(str, heading.exam_days))
    period = f"{heading.starts_on or '？'} — {heading.ends_on or '？'}"
    return table(
        ["通知 / notice", "", "疑点"],
        [
            ["文号 / number", heading.document_number or heading.number or "？", marks["文号"]],
            ["轮次 / round", heading.number or "？", ""],
            ["标题 / title", heading.title or "？", marks["标题"]],
            ["成文日期 / dated", str(heading.issued_on or "？"), marks["成文日期"]],
            ["督查时间 / period", period, marks["督查时间"]],
            ["考试日 / exam days", exam_days or "—", marks["考试日"]],
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
    """The day in the planned round, 每周 for what is looked at every week, ？ when it cannot be told."""
    heading = plan.notice.heading
    if heading.starts_on is None or heading.ends_on is None:
        return "？"
    try:
        rule = completion_rule(row.completion)
    except CompletionError:
        return "？"
    days = RoundDays(heading.starts_on, heading.ends_on, heading.exam_days)
    due = due_on(rule, days, audience=catalogue.audience, rules=rules)
    if rule.is_weekly:
        return f"每周至 {due} / weekly" if due else "每周 / weekly"
    return str(due or "待定考试日 / exam?")


def _leaders(plan: NoticePlan, marks: Marks) -> str:
    rows = [[leader.name, _places(leader.districts, plan), marks[leader.name]] for leader in plan.notice.leaders]
    return table([f"{word(Role.LEADER, 'zh')} / leader", "区县 / districts", "疑点"], rows) if rows else ""


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
    first = f"其中标 ✗ 的 {stops} 处须先答复" if stops else "均不妨碍载入"
    first_in_english = f"the {stops} marked ✗ must be settled first" if stops else "none of them stops the loading"
    title = (
        f"疑点 {len(doubts)} 处，{first}。 / {len(doubts)} doubts; {first_in_english}.\n"
        "把“可答复”后面的一行写进文本文件（内容按实际改），再加 --settle 文件名。通知本身不用改。 / "
        "Write the line after 'settle', as it should be, into a text file and name it with --settle; "
        "the notice stays as it is."
    )
    lines = [title]
    for number, doubt in enumerate(doubts, 1):
        blanks: dict[str, Any] = dict(doubt.particulars)
        sentence = " / ".join(written("notice_file", doubt.code, language, **blanks) for language in ("zh", "en"))
        lines.append(f"{'✗' if doubt.stops else '？'}{number} {doubt.place}：{sentence}")
        if line := settling_line(doubt):
            lines.append(f"     可答复 / settle: {line}")
    return "\n".join(lines)


def _open_exam_days(plan: NoticePlan) -> str:
    """What the notice does not say and may be said here."""
    if plan.notice.heading.exam_days:
        return ""
    missing = Doubt("exam_days_missing", "考试日")
    sentence = " / ".join(written("notice_file", missing.code, language) for language in ("zh", "en"))
    return f"○ 考试日：{sentence}\n     可答复 / settle: {settling_line(missing)}"


def _passed_over(passed: Sequence[PassedOver]) -> str:
    """What no round holds, by where it stands."""
    if not passed:
        return ""
    lines = ["没有载入的内容 / read past:"]
    for one in passed:
        sentence = " / ".join(written("notice_file", one.code, language) for language in ("zh", "en"))
        lines.append(f"  {one.place} {sentence}：{one.text}")
    return "\n".join(lines)


def _settled(plan: NoticePlan) -> str:
    lines = [f"  {key} = {value}" for key, value in plan.settled.items()]
    return "\n".join(["已按答复文件处理 / settled by the file:", *lines]) if lines else ""


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_CELL else f"{text[: LONGEST_CELL - 1]}…"
