"""Every kind of error, as problem details in the caller's language, and nothing has changed."""

import pytest

from service.models import Person
from service.store.db import sessions
from tests.fakes.client import Json
from tests.worlds.http import World, local

UNKNOWN = "/findings/11111111-2222-4333-8444-555555555555"


def test_a_problem_has_what_the_rfc_asks_for(shared_world: World) -> None:
    answer = shared_world["inspector"].call("GET", UNKNOWN)
    assert answer.content_type == "application/problem+json"
    assert answer.headers["Content-Language"] == "zh"
    assert answer.get_json() == {
        "type": "urn:duban:problem:not_found",
        "title": "未找到",
        "status": 404,
        "detail": "未找到该项内容，或您无权查看；请核对编号或链接。",
        "code": "not_found",
    }


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("en", "en"),
        ("de, en;q=0.5", "en"),
        ("zh-CN", "zh"),
        ("en-US,en;q=0.9", "en"),
        ("fr", "zh"),
        ("", "zh"),
        ("*", "zh"),
    ],
)
def test_a_stranger_is_answered_in_the_language_that_he_or_she_asks_for(
    shared_world: World, asked: str, language: str
) -> None:
    answer = shared_world.anonymous.call("GET", "/findings", headers={"Accept-Language": asked})
    assert answer.headers["Content-Language"] == language


def test_a_known_caller_is_answered_in_his_or_her_own_language(world: World) -> None:
    with sessions(world.engine)() as session:
        session.get_one(Person, world.ids.person_ids["inspector"]).language = "en"
        session.commit()
    answer = world["inspector"].call("GET", UNKNOWN, headers={"Accept-Language": "zh"})
    assert answer.get_json()["title"] == "Not found"


def test_a_move_that_the_state_refuses_says_where_it_stands_and_what_may_be_done(world_on_each: World) -> None:
    world = world_on_each
    finding = world.notified()
    body = {"requirement": "再通知一次", "working_days": 3}
    refused = world["inspector"].post(f"/findings/{finding['id']}/notification", body, expect=409)
    assert (refused["code"], refused["state"]) == ("wrong_state", "notified")
    assert refused["allowed_moves"] == finding["allowed_moves"]
    assert finding.items() <= world.finding(finding["id"]).items()


def test_a_caller_who_sees_it_but_may_not_gets_403(world: World) -> None:
    finding = world.notified()
    refused = world["university"].post(f"/findings/{finding['id']}/refusal", {"reason": "不改"}, expect=403)
    assert refused["code"] == "not_yours"


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"requirement": "整改", "deadline": local(4, 1).isoformat()}, ["deadline"]),
        ({"requirement": "整改"}, ["deadline"]),
        ({"requirement": "整改", "deadline": local(4, 20).isoformat(), "working_days": 3}, ["working_days"]),
        ({"requirement": "整改", "working_days": 0}, ["working_days"]),
        ({"requirement": " \u3000\n", "working_days": 3}, ["requirement"]),
        ({"working_days": 3}, ["requirement"]),
        ({"requirement": "整改", "working_days": 3, "note": "多余"}, ["note"]),
    ],
)
def test_bad_fields_are_named_with_a_sentence_each(world: World, body: Json, fields: list[str]) -> None:
    finding = world.logged()
    refused = world["inspector"].post(f"/findings/{finding['id']}/notification", body, expect=422)
    assert list(refused["errors"]) == fields
    assert all(sentence.endswith("。") for sentences in refused["errors"].values() for sentence in sentences)
    assert finding.items() <= world.finding(finding["id"]).items()


def test_fields_within_are_named_by_their_path(world: World) -> None:
    body = {"organization_id": world.ids.university_id, "findings": [{"id": "eins", "requirement": "整改"}]}
    refused = world["inspector"].post("/rectification-notices", body, expect=422)
    assert set(refused["errors"]) == {"findings.0.id"}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing", 404),
        ("GET", "/findings/", 404),
        ("GET", "//findings", 404),
        ("GET", "/findings/not-an-id", 404),
        ("GET", "/findings/11111111-2222-4333-8444-55555555555", 404),
        ("GET", "/findings/{11111111-2222-4333-8444-555555555555}", 404),
        ("GET", "/findings/%00", 404),
        ("GET", "/findings/%ff", 404),
    ],
)
def test_addresses_that_lead_nowhere_are_problems_too(shared_world: World, method: str, path: str, status: int) -> None:
    answer = shared_world["inspector"].call(method, path)
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/findings", {"GET", "HEAD", "OPTIONS", "POST"}),
        ("DELETE", UNKNOWN, {"GET", "HEAD", "OPTIONS", "PATCH"}),
        ("GET", "/findings/bulk/extensions", {"OPTIONS", "POST"}),
    ],
)
def test_an_address_that_does_not_know_a_method_names_those_it_knows(
    shared_world: World, method: str, path: str, allowed: set[str]
) -> None:
    answer = shared_world["inspector"].call(method, path)
    assert (answer.status_code, answer.get_json()["code"]) == (405, "method_not_allowed")
    assert set(answer.headers["Allow"].split(", ")) == allowed


def test_an_id_that_cannot_be_one_looks_like_an_unknown_one(shared_world: World) -> None:
    unknown = shared_world["inspector"].call("GET", UNKNOWN)
    malformed = shared_world["inspector"].call("GET", "/findings/not-an-id")
    assert malformed.data == unknown.data
    for answer in (malformed, unknown):
        del answer.headers["X-Request-ID"]  # random
    assert dict(malformed.headers) == dict(unknown.headers)


def test_a_mistake_of_our_own_is_a_problem_without_particulars(world: World) -> None:
    def break_down() -> str:
        raise RuntimeError("内部细节")

    world.app.view_functions["me.me"] = break_down
    world.app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = world["inspector"].call("GET", "/me")
    assert (answer.status_code, answer.get_json()["code"]) == (500, "internal_error")
    assert "内部细节" not in answer.get_data(as_text=True)
