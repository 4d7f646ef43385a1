"""Weekly reports over HTTP: drafted, handed in, revised, read by those above."""

from datetime import timedelta

from service.reports.sweep import sweep_reports
from service.store.db import sessions
from tests.functional.weekly import WORDS, hand_in, owed
from tests.worlds.http import World, local
from tests.worlds.people import DISTRICT, OUTSIDERS, UNIVERSITY

THURSDAY, FRIDAY = local(4, 15), local(4, 16)  # of the third week; the world opens on its Monday


def test_a_report_lies_ready_with_its_deadline_and_recipient(weekly: World) -> None:
    report = owed(weekly)
    assert report["deadline"] == THURSDAY.isoformat().replace("+00:00", "Z")
    assert (report["state"], report["light"], report["late"], report["version"]) == ("owed", "green", False, 1)
    assert (report["kind"], report["recipient"]["name"], report["organization"]["name"]) == (
        *("university", DISTRICT, UNIVERSITY),
    )
    assert (report["counted_until"], report["submitted_at"], report["submitted_by"]) == (None, None, None)


def test_its_figures_are_filled_in_as_of_now_and_frozen_when_it_is_handed_in(weekly: World) -> None:
    report = owed(weekly)
    weekly.notified()
    before = weekly["university"].get(f"/reports/{report['id']}")
    assert (before["figures"]["total"]["found"], before["figures"]["total"]["notified"]) == (1, 1)
    assert before["figures"]["categories"][0]["category"] == "标准化考点建设"
    assert before["figures"]["categories"][-1]["category"] == "未分类"
    weekly.clock.at += timedelta(minutes=1)
    made = hand_in(weekly)
    assert (made["version"], made["language"], made["words"]) == (1, "zh", WORDS)
    assert made["figures"]["total"]["open"] == 1
    weekly.clock.at += timedelta(minutes=1)
    weekly.notified()
    after = weekly["district"].get(f"/reports/{report['id']}")
    assert after["figures"] == made["figures"]
    assert (after["words"], after["state"], after["versions"]) == (WORDS, "submitted", [1])
    assert after["submitted_by"]["name"] == "孙晓"


def test_the_office_finds_in_its_report_what_its_universities_have_raised(weekly: World) -> None:
    hand_in(weekly)
    weekly.clock.at += timedelta(hours=1)
    report = weekly["district"].get(f"/reports/{owed(weekly, 'district')['id']}")
    (raised,) = report["figures"]["difficulties"]
    assert (raised["organization"]["name"], raised["text"], raised["category"]) == (
        *(UNIVERSITY, "备用设备采购经费未到位", "考务管理"),
    )
    assert [row["actions"] for row in report["figures"]["campaigns"]] == [0] * 5
    assert "campaigns" not in weekly["district"].get(f"/reports/{owed(weekly)['id']}")["figures"]
    made = hand_in(
        weekly, "district", common_problems=[{"checklist_item_id": weekly.ids.checklist_item_id, "words": "统一采购"}]
    )
    for who in ("inspector", "leader", "leadership"):
        assert weekly[who].get(f"/reports/{report['id']}")["figures"] == made["figures"]


def test_the_tag_changes_with_the_figures_that_nobody_wrote(weekly: World) -> None:
    path = f"/reports/{owed(weekly)['id']}"
    first = weekly["university"].call("GET", path).headers["ETag"]
    again = weekly["university"].call("GET", path, headers={"If-None-Match": first})
    assert again.status_code == 304
    weekly.notified()
    assert weekly["university"].call("GET", path, headers={"If-None-Match": first}).status_code == 200


def test_words_are_revised_in_further_versions(weekly: World) -> None:
    report = owed(weekly)
    first = hand_in(weekly)
    weekly.clock.at = THURSDAY + timedelta(days=1)
    second = hand_in(weekly, self_check="更正：已落实65项。")
    assert (second["version"], second["figures"]) == (2, first["figures"])
    listed = weekly["leader"].items(f"/reports/{report['id']}/versions")
    assert [one["words"]["self_check"] for one in listed] == [WORDS["self_check"], "更正：已落实65项。"]
    seen = weekly["leader"].get(f"/reports/{report['id']}")
    assert (seen["late"], seen["state"], seen["versions"]) == (False, "submitted", [1, 2])


