"""Number, title, date, period, units and division of labour, as offices write them."""

from datetime import date
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.setup.notice_file.document import Cell, Table
from service.setup.notice_file.heading import read_heading
from service.setup.notice_file.labour import read_labour
from service.setup.notice_file.notice import Doubt, Leader, Team
from service.setup.notice_file.sections import Section
from service.setup.notice_file.units import Units, read_units

TITLE = "关于开展2022年专升本考试安全督查工作的通知"
DISTRICTS = "金水区 荥阳市 郑东新区 中牟县 新市区 经济技术开发区 二七区 高新区".split()  # noqa: SIM905 - as one reads them
SURNAMES, GIVEN = "赵钱孙李周吴郑王刘邓", "刚宇坤红磊悦建国水根乐"


def heading(
    *lines: str, number: str = "郑招考中心〔2022〕8号", dated: str = "2022年3月28日"
) -> tuple[list[object], set[str]]:
    found, doubts, _ = read_heading([number, TITLE, *lines, dated])
    return [found.number, found.issued_on, found.starts_on, found.ends_on], {doubt.code for doubt in doubts}


def labour(*lines: str) -> tuple[tuple[Leader, ...], tuple[Team, ...], list[Doubt]]:
    return read_labour(Section(3, "分工", list(lines)))


@pytest.mark.parametrize(
    ("number", "short", "whole"),
    [
        ("郑招考中心〔2021〕35 号", "2021-35", "郑招考中心〔2021〕35号"),
        ("明招考[2027]8号", "2027-8", "明招考〔2027〕8号"),
        ("招考中心（２０２３）第 012 号", "2023-12", "招考中心〔2023〕12号"),
        ("郑招考中心\u200b【2021】 5 号", "2021-5", "郑招考中心〔2021〕5号"),
        ("明 招 考 ［ 2027 ］ 8 号", "2027-8", "明招考〔2027〕8号"),
        ("明河市招生考试中心文件　明招考〔2027〕8号", "2027-8", "明招考〔2027〕8号"),
        ("文号：明招考(2027)8号", "2027-8", "明招考〔2027〕8号"),
        ("明招考〔2027〕8 号　　　签发人：李　明", "2027-8", "明招考〔2027〕8号"),
    ],
)
def test_the_number_is_read_in_any_brackets(number: str, short: str, whole: str) -> None:
    found, doubts, _ = read_heading([number, TITLE, "即日起至6月6日", "2022年3月28日"])
    assert (found.number, found.document_number) == (short, whole)
    assert not {doubt.code for doubt in doubts} & {"number_missing", "number_within_text", "number_without_issuer"}


def test_a_number_without_its_issuer_is_in_doubt() -> None:
    found, doubts, _ = read_heading(["〔2027〕8号", TITLE, "即日起至6月6日", "2027年3月28日"])
    assert (found.number, found.document_number) == ("2027-8", None)
    assert "number_without_issuer" in {doubt.code for doubt in doubts}


def test_another_notice_that_is_cited_does_not_give_its_number() -> None:
    cited = (
        "根据《关于做好考试安全工作的通知》（豫招考〔2022〕3号）和有关会议精神，现就有关督查事项通知如下，请遵照执行。"
    )
    (found, *_), doubts = heading(cited, "即日起至6月6日")
    assert (found, "number_within_text" in doubts) == ("2022-8", False)
    (found, *_), doubts = heading(cited, "即日起至6月6日", number="文件")
    assert (found, "number_within_text" in doubts) == ("2022-3", True)


@pytest.mark.parametrize(
    ("words", "starts_on", "ends_on"),
    [
        ("即日起至 6 月 6 日。", (2022, 3, 28), (2022, 6, 6)),
        ("2022年4月1日至6月5日", (2022, 4, 1), (2022, 6, 5)),
        ("自４月１日起至６月５日止", (2022, 4, 1), (2022, 6, 5)),
        ("4月1日—20日", (2022, 4, 1), (2022, 4, 20)),
        ("2022年12月1日至1月15日", (2022, 12, 1), (2023, 1, 15)),
        ("二〇二二年四月一日至六月五日", (2022, 4, 1), (2022, 6, 5)),
    ],
)
def test_the_period_is_read_as_it_is_written(
    words: str, starts_on: tuple[int, int, int], ends_on: tuple[int, int, int]
) -> None:
    found, doubts = heading("三、督查时间", words, "四、工作要求")
    assert found[2:] == [date(*starts_on), date(*ends_on)]
    assert doubts == set()


@pytest.mark.parametrize(
    ("lines", "dated", "code"),
    [
        (("三、督查时间", "另行通知"), "2022年3月28日", "period_missing"),
        (("三、督查时间", "即日起至6月6日"), "另行通知", "start_unknown"),
        (("三、督查时间", "4月1日至6月31日"), "2022年3月28日", "no_such_day"),
        (("三、督查时间", "2022年4月1日至2021年6月6日"), "2022年3月28日", "ends_before_start"),
        (("本次督查自4月1日至6月5日进行。",), "2022年3月28日", "period_within_text"),
    ],
)
def test_a_period_that_cannot_be_relied_on_is_in_doubt(lines: tuple[str, ...], dated: str, code: str) -> None:
    assert code in heading(*lines, dated=dated)[1]


