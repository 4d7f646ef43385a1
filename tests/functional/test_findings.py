"""Findings over HTTP: logging, the list and its filters, reading, correcting, settling."""

from itertools import chain

import pytest

from tests.fakes.client import Json
from tests.worlds.http import World, local
from tests.worlds.people import DISTRICT, NEIGHBOUR, OUTSIDERS, UNIVERSITY

FIELDS = (
    "id number round origin state escalation_level awaiting_review light severity summary details "
    "location organization district team responsible_leader checklist_item requirement found_at "
    "notified_at received_at receipt_deemed deadline original_deadline overdue_at escalated_at "
    "verified_at voided_at next_action_at failures ever_overdue first_overdue_at first_deadline "
    "failures_in_all highest_level cycle recurrences pending_submission pending_extension latest_opinion "
    "evidence policy_version created_by version allowed_moves inspection_id proposed carried_from_id "
    "closing "
)


def numbers(found: list[Json]) -> list[str]:
    return [finding["number"] for finding in found]


def test_a_logged_finding_has_every_field_of_the_contract(world_on_each: World) -> None:
    world = world_on_each
    evidence = world["inspector"].upload()
    finding = world.logged(
        details="三号楼东侧走廊",
        location="三号教学楼",
        found_at=local(4, 12, 9).isoformat(),
        checklist_item_id=world.ids.checklist_item_id,
        evidence_ids=[evidence["id"]],
        client_id="手机-0001",
    )
    assert list(finding) == FIELDS.split()
    assert finding["number"] == "2021-35-0001"
    assert finding["organization"] == {"id": world.ids.university_id, "name": UNIVERSITY}
    assert finding["district"]["name"] == DISTRICT
    assert finding["team"]["name"] == "第一督查组"
    assert finding["responsible_leader"]["name"] == "李正言"
    assert finding["checklist_item"] == {
        "id": world.ids.checklist_item_id,
        "number": "1-12",
        "category": "标准化考点建设",
    }
    assert (finding["state"], finding["origin"], finding["light"]) == ("found", "centre", "green")
    assert finding["created_by"]["name"] == "陈一鸣"
    assert finding["evidence"] == [evidence]
    assert finding["found_at"] == "2021-04-12T01:00:00Z"
    assert set(finding["allowed_moves"]) == {"settle", "notify"}
    alone = world.finding(finding["id"])
    assert finding.items() <= alone.items()
    assert set(alone) - set(finding) == {"deadline_reckoning", "next_escalation"}


def test_a_filter_takes_one_value_or_several(world_on_each: World) -> None:
    world = world_on_each
    found, notified = world.logged()["id"], world.notified()["id"]
    inspector = world["inspector"]

    def listed(**query: str | list[str]) -> set[str]:
        return {finding["id"] for finding in inspector.items("/findings", **query)}

    assert listed(state="found") == {found}
    assert listed(state=["found", "notified", "found"]) == {found, notified}
    assert listed(state=["overdue", "escalated"]) == set()
    assert listed(origin=["centre", "unit"], escalation_level=["0", "2"]) == {found, notified}
    assert listed(organization_id=[world.ids.university_id]) == {found, notified}


def test_the_same_client_id_logs_once(world: World) -> None:
    first = world.logged(client_id="手机-0002")
    assert world.logged(client_id="手机-0002")["id"] == first["id"]
    assert len(world["inspector"].items("/findings")) == 1


def test_what_was_put_right_on_the_spot_is_settled_with_its_logging(world: World) -> None:
    settled = {"evidence_ids": [world["inspector"].upload()["id"]], "comment": "当场加装，已看到"}
    finding = world.logged(settled=settled)
    assert finding["state"] == "verified"


def test_a_finding_is_settled_later_on(world: World) -> None:
    finding = world.logged()
    body = {"evidence_ids": [world["inspector"].upload()["id"]], "comment": "下午复看，已整改"}
    assert world["inspector"].move(f"/findings/{finding['id']}/settlement", body)["state"] == "verified"


def test_a_unit_logs_what_it_found_itself(world: World) -> None:
    finding = world.logged("university")
    assert finding["origin"] == "unit"
    begun = world["university"].move(f"/findings/{finding['id']}/receipt", {"deadline": local(4, 20).isoformat()})
    assert (begun["state"], begun["deadline"]) == ("rectifying", "2021-04-20T09:00:00Z")


def test_the_newest_finding_comes_first_and_pages_neither_skip_nor_repeat(world_on_each: World) -> None:
    world = world_on_each
    for _ in range(5):
        world.logged()
    pages = [numbers(page) for page in world["inspector"].pages("/findings", limit=2)]
    assert [len(page) for page in pages] == [2, 2, 1]
    assert sorted(chain(*pages)) == [f"2021-35-000{n}" for n in range(1, 6)]
    by_number = [numbers(page) for page in world["inspector"].pages("/findings", limit=2, sort="-number")]
    assert list(chain(*by_number)) == [f"2021-35-000{n}" for n in range(5, 0, -1)]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"state": "notified"}, [1]),
        ({"severity": "major"}, [2]),
        ({"light": "amber"}, []),
        ({"light": "green"}, [1, 2, 3]),
        ({"escalation_level": 0}, [1, 2, 3]),
        ({"escalation_level": 1}, []),
        ({"awaiting_review": "true"}, []),
        ({"extension_pending": "true"}, []),
        ({"extension_pending": "false"}, [1, 2, 3]),
        ({"awaiting_review": "false"}, [1, 2, 3]),
        ({"deadline_before": "2021-04-30T00:00:00+08:00"}, [1]),
        ({"deadline_after": "2021-04-30T00:00:00+08:00"}, []),
        ({"q": "灭火器"}, [2]),
        ({"q": "2021-35-0003"}, [3]),
        ({"q": "100%"}, []),
        ({"voided": "true"}, [4]),
        ({"sort": "deadline"}, [1, 2, 3]),
    ],
)
def test_a_filter_finds_what_it_names(world_on_each: World, query: Json, found: list[int]) -> None:
    world = world_on_each
    world.notified()
    world.logged(severity="major", summary="灭火器过期")
    world.logged(organization_id=world.ids.organization_ids[NEIGHBOUR])
    void = world.logged()
    world["team_head"].move(f"/findings/{void['id']}/voiding", {"reason": "重复登记"})
    expected = [f"2021-35-000{n}" for n in found]
    assert sorted(numbers(world["inspector"].items("/findings", **query))) == expected


