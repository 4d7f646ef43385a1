"""A POST that is sent twice with one key has one effect."""

import io
import threading
from typing import Any

import pytest

from tests.fakes.client import PNG, Json
from tests.functional.conftest import Stage

GOOD = {"Idempotency-Key": "8f14e45f-ceea"}


def new(stage: Stage) -> Json:
    return {"organization_id": stage.cast.university_id, "summary": "考场监控有盲区", "severity": "general"}


def test_the_same_key_and_body_give_the_first_answer(stage_on_each: Stage) -> None:
    stage = stage_on_each
    first = stage["inspector"].call("POST", "/findings", json=new(stage), headers=GOOD)
    again = stage["inspector"].call("POST", "/findings", json=new(stage), headers=GOOD)
    assert (again.status_code, again.data, again.content_type) == (first.status_code, first.data, first.content_type)
    assert len(stage["inspector"].items("/findings")) == 1


def test_the_same_key_with_another_body_or_path_is_refused(stage: Stage) -> None:
    finding = stage["inspector"].post("/findings", new(stage), headers=GOOD)
    for path, body in (("/findings", {**new(stage), "summary": "另一处"}), (f"/findings/{finding['id']}/refusal", {})):
        refused = stage["inspector"].post(path, body, expect=422, headers=GOOD)
        assert list(refused["errors"]) == ["Idempotency-Key"]
    assert len(stage["inspector"].items("/findings")) == 1


def test_a_key_belongs_to_its_caller(stage: Stage) -> None:
    first = stage["inspector"].post("/findings", new(stage), headers=GOOD)
    assert stage["team_head"].post("/findings", new(stage), headers=GOOD)["id"] != first["id"]


def test_what_was_refused_may_be_tried_again_with_the_same_key(stage: Stage) -> None:
    stage["inspector"].post("/findings", {**new(stage), "severity": "huge"}, expect=422, headers=GOOD)
    stage["inspector"].post("/findings", new(stage), headers=GOOD)


def test_an_upload_is_the_same_whatever_its_boundary(stage: Stage) -> None:
    def upload(content: bytes, boundary: str) -> Any:
        body = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n'
            "Content-Type: image/png\r\n\r\n"
        ).encode() + content
        data = io.BytesIO(body + f"\r\n--{boundary}--\r\n".encode())
        kind = f"multipart/form-data; boundary={boundary}"
        return stage["inspector"].call("POST", "/evidence", input_stream=data, content_type=kind, headers=GOOD)

    first, again = upload(PNG, "eins"), upload(PNG, "zwei")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.data == again.data
    assert upload(PNG + b"\0", "drei").status_code == 422


@pytest.mark.parametrize("key", ["", "x" * 201, "督查".encode().decode("latin-1"), "a\tb"])
def test_a_key_is_a_short_printable_word(stage: Stage, key: str) -> None:
    refused = stage["inspector"].post("/findings", new(stage), expect=422, headers={"Idempotency-Key": key})
    assert list(refused["errors"]) == ["Idempotency-Key"]


def test_twins_that_come_at_once_have_one_effect(stage_on_each: Stage) -> None:
    stage = stage_on_each
    answers: list[Any] = []

    def send() -> None:
        answers.append(stage["inspector"].call("POST", "/findings", json=new(stage), headers=GOOD))

    twins = [threading.Thread(target=send) for _ in range(6)]
    for twin in twins:
        twin.start()
    for twin in twins:
        twin.join()
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.data for answer in answers}) == 1
    assert len(stage["inspector"].items("/findings")) == 1