def test_what_is_raised_is_collected_for_everybody_above(weekly: World) -> None:
    hand_in(weekly)
    weekly.clock.at += timedelta(minutes=1)
    hand_in(weekly, "district", difficulties=[{"text": "缺少侦测设备"}])
    for who in ("district", "inspector", "leader", "leadership"):
        found = weekly[who].items("/statistics/difficulties", week=3)
        assert [(one["organization"]["name"], one["difficulties"]) for one in found] == [
            (DISTRICT, [{"text": "缺少侦测设备"}]),
            (UNIVERSITY, WORDS["difficulties"]),
        ]
    assert [one["report_id"] for one in weekly["university"].items("/statistics/difficulties")] == [owed(weekly)["id"]]
    for who in (*OUTSIDERS, "bureau", "committee", "admin"):
        assert weekly[who].items("/statistics/difficulties") == []
    pages = [one["week"] for page in weekly["leadership"].pages("/statistics/difficulties", limit=1) for one in page]
    assert pages == [3, 3]


def test_each_version_is_put_on_paper(weekly: World) -> None:
    report = owed(weekly)["id"]
    asked_for = {"kind": "weekly_report", "subject_id": report}
    assert weekly["university"].post("/documents", asked_for, expect=409)["code"] == "not_submitted"
    for words in ("自查完毕。", "自查完毕。", "更正。"):
        weekly.clock.at += timedelta(minutes=1)
        hand_in(weekly, self_check=words)
    for who in ("university", "district", "leadership"):
        papers = weekly[who].items("/documents", **asked_for)
        assert [(paper["title"], paper["status"]) for paper in papers] == [
            (f"{UNIVERSITY}考试安全工作周报（第3周）", "queued"),
        ] * 2
    assert weekly["neighbour"].items("/documents", **asked_for) == []


def test_a_report_goes_late_and_missing_for_everybody_above(weekly: World) -> None:
    report = owed(weekly)
    for after, state in ((timedelta(seconds=1), "late"), (timedelta(days=1, seconds=1), "missing")):
        weekly.clock.at = THURSDAY + after
        with sessions(weekly.engine).begin() as session:
            sweep_reports(session, now=weekly.clock.at)
        for who in ("university", "district", "inspector", "team_head", "leader", "leadership"):
            seen = weekly[who].get(f"/reports/{report['id']}")
            assert (seen["state"], seen["light"]) == (state, "red")
            (listed,) = weekly[who].items("/reports", state=state, organization_id=report["organization"]["id"])
            assert listed["id"] == report["id"]
    about = {"kind": "report", "id": report["id"]}
    (alert,) = [one for one in weekly["leader"].items("/alerts") if one["about"] == about]
    assert (alert["kind"], alert["event_id"], alert["finding_id"]) == ("report.missing", None, None)
    assert alert["text"].startswith(f"{UNIVERSITY}2021-35轮次第3周周报应于2021年4月15日17:00前报送，至今仍未报送。")
    made = hand_in(weekly)
    assert made["figures"]["until"].startswith("2021-04-15T09:00:00")
    seen = weekly["leadership"].get(f"/reports/{report['id']}")
    assert (seen["state"], seen["late"]) == ("submitted", True)


def test_next_weeks_report_is_not_handed_in_this_week(weekly: World) -> None:
    refused = hand_in(weekly, week=4, expect=409)
    assert refused["code"] == "report_too_early"
    assert "2021年4月15日17:00" in refused["detail"]


def test_for_outsiders_there_is_no_such_report(weekly: World) -> None:
    report = owed(weekly)["id"]
    for who in (*OUTSIDERS, "bureau", "committee", "admin"):
        weekly[who].get(f"/reports/{report}", expect=404)
        weekly[who].get(f"/reports/{report}/versions", expect=404)
        weekly[who].post(f"/reports/{report}/submissions", {"words": WORDS}, expect=404)
        weekly[who].patch(f"/reports/{report}", {"words": WORDS}, if_match='"1"', expect=404)
        assert report not in [one["id"] for one in weekly[who].items("/reports", limit=200)]


def test_the_list_is_asked_for_by_kind_and_in_either_order(weekly: World) -> None:
    kinds = {kind: weekly["district"].items("/reports", kind=kind, limit=200) for kind in ("university", "district")}
    assert {one["kind"] for one in kinds["university"]} == {"university"}
    assert {one["organization"]["name"] for one in kinds["district"]} == {DISTRICT}
    assert len(kinds["university"]) == 2 * len(kinds["district"])
    assert len(weekly["district"].items("/reports", kind=["university", "district"], limit=200)) == sum(
        len(listed) for listed in kinds.values()
    )
    assert weekly["district"].items("/reports", state=["late", "missing"], week=["1", "2"]) == []
    weekly["district"].get("/reports", kind="centre", expect=422)
    upward = [one["deadline"] for page in weekly["district"].pages("/reports", limit=5) for one in page]
    downward = [
        one["deadline"] for page in weekly["district"].pages("/reports", limit=5, sort="-deadline") for one in page
    ]
    assert upward == sorted(upward) == downward[::-1]
    assert len(upward) == len(kinds["university"]) + len(kinds["district"])
