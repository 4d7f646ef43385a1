"""Whatever is sent, the answer is an error of the sender's and never one of ours."""

import json
from typing import Any

import pytest

from service.findings.list import SORTS
from service.models import Person
from tests.fakes.client import Json
from tests.worlds.http import World
from workflows.vocabulary import DocumentKind, Light, OrganizationKind, Outcome, State

NO_ID = "11111111-2222-4333-8444-555555555555"
UNKNOWN = f"/findings/{NO_ID}"
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


def test_a_name_that_comes_twice_is_refused_wherever_it_stands(shared_world: World) -> None:
    def refused(body: str) -> Any:
        answer = shared_world["inspector"].call("POST", "/findings", data=body, content_type="application/json")
        assert answer.status_code == 422, answer.get_data(as_text=True)
        return answer.get_json()["errors"]

    told = refused('{"summary": "监控有盲区", "severity": "general", "summary": "另一个", "\\u0073everity": "major"}')
    assert told.keys() == {"summary", "severity"}
    assert told["summary"] == ["同一个字段出现了两次，无法判断以哪个为准，请只保留一个。"]
    assert refused('{"settled": [{"comment": "甲", "comment": "甲"}]}').keys() == {"comment"}


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
        ("state=overdue,escalated", "state"),
        ("state=overdue&state=open", "state"),
        ("voided=1", "voided"),
        ("voided=true&voided=true", "voided"),
        ("q=a&q=b", "q"),
        ("voided=True", "voided"),
        ("escalation_level=3", "escalation_level"),
        ("awaiting_review=maybe", "awaiting_review"),
        ("extension_pending=maybe", "extension_pending"),
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


@pytest.mark.parametrize(
    ("method", "path", "body", "field", "choices"),
    [
        ("GET", "/findings?state=open", None, "state", list(State)),
        ("GET", "/findings?light=red&light=blue", None, "light", list(Light)),
        ("GET", "/findings?sort=summary", None, "sort", list(SORTS)),
        ("GET", "/findings?voided=1", None, "voided", ["true", "false"]),
        ("GET", "/organizations?kind=office", None, "kind", list(OrganizationKind)),
        ("POST", "/documents", {"kind": "ledger", "filters": {"state": "open"}}, "filters.state", list(State)),
        ("POST", "/documents", {"kind": "letter"}, "kind", list(DocumentKind)),
        ("POST", f"{UNKNOWN}/reviews", {"outcome": "perfect", "comment": "好"}, "outcome", list(Outcome)),
        ("POST", "/findings/bulk/reviews", {"ids": [NO_ID], "outcome": 1, "comment": "好"}, "outcome", list(Outcome)),
    ],
)
def test_an_error_on_a_choice_lists_what_may_be_chosen(
    shared_world: World, method: str, path: str, body: Json | None, field: str, choices: list[str]
) -> None:
    answer = shared_world["inspector"].call(method, path, json=body)
    assert (answer.status_code, answer.get_json()["errors"][field]) == (
        422,
        [f"请从以下各项中选填：{'、'.join(choices)}。"],
    )


def test_a_choice_is_listed_in_the_language_of_the_caller(world: World) -> None:
    with world.session() as session:
        session.get_one(Person, world.ids.person_ids["inspector"]).language = "en"
        session.commit()
    refused = world["inspector"].get("/findings", expect=422, severity="huge")
    assert refused["errors"] == {"severity": ["Choose one of: general, major."]}


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
    assert status == (503 if path == "/readyz" else 422), "nobody minds the clock of this world"
