"""Who is in the demo round: invented universities and people in the eleven districts of the notice."""

from collections.abc import Iterator
from typing import NamedTuple

from demo.notice import BUREAU, CENTRE, COMMITTEE, DISTRICTS, TEAMS, office_of
from workflows.vocabulary import Role

_SLUGS = (
    *("jinshui", "guancheng", "zhongyuan", "huiji", "xingyang", "erqi"),
    *("xinmi", "dengfeng", "xinzheng", "zhongmu", "zhengdong"),
)
SLUGS = dict(zip(DISTRICTS, _SLUGS, strict=True))

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
LEADERS = {
    "leader-1": ("金水区", "荥阳市", "郑东新区"),
    "leader-2": ("中原区", "管城区", "新密市", "登封市"),
    "leader-3": ("二七区", "惠济区", "新郑市", "中牟县"),
}
INSPECTORS_IN_A_TEAM = 2
LEADERSHIP = ("leadership-1", "leadership-2", "leadership-3")
_SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方"
)


class Account(NamedTuple):
    """One person of the demo round."""

    username: str
    name: str
    role: Role
    organization: str


def accounts() -> Iterator[Account]:
    """Everybody with an account, under invented names such as 张示例."""
    people = [*_of_the_centre(), *_of_the_districts(), *_from_above()]
    for surname, (username, role, organization) in zip(_SURNAMES, people, strict=False):
        yield Account(username, f"{surname}示例", role, organization)


def team_members(team: int) -> list[str]:
    """The usernames of a team, its head first; teams count from 1."""
    return [f"head-{team}", *(f"inspector-{team}{place}" for place in range(1, INSPECTORS_IN_A_TEAM + 1))]


def _of_the_centre() -> Iterator[tuple[str, Role, str]]:
    for team in range(1, len(TEAMS) + 1):
        head, *members = team_members(team)
        yield head, Role.TEAM_HEAD, CENTRE
        yield from ((member, Role.INSPECTOR, CENTRE) for member in members)
    yield from ((leader, Role.LEADER, CENTRE) for leader in LEADERS)
    yield from ((leader, Role.LEADERSHIP, CENTRE) for leader in LEADERSHIP)
    yield "admin", Role.ADMIN, CENTRE


def _of_the_districts() -> Iterator[tuple[str, Role, str]]:
    for district, slug in SLUGS.items():
        yield f"office-{slug}", Role.DISTRICT, office_of(district)
        universities = enumerate(UNIVERSITIES[district], 1)
        yield from ((f"{slug}-{place}", Role.UNIVERSITY, name) for place, name in universities)


def _from_above() -> Iterator[tuple[str, Role, str]]:
    yield "bureau", Role.BUREAU, BUREAU
    yield "committee", Role.COMMITTEE, COMMITTEE