def test_findings_are_found_by_organization_district_round_and_checklist_item(world: World) -> None:
    world.logged(checklist_item_id=world.ids.checklist_item_id)
    ids = world.ids.organization_ids
    queries: list[Json] = [
        {"organization_id": ids[UNIVERSITY]},
        {"district_id": ids[DISTRICT]},
        {"round_id": world.ids.round_id},
        {"checklist_item_id": world.ids.checklist_item_id},
    ]
    assert [len(world["inspector"].items("/findings", **query)) for query in queries] == [1, 1, 1, 1]
    assert world["inspector"].items("/findings", organization_id=ids[NEIGHBOUR]) == []


@pytest.mark.parametrize("who", OUTSIDERS)
def test_an_outsider_sees_nothing_of_it(world: World, who: str) -> None:
    finding = world.notified(severity="major")
    assert world[who].items("/findings") == []
    unknown = world[who].get("/findings/11111111-2222-4333-8444-555555555555", expect=404)
    assert world[who].get(f"/findings/{finding['id']}", expect=404) == unknown


def test_a_finding_that_has_not_changed_is_not_sent_again(world: World) -> None:
    path = f"/findings/{world.logged()['id']}"
    first = world["inspector"].call("GET", path)
    again = world["inspector"].call("GET", path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    world.go(local(4, 13, 18))  # nobody notified: the light is amber now
    late = world["inspector"].call("GET", path, headers={"If-None-Match": first.headers["ETag"]})
    assert late.status_code == 200
    assert late.get_json()["light"] == "amber"


def test_a_correction_changes_the_text_and_never_the_clock(world: World) -> None:
    finding = world.notified()
    path = f"/findings/{finding['id']}"
    tag = world["inspector"].call("GET", path).headers["ETag"]
    seen = world["inspector"].patch(path, {"summary": "考场监控有两处盲区", "details": None}, if_match=tag)
    assert seen["summary"] == "考场监控有两处盲区"
    assert seen["version"] == finding["version"] + 1
    same = ("deadline", "next_action_at", "state", "requirement")
    assert {name: seen[name] for name in same} == {name: finding[name] for name in same}


@pytest.mark.parametrize(
    ("if_match", "status", "code"),
    [
        (None, 428, "version_missing"),
        ("*", 428, "version_missing"),
        ('"1"', 412, "stale_version"),
        ('"别的"', 412, "stale_version"),
        ('W/"2-green"', 412, "stale_version"),
        (f'"{"9" * 5000}"', 412, "stale_version"),
    ],
)
def test_a_correction_needs_the_version_that_was_seen(world: World, if_match: str, status: int, code: str) -> None:
    finding = world.logged()
    headers = {"If-Match": if_match.encode().decode("latin-1")} if if_match else {}
    answer = world["inspector"].call("PATCH", f"/findings/{finding['id']}", json={"summary": "改"}, headers=headers)
    assert (answer.status_code, answer.get_json()["code"]) == (status, code)
    assert world.finding(finding["id"])["summary"] == finding["summary"]


def test_an_answer_to_a_move_carries_the_tag_for_the_next_correction(world: World) -> None:
    finding = world.logged()
    body = {"requirement": "补装摄像头", "working_days": 5}
    answer = world["inspector"].call("POST", f"/findings/{finding['id']}/notification", json=body)
    seen = world["inspector"].patch(f"/findings/{finding['id']}", {"location": "二楼"}, if_match=answer.headers["ETag"])
    assert seen["location"] == "二楼"


def test_a_finding_alone_says_how_its_deadline_came_about_and_who_hears_next(world: World) -> None:
    world.clock.at = local(4, 2, 16)
    id_ = world.logged()["id"]
    world["inspector"].move(f"/findings/{id_}/notification", {"requirement": "补装摄像头", "working_days": 5})
    world.clock.at = local(4, 2, 16, 10)
    world["university"].move(f"/findings/{id_}/receipt", {})
    seen = world.finding(id_, "university")
    step = seen["deadline_reckoning"][-1]
    assert (step["kind"], step["deadline"], step["working_days"]) == ("counted", seen["deadline"], 5)
    assert {"on": "2021-04-05", "holiday": "qingming"} in step["skipped"]
    assert "4月3日至4月5日清明节放假" in step["text"]
    assert "截至4月12日17:00" in step["text"]
    ahead = seen["next_escalation"]
    assert (ahead["unless"], ahead["by"], ahead["level"]) == ("submission", seen["deadline"], 1)
    assert (ahead["at"], ahead["hears"]) == ("2021-04-13T09:00:00Z", ["responsible_leader", "leadership"])
    assert ahead["text"].startswith("4月12日17:00前未提交整改反馈的")
    world["university"].post(
        f"/findings/{id_}/submissions", {"measures": "已补装", "evidence_ids": [world["university"].upload()["id"]]}
    )
    assert world.finding(id_, "university")["next_escalation"] is None  # who is late now is the other side
    assert world.finding(id_)["next_escalation"]["unless"] == "review"
