"""The division of labour (包干分工, annex 3): leaders, teams and their districts; lines may run together."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from service.setup.notice_file.document import Table
from service.setup.notice_file.notice import Doubt, Leader, Team
from service.setup.notice_file.sections import Section
from service.setup.notice_file.text import LIST_SIGNS, plain_text, text_lines

_HAN = "[\u3400-\u9fff]"
_IN_NAME = "(?![区市县])[\u3400-\u9fff]"  # no name of a district reaches into that of the person who follows it
_NAME = rf"(?:{_IN_NAME}){{2,4}}(?:·(?:{_IN_NAME}){{2,8}})?"
_GROUP = r"第[一二三四五六七八九十\d]{1,3}(?:督查|检查)?组(?!长|员)"
_LABEL = re.compile(
    rf"(?P<group>{_GROUP})|(?P<deputy>副组长)[：:]|(?P<head>组长)[：:]|(?P<members>组员|成员)[：:]"
    r"|(?P<districts>(?:督查|检查|包干|负责|分管|联系)?(?:县区|区县|区域|考区|县市区|范围)(?:[（(]市[）)])?)[：:]"
)
_SIGN = f"[{LIST_SIGNS}。]"
_DISTRICT = re.compile(
    rf"([^{LIST_SIGNS}。：:\s]+?[区市县旗])"
    rf"(?=\s|$|{_SIGN}|{_NAME}[：:]|[一二三四五六七八九十]+、|{_GROUP}|副?组长|组员|[（(])"
)
_HEADING = re.compile(r"(责任分工|具体分工|如下)(?=[^\n：:])")  # what a name may have run into
_PART = re.compile("[一二三四五六七八九十]+、.*")
_LEADER = re.compile(rf"({_NAME})[：:]")
_A_NAME = re.compile(rf"{_HAN}{{2,3}}|{_HAN}{{1,8}}·{_HAN}{{1,8}}")  # four are possible, and looked at
_TABLE_LABELS = (
    (re.compile("副组长"), "副组长："),
    (re.compile("组长"), "组长："),
    (re.compile("组员|成员"), "组员："),
    (re.compile("县区|区县|区域|考区|范围"), "督查县区："),
)


def read_labour(section: Section) -> tuple[tuple[Leader, ...], tuple[Team, ...], list[Doubt]]:
    """Leaders and teams with their districts; each district must have exactly one of either."""
    text = _HEADING.sub(r"\1\n", "\n".join(_text(section)))
    doubts: list[Doubt] = []
    first = _LABEL.search(text)
    leaders = _leaders(text[: first.start()] if first else text, doubts)
    teams = _teams(text, doubts)
    return leaders, teams, doubts + _checked(leaders, teams)


def _text(section: Section) -> Iterator[str]:
    """The lines; a table's cells as they would stand in lines, under the labels of its header."""
    for block in section.blocks:
        if isinstance(block, Table):
            yield from _table_lines(block)
        else:
            yield from _joined(text_lines(block))


def _joined(pieces: Sequence[str]) -> Iterator[str]:
    """Lines, of which one that ends with a sign of listing goes on in the next."""
    begun = ""
    for piece in pieces:
        begun += piece
        if not begun.endswith(tuple(LIST_SIGNS)):
            yield begun
            begun = ""
    if begun:
        yield begun


def _table_lines(table: Table) -> Iterator[str]:
    header, rows = table.rows[:1], table.rows[1:]
    headings = [plain_text(cell.text) for row in header for cell in row]
    labels = [next((label for words, label in _TABLE_LABELS if words.search(text)), "") for text in headings]
    for row in rows:
        cells = [(label, "、".join(text_lines(cell.text))) for label, cell in zip(labels, row, strict=False)]
        filled = [(label, text) for label, text in cells if text]
        match filled:
            case [("", name), ("督查县区：", districts)] if _A_NAME.fullmatch(name):
                yield f"{name}：{districts}"  # a leader with the districts
            case _:
                yield from (f"{label}{text}" for label, text in filled)


