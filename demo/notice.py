"""What notice 2021-35 itself says: its title and period, and who inspects which district (annex 3)."""

from datetime import date
from typing import NamedTuple

NUMBER, DOCUMENT_NUMBER = "2021-35", "郑招考中心〔2021〕35号"
TITLE = "郑州市招生考试中心关于开展 2021 年专升本考试安全督查工作的通知（郑招考中心〔2021〕35 号）"
STARTS_ON, ENDS_ON = date(2021, 3, 29), date(2021, 6, 6)

CENTRE = "郑州市招生考试中心"
BUREAU = "郑州市教育局"
COMMITTEE = "郑州市招生考试委员会"


class Team(NamedTuple):
    """督查组: its head, its members, the districts it inspects."""

    name: str
    head: str
    members: tuple[str, ...]
    districts: tuple[str, ...]


# annex 3, part 1
LEADERS = {
    "鲁军池": ("金水区", "荥阳市", "郑东新区"),
    "李宏斌": ("中原区", "管城区", "新密市", "登封市"),
    "刘水根": ("二七区", "惠济区", "新郑市", "中牟县"),
}
# annex 3, part 2
TEAMS = (
    Team("第一组", "谢小刚", ("蔡振宇", "赵坤"), ("金水区", "管城区")),
    Team("第二组", "宋克仁", ("李元昊", "郜赢"), ("中原区", "惠济区", "荥阳市")),
    Team("第三组", "邓乐", ("赵金萍", "韩旭", "崔琳"), ("二七区", "新密市", "登封市")),
    Team("第四组", "石淑敏", ("张恒", "唐军伟"), ("新郑市", "中牟县", "郑东新区")),
)
DISTRICTS = tuple(district for team in TEAMS for district in team.districts)


def office_of(district: str) -> str:
    """The name of a district's office."""
    return f"{district}招考办"
