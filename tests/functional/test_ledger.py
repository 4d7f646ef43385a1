"""The ledger over HTTP: the template, the dry run, the import, and what is told of a table that is wrong."""

import io
from collections.abc import Sequence
from typing import Any

from sqlalchemy import event

from service.files.import_turns import import_turn
from tests.build.workbooks import workbook
from tests.fakes.client import Client, Json
from tests.worlds.http import World
from tests.worlds.people import CENTRE, NEIGHBOUR, OTHER_UNIVERSITY, UNIVERSITY

HEADINGS = ("来源编号", "责任单位*", "督查内容编号", "问题*", "具体情况", "地点", "问题等级*", "发现时间*")
GOOD = ("甲-1", UNIVERSITY, "1-12", "监控画面有盲区", None, "3号楼", "一般问题", "2021-04-11")
MAJOR = (None, NEIGHBOUR, None, "保密柜无双锁", None, None, "重大安全隐患", "2021-04-12 08:30")
BAD = (None, OTHER_UNIVERSITY, None, "别组的学校", None, None, "一般问题", "昨天")
MULTIPART = "multipart/form-data"


def bring(client: Client, *rows: Sequence[Any], expect: int = 200, headers: Json | None = None, **query: str) -> Json:
    data = {"file": (io.BytesIO(workbook({"整改台账": [HEADINGS, *rows]})), "台账.xlsx")}
    answer = client.call(
        "POST", "/ledgers", data=data, content_type=MULTIPART, query_string=query, headers=headers or {}
    )
    assert answer.status_code == expect, answer.get_data(as_text=True)
    body: Json = answer.get_json()
    return body


def test_a_dry_run_then_an_import_then_the_same_again(world_on_each: World) -> None:
    world = world_on_each
    inspector, nothing = world["inspector"], {"errors": [], "more_errors": 0, "warnings": []}
    would = {"dry_run": True, "added": 2, "updated": 0, "unchanged": 0, **nothing}
    assert bring(inspector, GOOD, MAJOR, dry_run="true") == would
    assert inspector.items("/findings") == []
    assert bring(inspector, GOOD, MAJOR) == {**would, "dry_run": False}
    found = {one["summary"]: one for one in inspector.items("/findings")}
    assert found["监控画面有盲区"]["checklist_item"]["number"] == "1-12"
    assert found["保密柜无双锁"]["found_at"] == "2021-04-12T00:30:00Z"
    assert [alert["kind"] for alert in world["neighbour"].items("/alerts")] == ["log.major"]
    assert bring(inspector, GOOD, MAJOR) == {**would, "dry_run": False, "added": 0, "unchanged": 2}


def test_no_transaction_is_open_while_the_table_is_read(world: World) -> None:
    steps: list[str] = []
    for name in ("begin", "rollback", "commit"):
        event.listen(world.engine, name, lambda _, name=name: steps.append(name))
    bring(world["inspector"], GOOD, dry_run="true")
    assert steps[:3] == ["begin", "rollback", "begin"], "who asks, nothing, what it would come to"


def test_a_second_table_of_an_organization_waits_until_the_first_is_done(world: World) -> None:
    centre = world.ids.organization_ids[CENTRE]
    with import_turn(world.resources.settings.data_dir, centre, now=world.clock.at):
        told = bring(world["inspector"], GOOD, expect=409)
        assert (told["code"], told["detail"]) == (
            "import_under_way",
            "本单位另有一份表格正在导入，本次未作任何改动，请等它完成后再试。",
        )
        assert bring(world["district"], dry_run="true")["added"] == 0
    assert bring(world["inspector"], GOOD)["added"] == 1


def test_a_dry_run_lists_every_cell_that_is_wrong_in_the_callers_language(world: World) -> None:
    told = bring(world["inspector"], GOOD, BAD, dry_run="true")
    assert (told["added"], told["more_errors"]) == (0, 0)
    assert [error["cell"] for error in told["errors"]] == ["B3", "H3"]
    assert told["errors"][1:] == [
        {
            "sheet": "整改台账",
            "cell": "H3",
            "column": "发现时间*",
            "message": "日期无法识别，请按 2026-05-20 或 2026年5月20日 的形式填写，可在后面加上 17:00。",
        }
    ]
    foreign = (*BAD[:7], "2021-04-11")
    (error,) = bring(world["inspector"], foreign, dry_run="true")["errors"]
    assert (error["cell"], error["column"]) == ("B2", "责任单位*")


def test_an_import_with_errors_is_a_problem_by_cell_and_changes_nothing(world: World) -> None:
    problem = bring(world["inspector"], GOOD, BAD, expect=422)
    assert problem["code"] == "invalid_input"
    assert list(problem["errors"]) == ["整改台账!B3", "整改台账!H3"]
    assert world["inspector"].items("/findings") == []


def test_at_most_two_hundred_errors_are_listed(world: World) -> None:
    told = bring(world["inspector"], *[BAD] * 205, dry_run="true")
    assert (len(told["errors"]), told["more_errors"]) == (200, 210)


def test_what_is_no_table_is_told_so(world: World) -> None:
    for content, words in ((b"x,y\n", "不是 .xlsx 文件"), (b"\xd0\xcf\x11\xe0" + bytes(600), "旧版格式或设有密码")):
        data = {"file": (io.BytesIO(content), "台账.xls")}
        answer = world["inspector"].call("POST", "/ledgers", data=data, content_type=MULTIPART)
        assert answer.status_code == 422
        assert words in answer.get_json()["errors"]["file"][0]


def test_a_key_of_a_dry_run_is_not_the_key_of_an_import(world: World) -> None:
    key = {"Idempotency-Key": "ledger-1"}
    first = bring(world["inspector"], GOOD, headers=key)
    assert bring(world["inspector"], GOOD, headers=key) == first
    assert bring(world["inspector"], GOOD, headers=key, expect=422, dry_run="true")["code"] == "invalid_input"


def test_the_template_is_an_excel_file_with_ones_own_units(world: World) -> None:
    answer = world["district"].call("GET", "/ledgers/template")
    assert answer.status_code == 200
    assert (answer.mimetype or "").endswith("spreadsheetml.sheet")
    assert "attachment" in answer.headers["Content-Disposition"]
    data = {"file": (io.BytesIO(answer.data), "台账.xlsx")}
    brought = world["district"].call("POST", "/ledgers", data=data, content_type=MULTIPART)
    assert brought.get_json()["added"] == 0
    assert world["leadership"].call("GET", "/ledgers/template").status_code == 403