@pytest.mark.parametrize(
    ("lines", "title", "centre"),
    [
        (
            ("郑州市招生考试中心", "关于开展督查工作的通知"),
            "郑州市招生考试中心关于开展督查工作的通知",
            "郑州市招生考试中心",
        ),
        (("河源市招生办公室关于做好", "督查工作的通知"), "河源市招生办公室关于做好督查工作的通知", "河源市招生办公室"),
        (("关于开展督查的通知（试行）",), "关于开展督查的通知（试行）", None),
        (("会议纪要",), None, None),
    ],
)
def test_the_title_and_who_has_issued_it(lines: tuple[str, ...], title: str | None, centre: str | None) -> None:
    found, *_ = read_heading(["甲〔2022〕8号", *lines, "2022年3月28日"])
    assert (found.title, found.centre) == (title, centre)


@pytest.mark.parametrize(
    ("text", "lead", "supporting", "in_doubt"),
    [
        ("招生办", ("招生办",), (), False),
        ("教务处负责\n学生处配合", ("教务处",), ("学生处",), False),
        ("教务处负责\n党政办、保卫处配合", ("教务处",), ("党政办", "保卫处"), False),
        ("教务处负责，学生处、团委配合。", ("教务处",), ("学生处", "团委"), False),
        ("牵头单位：教务处\n配合单位：学生处；保卫处", ("教务处",), ("学生处", "保卫处"), False),
        ("信息化\n中心", ("信息化中心",), (), True),  # a name over two lines, or a name and something else
        ("教务处\n学生处", ("教务处", "学生处"), (), False),
        ("教务处、学生处", ("教务处", "学生处"), (), False),
        ("教务处 学生处", ("教务处", "学生处"), (), True),
        ("教务处牵头，学生处配合", ("教务处",), ("学生处",), False),
        ("教务处（学生处配合）", ("教务处",), ("学生处",), False),
        ("教务处\n(学生处、保卫处配合)", ("教务处",), ("学生处", "保卫处"), False),
        ("教务处（牵头）、学生处（配合）", ("教务处",), ("学生处",), False),
        ("教务处（配合单位：学生处、保卫处）", ("教务处",), ("学生处", "保卫处"), False),
        ("教务处牵头（学生处配合）", ("教务处",), ("学生处",), False),
        ("教务处、学生处按职责分工负责", ("教务处", "学生处"), (), False),
        ("教务处会同学生处", ("教务处",), ("学生处",), True),  # the usual reading of two
        ("招生办（含继续教育学院）", ("招生办（含继续教育学院）",), (), True),
        ("和平区教体局和团委", ("和平区教体局", "团委"), (), False),
        ("学生处配合", (), ("学生处",), False),
        ("", (), (), False),
    ],
)
def test_who_leads_is_told_from_who_supports(
    text: str, lead: tuple[str, ...], supporting: tuple[str, ...], in_doubt: bool
) -> None:
    assert read_units(text) == Units(lead, supporting, in_doubt)


some_units = st.lists(st.sampled_from(["教务处", "学生处", "招生办", "团委", "信息中心", "和谐校园办"]), unique=True)
WAYS_TO_SUPPORT = (
    "{lead}负责\n{rest}配合",
    "{lead}（{rest}配合）",
    "{lead}牵头，{rest}协助。",
    "牵头单位：{lead}；配合单位：{rest}",
    "{lead}（配合单位：{rest}）",
    "由{lead}主办（{rest}参与）",
)


@given(some_units.filter(lambda units: len(units) > 1), st.data(), st.sampled_from(WAYS_TO_SUPPORT))
def test_however_two_parts_are_written_each_unit_keeps_its_own(units: list[str], data: st.DataObject, way: str) -> None:
    cut = data.draw(st.integers(1, len(units) - 1))
    text = way.format(lead="、".join(units[:cut]), rest="、".join(units[cut:]))
    assert read_units(text) == Units(tuple(units[:cut]), tuple(units[cut:]))


def test_lines_that_run_together_are_told_apart() -> None:
    leaders, teams, doubts = labour(
        "一、领导责任分工李宏斌：中原区、登封市邓乐：二七区、中牟县二、督查组具体分工第一组组长：谢小刚组员：蔡振宇、赵坤督查县区："
        "中原区、登封市第二组组长：宋克仁组员：李元昊督查县区：二七区、中牟县"
    )
    assert leaders == (Leader("李宏斌", ("中原区", "登封市")), Leader("邓乐", ("二七区", "中牟县")))
    assert teams == (
        Team("第一组", ("谢小刚",), ("蔡振宇", "赵坤"), ("中原区", "登封市")),
        Team("第二组", ("宋克仁",), ("李元昊",), ("二七区", "中牟县")),
    )
    assert doubts == []


