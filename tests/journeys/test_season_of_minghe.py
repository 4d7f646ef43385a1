"""明河市 from an empty folder to the last close-out: nothing but commands and HTTP calls.

A round goes over the turn of the year before the holidays of the new one are known; the spring's notice is imported,
with people before and after it; its leader leaves, a team is cut anew, a university gets another name, a second exam
runs beside it, the exam is put off, the policy changes, the ledger goes out and comes back. At the end the doctor has
nothing to say and every chain holds.
"""

from collections.abc import Iterator
from datetime import datetime

import pytest

from tests.journeys.season_of_minghe import CHAPTERS, Season
from tests.journeys.season_office import SHANGHAI, commanded_office

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def season(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Season]:
    """The whole season, played once; the tests look at what came of it."""
    opens = datetime(2026, 11, 23, 9, tzinfo=SHANGHAI)
    with commanded_office(tmp_path_factory.mktemp("minghe") / "data", opens) as office:
        season = Season(office)
        for chapter in CHAPTERS:
            chapter(season)
        yield season


def test_the_first_sign_in_is_a_slip_for_everybody(season: Season) -> None:
    assert all(name in season.seen["slips"] for name in ("许衡", "罗佳", "严书"))


def test_a_deadline_counted_without_the_holidays_is_counted_again_and_only_gets_later(season: Season) -> None:
    before, after = (datetime.fromisoformat(season.seen[key]) for key in ("counted before", "counted after"))
    assert before.astimezone(SHANGHAI).date().isoformat() == "2027-01-01"
    assert after.astimezone(SHANGHAI).date().isoformat() == "2027-01-04"
    assert "2027" in season.seen["calendar dry run"]


def test_what_the_winter_left_open_goes_on_in_spring(season: Season) -> None:
    assert season.seen["left open"]["state"] == "escalated"
    carried = season.office.call("tao.ran", "GET", f"/findings?round_id={season.round_id('2027-8')}&limit=200")["items"]
    assert season.findings["保密室监控有盲区"] in {one["carried_from_id"] for one in carried}


def test_the_notices_one_doubt_is_settled_by_a_file(season: Season) -> None:
    assert "4月28日前后" in season.seen["in doubt"]
    call, round_id = season.office.call, season.round_id("2027-8")
    checklists = call("lin.yue", "GET", f"/checklists?round_id={round_id}")["items"]
    whole = [call("lin.yue", "GET", f"/checklists/{one['id']}") for one in checklists]
    items = {item["number"]: item for one in whole for item in one["items"]}
    assert items["1-2"]["due_on"] == "2027-04-28"


def test_whom_the_notice_named_before_the_account_came_has_the_districts(season: Season) -> None:
    assert all(season.seen["adopted"])


def test_with_two_rounds_running_one_must_be_named(season: Season) -> None:
    problem = season.seen["which round"]
    assert "round_id" in problem["errors"]
    assert "2027-8" in str(problem)
    assert "2027-12" in str(problem)


def test_a_post_that_nobody_fills_is_named_and_its_successor_hears(season: Season) -> None:
    assert "东城区" in season.seen["vacant"]
    assert any("东城区招考办、云溪县招考办由你接手" in text for text in season.seen["successor heard"])
    assert season.look("试卷保管室无人值守")["state"] == "verified"


def test_a_team_that_is_cut_anew_has_the_district_and_the_other_no_longer(season: Season) -> None:
    assert season.seen["re-cut"] == {"jiang.mu": 200, "fang.qi": 200, "xu.heng": 404}
    assert season.seen["renamed"] == "云溪师范大学"


def test_when_the_exam_moves_lights_and_people_follow(season: Season) -> None:
    assert season.seen["brought forward"] in ("amber", "red")
    assert any("2027年5月29日" in text for text in season.seen["told"])
    assert any("2027-12轮次第1周周报" in text for text in season.seen["told"])
    assert season.seen["put off"] == "green"
    assert season.seen["last report"] > "2027-06-30"


def test_a_policy_is_looked_at_before_it_is_put_in_force(season: Season) -> None:
    assert "behind" in season.seen["wrong policy"]
    assert "消防通道" in season.seen["policy dry run"] or "2027-8-" in season.seen["policy dry run"]
    assert "minghe-2027/1" in season.look("消防通道堵塞")["policy_version"]


def test_a_ledger_that_comes_back_adds_nothing(season: Season) -> None:
    assert "新登记 0 条" in season.seen["ledger again"]


def test_the_doctor_has_nothing_to_say_and_every_chain_holds(season: Season) -> None:
    said = season.seen["doctor"]
    assert {line[0] for line in said.splitlines() if line.strip()} == {"✔"}, said
    assert "完整" in season.seen["audit"]
    assert "已备份并读回核对" in season.seen["backup"]
