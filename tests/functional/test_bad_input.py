"""Whatever is sent, the answer is an error of the sender's and never one of ours."""

import json
from typing import Any

import pytest

from tests.fakes.client import Json
from tests.worlds.http import World

UNKNOWN = "/findings/11111111-2222-4333-8444-555555555555"
DEEP = "[" * 5000 + "]" * 5000


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("", 422),
        ("{", 400),
        ("NaN", 400),
        ('{"summary": 1e400}', 400),
        ('{"summary": "\\ud800"}', 400),
        (DEEP, 400),
        (f'{{"summary": {"9" * 5000}}}', 400),
        ('{"summary": Infinity}', 400),
        (b"\xff\xfe", 400),
        ("[]", 422),
        ('"text"', 422),
        ("null", 422),
        ("7", 422),
    ],
)
def test_a_body_that_is_no_json_object_is_refused(shared_world: World, body: str | bytes, status: int) -> None:
    answer = shared_world["inspector"].call("POST", "/findings", data=body, content_type="application/json")
    assert answer.status_code == status, answer.get_data(as_text=True)
    assert answer.content_type == "application/problem+json"


def test_a_body_of_another_kind_is_refused(shared_world: World) -> None:
    answer = shared_world["inspector"].call("POST", "/findings", data="summary=x", content_type="text/plain")
    assert (answer.status_code, answer.get_json()["code"]) == (415, "not_json")


