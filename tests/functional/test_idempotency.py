"""A POST that is sent twice with one key has one effect."""

import io
import threading
from typing import Any

import pytest

from tests.fakes.client import PNG, Json
from tests.worlds.http import World

GOOD = {"Idempotency-Key": "8f14e45f-ceea"}


def new(world: World) -> Json:
    return {"organization_id": world.ids.university_id, "summary": "考场监控有盲区", "severity": "general"}


def test_the_same_key_and_body_give_the_first_answer(world_on_each: World) -> None:
    world = world_on_each
    first = world["inspector"].call("POST", "/findings", json=new(world), headers=GOOD)
    again = world["inspector"].call("POST", "/findings", json=new(world), headers=GOOD)
    assert (again.status_code, again.data, again.content_type) == (first.status_code, first.data, first.content_type)
    assert len(world["inspector"].items("/findings")) == 1


def test_the_same_key_with_another_body_or_path_is_refused(world: World) -> None:
    finding = world["inspector"].post("/findings", new(world), headers=GOOD)
    for path, body in (("/findings", {**new(world), "summary": "另一处"}), (f"/findings/{finding['id']}/refusal", {})):
        refused = world["inspector"].post(path, body, expect=422, headers=GOOD)
        assert list(refused["errors"]) == ["Idempotency-Key"]
    assert len(world["inspector"].items("/findings")) == 1


def test_a_key_belongs_to_its_caller(world: World) -> None:
    first = world["inspector"].post("/findings", new(world), headers=GOOD)
    assert world["team_head"].post("/findings", new(world), headers=GOOD)["id"] != first["id"]


def test_what_was_refused_may_be_tried_again_with_the_same_key(world: World) -> None:
    world["inspector"].post("/findings", {**new(world), "severity": "huge"}, expect=422, headers=GOOD)
    world["inspector"].post("/findings", new(world), headers=GOOD)


def test_an_upload_is_the_same_whatever_its_boundary(world: World) -> None:
    def upload(content: bytes, boundary: str) -> Any:
        body = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n'
            "Content-Type: image/png\r\n\r\n"
        ).encode() + content
        data = io.BytesIO(body + f"\r\n--{boundary}--\r\n".encode())
        kind = f"multipart/form-data; boundary={boundary}"
        return world["inspector"].call("POST", "/evidence", input_stream=data, content_type=kind, headers=GOOD)

    first, again = upload(PNG, "eins"), upload(PNG, "zwei")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.data == again.data
    assert upload(PNG + b"\0", "drei").status_code == 422


@pytest.mark.parametrize("key", ["", "x" * 201, "督查".encode().decode("latin-1"), "a\tb"])
def test_a_key_is_a_short_printable_word(world: World, key: str) -> None:
    refused = world["inspector"].post("/findings", new(world), expect=422, headers={"Idempotency-Key": key})
    assert list(refused["errors"]) == ["Idempotency-Key"]


def test_twins_that_come_at_once_have_one_effect(world_on_each: World) -> None:
    world = world_on_each
    answers: list[Any] = []

    def send() -> None:
        answers.append(world["inspector"].call("POST", "/findings", json=new(world), headers=GOOD))

    twins = [threading.Thread(target=send) for _ in range(6)]
    for twin in twins:
        twin.start()
    for twin in twins:
        twin.join()
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.data for answer in answers}) == 1
    assert len(world["inspector"].items("/findings")) == 1