def _labelled(label: re.Pattern[str], text: str) -> Iterator[tuple[re.Match[str], str]]:
    """Each label with the text up to the next."""
    found = list(label.finditer(text))
    ends = [*(one.start() for one in found[1:]), len(text)]
    return ((one, text[one.end() : end]) for one, end in zip(found, ends, strict=False))


def _leaders(text: str, doubts: list[Doubt]) -> tuple[Leader, ...]:
    """Before the first team: a name, a colon, and districts up to the next name."""
    leaders = []
    for name, text_after in _labelled(_LEADER, text):
        if districts := _districts(text_after, doubts):
            leaders.append(Leader(name[1], districts))
            doubts += [] if _A_NAME.fullmatch(name[1]) else [Doubt("name_odd", name[1])]
    return tuple(leaders)


def _teams(text: str, doubts: list[Doubt]) -> tuple[Team, ...]:
    parts: list[dict[str, list[str]]] = []  # of each team: its group, head, deputy, members and districts
    for label, text_after in _labelled(_LABEL, text):
        kind = str(label.lastgroup)
        if kind == "group" or not parts or (kind == "head" and parts[-1].get("head")):
            parts.append({"group": [label[0]] if kind == "group" else []})
        if kind == "districts":
            parts[-1].setdefault(kind, []).extend(_districts(text_after, doubts))
        elif kind != "group":
            parts[-1].setdefault(kind, []).extend(_people(text_after, doubts))
    return tuple(_team(one, at, doubts) for at, one in enumerate(parts, 1) if len(one) > 1)


def _team(parts: dict[str, list[str]], at: int, doubts: list[Doubt]) -> Team:
    name = "".join(parts["group"]) or f"第{at}组"
    if not parts["group"]:
        doubts.append(Doubt("team_without_name", name))
    if not parts.get("head"):
        doubts.append(Doubt("team_without_head", name))
    members = (*parts.get("deputy", ()), *parts.get("members", ()))
    return Team(name, tuple(parts.get("head", ())), members, tuple(parts.get("districts", ())))


def _people(text: str, doubts: list[Doubt]) -> list[str]:
    names = [name for name in re.split(rf"[{LIST_SIGNS}。\s]+", text) if name]
    doubts += [Doubt("name_odd", name) for name in names if not _A_NAME.fullmatch(name)]
    return names


def _districts(text: str, doubts: list[Doubt]) -> tuple[str, ...]:
    """The districts of a list; other words in its line are a doubt, unless a new part begins there."""
    rest = _DISTRICT.sub("", _PART.sub("", text.lstrip().partition("\n")[0]))
    if left := re.sub(rf"[{LIST_SIGNS}。\s]+", " ", rest).strip():
        doubts.append(Doubt("district_unread", left[:20]))
    return tuple(_DISTRICT.findall(text))


def _checked(leaders: Sequence[Leader], teams: Sequence[Team]) -> list[Doubt]:
    """Each district has exactly one team and one leader: notice, part 4, paragraph 3 (包干责任制)."""
    led = Counter(district for leader in leaders for district in leader.districts)
    inspected = Counter(district for team in teams for district in team.districts)
    if not inspected:
        return [Doubt("labour_missing", "分工", stops=True)]
    people = Counter(name for team in teams for name in (*team.heads, *team.members))
    return [
        *_without_leader(sorted(inspected.keys() - led.keys()), any_led=bool(led)),
        *_stops("district_without_team", led.keys() - inspected.keys()),
        *_stops("district_twice", [one for one, times in inspected.items() if times > 1]),
        *_stops("district_led_twice", [one for one, times in led.items() if times > 1]),
        *(Doubt("person_in_two_teams", name) for name, times in people.items() if times > 1),
        *_stops("team_twice", [name for name, times in Counter(team.name for team in teams).items() if times > 1]),
        *(Doubt("team_without_districts", team.name) for team in teams if not team.districts),
    ]


def _without_leader(districts: Sequence[str], *, any_led: bool) -> list[Doubt]:
    """They are loaded all the same: who is responsible may be named later."""
    if not any_led:
        return [Doubt("leaders_missing", "分工")]
    return [Doubt("district_without_leader", district) for district in districts]


def _stops(code: str, places: Iterable[str]) -> list[Doubt]:
    return [Doubt(code, place, stops=True) for place in sorted(set(places))]
