"""Who is in the demonstration: invented universities and people in the eleven districts of the notice."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from demo import notice
from demo.notice import BUREAU, CENTRE, COMMITTEE, TEAMS, office_of
from workflows.vocabulary import Origin, Role

SLUGS = {
    "金水区": "jinshui",
    "管城区": "guancheng",
    "中原区": "zhongyuan",
    "惠济区": "huiji",
    "荥阳市": "xingyang",
    "二七区": "erqi",
    "新密市": "xinmi",
    "登封市": "dengfeng",
    "新郑市": "xinzheng",
    "中牟县": "zhongmu",
    "郑东新区": "zhengdong",
}
UNIVERSITIES = {
    "金水区": (
        "示例一大学",
        "云桥示例学院",
        "示例省数字经济与现代信息技术应用职业技术师范高等专科学校（云栖湖校区、望山校区）",
    ),
    "管城区": ("示例二大学", "晨星示例职业学院"),
    "中原区": ("示例三大学", "青禾示例学院"),
    "惠济区": ("示例四大学", "长河示例学院"),
    "荥阳市": ("示例五学院", "松影示例职业学院"),
    "二七区": ("示例六大学", "“博雅·求真”示例学院（南校区）"),
    "新密市": ("示例七学院", "石泉示例职业学院"),
    "登封市": ("示例八学院", "望岳示例学院"),
    "新郑市": ("示例九学院", "枣林示例学院"),
    "中牟县": ("示例十学院", "绿洲示例职业学院"),
    "郑东新区": ("示例十一大学", "镜湖示例学院"),
}

# the responsible leaders' districts are those of annex 3, the people are not
LEADERS = {f"leader-{number}": districts for number, districts in enumerate(notice.LEADERS.values(), 1)}
LEADERSHIP = ("leadership-1", "leadership-2", "leadership-3")
INSPECTORS_IN_A_TEAM = 2
_SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方"
)
_IN_ENGLISH = "Zhao Qian Sun Li Zhou Wu Zheng Wang Feng Chen Chu Wei Jiang Shen Han Yang Zhu Qin You Xu He Lü"


class Account(NamedTuple):
    """One person with an account; `organization` is its Chinese name."""

    username: str
    name: str
    role: Role
    organization: str


def districts_of(units: Collection[str]) -> dict[str, list[str]]:
    """The districts of some universities, each with those of its universities that are among them."""
    universities = {district: [name for name in names if name in units] for district, names in UNIVERSITIES.items()}
    return {district: names for district, names in universities.items() if names}


def accounts(districts: Mapping[str, Sequence[str]], language: str) -> Iterator[Account]:
    """Everybody who has to do with some districts and their universities, under names such as 张示例 or Zhang Shili."""
    people = [*_of_the_centre(districts), *_of_the_districts(districts)]
    people += [("bureau", Role.BUREAU, BUREAU), ("committee", Role.COMMITTEE, COMMITTEE)]
    names = (f"{surname} Shili" for surname in _IN_ENGLISH.split())
    if language == "zh":
        names = (f"{surname}示例" for surname in _SURNAMES)
    for name, (username, role, organization) in zip(names, people, strict=False):
        yield Account(username, name, role, organization)


def team_members(team: int) -> list[str]:
    """The user names of a team, its head first; teams count from 1."""
    return [f"head-{team}", *(f"inspector-{team}{place}" for place in range(1, INSPECTORS_IN_A_TEAM + 1))]


def people_around(unit: str, origin: Origin, place: int) -> dict[str, str]:
    """The user names of those who have to do with a unit's finding, by what they are to it.

    The finding's place in the list of stories decides who of several colleagues it is.
    """
    district = next(district for district in UNIVERSITIES if unit in _usernames_in(district))
    team = next(number for number, team in enumerate(TEAMS, 1) if district in team.districts)
    head, *inspectors = team_members(team)
    office = _usernames_in(district)[office_of(district)]
    return {
        "unit": _usernames_in(district)[unit],
        "overseer": office if origin is Origin.DISTRICT else inspectors[place % INSPECTORS_IN_A_TEAM],
        "head": head,
        "leadership": LEADERSHIP[place % len(LEADERSHIP)],
        "bureau": "bureau",
        "committee": "committee",
    }


def _of_the_centre(districts: Collection[str]) -> Iterator[tuple[str, Role, str]]:
    for number, team in enumerate(TEAMS, 1):
        if set(team.districts) & set(districts):
            head, *members = team_members(number)
            yield head, Role.TEAM_HEAD, CENTRE
            yield from ((member, Role.INSPECTOR, CENTRE) for member in members)
    for leader, own in LEADERS.items():
        if set(own) & set(districts):
            yield leader, Role.LEADER, CENTRE
    yield from ((leader, Role.LEADERSHIP, CENTRE) for leader in LEADERSHIP)
    yield "admin", Role.ADMIN, CENTRE


def _of_the_districts(districts: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, Role, str]]:
    for district, universities in districts.items():
        usernames = _usernames_in(district)
        yield usernames[office_of(district)], Role.DISTRICT, office_of(district)
        yield from ((usernames[name], Role.UNIVERSITY, name) for name in universities)


def _usernames_in(district: str) -> dict[str, str]:
    """The user names of a district's office and universities, by the organizations' names."""
    slug = SLUGS[district]
    universities = {name: f"{slug}-{number}" for number, name in enumerate(UNIVERSITIES[district], 1)}
    return {office_of(district): f"office-{slug}", **universities}