def test_a_body_beyond_the_limit_is_refused(shared_world: World) -> None:
    body = json.dumps({"summary": "长" * 400_000})
    answer = shared_world["inspector"].call("POST", "/findings", data=body, content_type="application/json")
    assert (answer.status_code, answer.get_json()["code"]) == (413, "body_too_large")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("summary", 7),
        ("summary", None),
        ("summary", ""),
        ("summary", "\u3000 \t"),
        ("summary", "长" * 501),
        ("summary", "含\0字符"),
        ("summary", ["列表"]),
        ("details", "长" * 10_001),
        ("location", "长" * 301),
        ("client_id", "长" * 101),
        ("severity", "huge"),
        ("severity", ["major"]),
        ("severity", True),
        ("organization_id", "not-an-id"),
        ("organization_id", 7),
        ("organization_id", "urn:uuid:11111111-2222-4333-8444-555555555555"),
        ("organization_id", "11111111-2222-4333-8444-555555555555"),
        ("checklist_item_id", "11111111-2222-4333-8444-555555555555"),
        ("inspection_id", "11111111-2222-4333-8444-555555555555"),
        ("found_at", "2021-04-12T10:00:00"),
        ("found_at", "2021-04-12"),
        ("found_at", "2021-02-30T10:00:00Z"),
        ("found_at", "0000-01-01T00:00:00Z"),
        ("found_at", "0001-01-01T00:00:00+14:00"),
        ("found_at", "9999-12-31T23:59:59-12:00"),
        ("found_at", "10000-01-01T00:00:00Z"),
        ("found_at", "2021-04-12T10:00:00+99:00"),
        ("found_at", "２０２１-04-12T10:00:00Z"),
        ("found_at", 1618193700),
        ("found_at", "2099-01-01T00:00:00Z"),
        ("evidence_ids", "11111111-2222-4333-8444-555555555555"),
        ("evidence_ids", ["11111111-2222-4333-8444-555555555555"]),
        ("evidence_ids", [None]),
        ("evidence_ids", {"0": "x"}),
        ("settled", []),
        ("settled", {"evidence_ids": [], "comment": "没有佐证"}),
        ("voided_at", None),
        ("state", "verified"),
        ("字段", 1),
    ],
)
def test_a_bad_field_is_named_and_nothing_is_logged(shared_world: World, field: str, value: Any) -> None:
    good = {"organization_id": shared_world.ids.university_id, "summary": "考场监控有盲区", "severity": "general"}
    refused = shared_world["inspector"].post("/findings", {**good, field: value}, expect=422)
    assert all(name.startswith(field) or name == "evidence_ids" for name in refused["errors"]), refused
    assert shared_world["inspector"].items("/findings") == []


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("notification", {"requirement": "整改", "working_days": 1.0}, "working_days"),
        ("notification", {"requirement": "整改", "working_days": "3"}, "working_days"),
        ("notification", {"requirement": "整改", "working_days": True}, "working_days"),
        ("notification", {"requirement": "整改", "working_days": 2**63}, "working_days"),
        ("notification", {"requirement": "整改", "working_days": -(10**30)}, "working_days"),
        ("notification", {"requirement": "整改", "deadline": "9999-12-31T23:59:59Z"}, "deadline"),
        ("reviews", {"outcome": "perfect", "comment": "好"}, "outcome"),
        ("escalations", {"from_level": 3, "reason": "事关重大"}, "from_level"),
        ("submissions", {"measures": "已整改", "evidence_ids": [], "completed_on": "2021-13-01"}, "completed_on"),
        ("submissions", {"measures": "已整改", "evidence_ids": [], "completed_on": "0000-00-00"}, "completed_on"),
        ("handling-opinions", {"measure": "hang", "opinion": "意见"}, "measure"),
    ],
)
def test_a_bad_field_of_a_move_is_named(shared_world: World, path: str, body: Json, field: str) -> None:
    refused = shared_world["inspector"].post(f"{UNKNOWN}/{path}", body, expect=422)
    assert list(refused["errors"]) == [field]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=-1", "limit"),
        ("limit=1e2", "limit"),
        ("limit=" + "9" * 400, "limit"),
        ("limit=５", "limit"),
        ("limit=", "limit"),
        ("limit=5&limit=6", "limit"),
        ("cursor=", "cursor"),
        ("cursor=abc", "cursor"),
        ("cursor=WyIyMDIxIiwgIngiXQ==", "cursor"),
        ("cursor=%F0%9F%92%A9", "cursor"),
        ("sort=summary", "sort"),
        ("sort=-", "sort"),
        ("state=open", "state"),
        ("state=", "state"),
        ("organization_id=x", "organization_id"),
        ("voided=1", "voided"),
        ("voided=True", "voided"),
        ("escalation_level=3", "escalation_level"),
        ("awaiting_review=maybe", "awaiting_review"),
        ("deadline_before=2021-04-30", "deadline_before"),
        ("deadline_before=2021-04-30T00:00:00", "deadline_before"),
        ("q=%00", "q"),
        ("q=" + "x" * 201, "q"),
        ("colour=red", "colour"),
    ],
)
def test_a_bad_query_is_an_error_and_not_corrected(shared_world: World, query: str, field: str) -> None:
    answer = shared_world["inspector"].call("GET", f"/findings?{query}")
    assert answer.status_code == 422, answer.get_data(as_text=True)
    assert list(answer.get_json()["errors"]) == [field]


@pytest.mark.parametrize("after", ["x", "1", "1-", "-", "1-x", f"{'9' * 30}-1", f"1-{2**63}", "１-１", "1-1-1"])
def test_a_cursor_that_the_feed_never_gave_out_is_an_error(shared_world: World, after: str) -> None:
    refused = shared_world["inspector"].get("/events", expect=422, after=after)
    assert list(refused["errors"]) == ["after"]


def test_a_cursor_of_another_list_is_an_error(world: World) -> None:
    for _ in range(2):
        world.logged()
    cursor = world["inspector"].get("/findings", limit=1)["next_cursor"]
    assert world["inspector"].get("/findings", expect=422, sort="number", cursor=cursor[:-8])["errors"]
    assert world["inspector"].get("/findings", limit=1, cursor=cursor)["items"]


@pytest.mark.parametrize("path", ["/me", UNKNOWN, "/readyz"])
def test_an_address_that_takes_no_query_says_so(shared_world: World, path: str) -> None:
    status = shared_world["inspector"].call("GET", path, query_string={"colour": "red"}).status_code
    assert status == (200 if path == "/readyz" else 422)