names = st.lists(
    st.builds(str.__add__, st.sampled_from(SURNAMES), st.text(GIVEN, min_size=1, max_size=2)),
    min_size=7,
    max_size=7,
    unique=True,
)


@given(st.data(), names, st.permutations(DISTRICTS))
def test_a_division_of_labour_is_read_however_its_lines_are_set(
    data: st.DataObject, people: list[str], districts: list[str]
) -> None:
    cut = data.draw(st.integers(1, len(districts) - 1))
    parts = [tuple(districts[:cut]), tuple(districts[cut:])]
    leaders = tuple(Leader(name, part) for name, part in zip(people[:2], parts, strict=True))
    teams = (
        Team("第一组", (people[2],), tuple(people[3:5]), parts[0]),
        Team("第二组", (people[5],), (people[6],), parts[1]),
    )
    said = ["一、市招考中心领导督查工作责任分工"]
    said += [f"{leader.name}：{'、'.join(leader.districts)}" for leader in leaders]
    said += ["二、督查组具体分工"]
    for team in teams:
        said += [team.name, f"组长：{team.heads[0]}", f"组员：{'、'.join(team.members)}"]
        said += [f"督查县区：{'、'.join(team.districts)}"]
    text = "".join(line + data.draw(st.sampled_from(["", " ", "\u3000", "\n"])) for line in said)
    found_leaders, found_teams, doubts = labour(text)
    assert (found_leaders, found_teams) == (leaders, teams)
    assert doubts == []


def test_a_division_of_labour_may_be_set_in_tables() -> None:
    def table(*rows: tuple[str, ...]) -> Table:
        return Table([[Cell(text) for text in row] for row in rows])

    leaders, teams, doubts = read_labour(
        Section(
            3,
            "分工",
            [
                table(("责任领导", "督查县区"), ("李宏斌", "中原区\n登封市"), ("邓　乐", "二七区、中牟县")),
                table(
                    ("组别", "组长", "副组长", "组员", "督查县区"),
                    ("第一组", "谢小刚", "钱明", "蔡振宇\n赵坤", "中原区、登封市"),
                    ("第二组", "宋克仁", "", "李元昊", "二七区、中牟县"),
                ),
            ],
        )
    )
    assert leaders == (Leader("李宏斌", ("中原区", "登封市")), Leader("邓乐", ("二七区", "中牟县")))
    assert teams == (
        Team("第一组", ("谢小刚",), ("钱明", "蔡振宇", "赵坤"), ("中原区", "登封市")),
        Team("第二组", ("宋克仁",), ("李元昊",), ("二七区", "中牟县")),
    )
    assert doubts == []


@pytest.mark.parametrize(
    ("lines", "code", "stops"),
    [
        (("甲乙丙：金水区", "第一组", "组长：赵刚", "督查县区：金水区、二七区"), "district_without_leader", False),
        (("第一组", "组长：赵刚", "督查县区：金水区、二七区"), "leaders_missing", False),
        (("甲乙丙：金水区、二七区", "第一组", "组长：赵刚", "督查县区：金水区"), "district_without_team", True),
        (("甲乙丙：金水区", "丁乙丙：金水区", "第一组", "组长：赵刚", "督查县区：金水区"), "district_led_twice", True),
        (
            ("甲乙丙：金水区", "第一组", "组长：赵刚", "督查县区：金水区", "第二组", "组长：王刚", "督查县区：金水区"),
            "district_twice",
            True,
        ),
        (("甲乙丙：金水区", "第一组", "组员：赵刚", "督查县区：金水区"), "team_without_head", False),
        (("甲乙丙：金水区", "组长：赵刚", "督查县区：金水区"), "team_without_name", False),
        (("甲乙丙：金水区", "第一组", "组长：赵刚（兼）", "督查县区：金水区"), "name_odd", False),
        (("甲乙丙：金水区、航空港", "第一组", "组长：赵刚", "督查县区：金水区"), "district_unread", False),
        (("甲乙丙：金水区", "第一组", "组长：赵刚", "组员：赵刚", "督查县区：金水区"), "person_in_two_teams", False),
        (("甲乙丙：金水区", "第一组", "组长：赵刚"), "labour_missing", True),
    ],
)
def test_a_division_of_labour_with_holes_is_in_doubt(lines: tuple[str, ...], code: str, stops: bool) -> None:
    *_, doubts = labour(*lines)
    assert (code, stops) in {(doubt.code, doubt.stops) for doubt in doubts}


def test_a_list_goes_on_in_the_next_line_after_a_sign() -> None:
    for lines in permutations(["甲乙丙：金水区、\n二七区", "丁乙丙：中牟县"]):
        leaders, *_ = labour(*lines, "第一组", "组长：赵刚", "督查县区：金水区、", "二七区、中牟县")
        assert {leader.name: leader.districts for leader in leaders} == {
            "甲乙丙": ("金水区", "二七区"),
            "丁乙丙": ("中牟县",),
        }
