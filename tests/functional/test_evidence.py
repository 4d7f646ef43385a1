"""Evidence over HTTP: handed in, attached, downloaded as what it is and never as a page."""

import fcntl
import io
import time
from dataclasses import replace
from threading import Thread
from typing import Any
from urllib.parse import quote

import pytest

from service.files.store import FolderStore
from service.settings import EvidenceQuota
from tests.fakes.browser import Browser
from tests.fakes.client import PNG, Json
from tests.worlds.http import World


def test_what_was_handed_in_comes_back_as_an_attachment(world_on_each: World) -> None:
    world = world_on_each
    evidence = world["inspector"].upload(PNG, "三号楼 监控.png")
    assert set(evidence) == {"id", "sha256", "media_type", "size", "filename"}
    assert (evidence["media_type"], evidence["size"]) == ("image/png", len(PNG))
    answer = world["inspector"].call("GET", f"/evidence/{evidence['id']}")
    assert answer.data == PNG
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["Content-Length"] == str(len(PNG))
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith("attachment;")
    assert f"filename*=UTF-8''{quote(evidence['filename'])}" in disposition
    assert f'filename="evidence-{evidence["id"][:8]}.png"' in disposition
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_whoever_sees_the_finding_sees_its_evidence(world: World) -> None:
    submission = world.submitted()
    (evidence,) = world["inspector"].items(f"/findings/{submission['finding_id']}/evidence")
    path = f"/evidence/{evidence['id']}"
    seen = {who: world[who].call("GET", path).status_code for who in ("leader", "district", "neighbour", "bureau")}
    assert seen == {"leader": 200, "district": 200, "neighbour": 404, "bureau": 404}


def test_only_the_uploaders_organization_attaches_it(world: World) -> None:
    finding = world.rectifying()
    foreign = world["neighbour"].upload()
    body = {"measures": "已整改", "evidence_ids": [foreign["id"]]}
    refused = world["university"].post(f"/findings/{finding['id']}/submissions", body, expect=422)
    assert list(refused["errors"]) == ["evidence_ids"]


def test_a_form_without_the_file_or_with_more_is_refused(world: World) -> None:
    def refused(**parts: object) -> list[str]:
        answer = world["inspector"].call("POST", "/evidence", data=parts, content_type="multipart/form-data")
        assert answer.status_code == 422, answer.get_data(as_text=True)
        return list(answer.get_json()["errors"])

    def file() -> tuple[io.BytesIO, str]:
        return io.BytesIO(PNG), "照片.png"

    assert refused() == ["file"]
    assert refused(file="不是文件") == ["file"]
    assert refused(file=file(), note="说明") == ["note"]
    assert refused(file=file(), second=file()) == ["second"]
    assert refused(file=[file(), file()]) == ["file"]
    assert refused(file=(io.BytesIO(b""), "空.png")) == ["file"]


def test_a_form_of_a_page_may_bring_more_at_once_than_one_upload(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.http.transaction.UPLOAD_LIMIT", 2_000)
    photo = PNG + b"\0" * 1_500
    id_ = world.rectifying()["id"]
    unit = Browser(world.app).signed_in(world.tokens["university"])
    unit.send(f"/findings/{id_}/submissions", {"measures": "已补装"}, files={"一.png": photo, "二.png": photo})
    assert len(world["inspector"].items(f"/findings/{id_}/evidence")) == 2
    upload = {"file": (io.BytesIO(photo + photo), "三.png")}
    answer = world["university"].call("POST", "/evidence", data=upload, content_type="multipart/form-data")
    assert answer.status_code == 413


def test_a_file_that_is_too_large_is_refused(world: World) -> None:
    answer = world["inspector"].call(
        "POST",
        "/evidence",
        input_stream=io.BytesIO(bytes(22_000_000)),
        content_type="multipart/form-data; boundary=grenze",
        headers={"Content-Length": "22000000"},
    )
    assert (answer.status_code, answer.get_json()["code"]) == (413, "body_too_large")


def test_a_piece_named_twice_comes_once(world: World) -> None:
    photo = world["inspector"].upload()["id"]
    finding = world.logged("inspector", evidence_ids=[photo, photo.upper()])
    assert [piece["id"] for piece in finding["evidence"]] == [photo]
    (event,) = world["inspector"].get(f"/findings/{finding['id']}/events")["items"]
    assert event["data"]["evidence_ids"] == [photo]


def test_a_file_that_is_being_kept_keeps_no_writer_waiting(world: World) -> None:
    """The upload stands still while its file is put into the store: another writes meanwhile, and is not refused."""
    store = world.resources.store
    assert isinstance(store, FolderStore)
    store.folder.mkdir(mode=0o700, exist_ok=True)
    pieces: list[Json] = []
    with (store.folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        upload = Thread(target=lambda: pieces.append(world["inspector"].upload()))
        upload.start()
        while not list(store.incoming.glob("*")) and upload.is_alive():
            time.sleep(0.01)
        world.logged("team_head")
        assert upload.is_alive()
    upload.join()
    assert [piece["media_type"] for piece in pieces] == ["image/png"]


def test_who_has_no_room_left_is_told_whom_to_ask_and_a_repeat_still_gets_its_answer(world: World) -> None:
    resources = replace(world.resources, settings=replace(world.resources.settings, evidence=EvidenceQuota(pieces=1)))
    world.app.extensions["duban"] = resources

    def hand_in(key: str) -> Any:
        data = {"file": (io.BytesIO(PNG + key.encode()), "照片.png")}
        headers = {"Idempotency-Key": key}
        return world["university"].call(
            "POST", "/evidence", data=data, content_type="multipart/form-data", headers=headers
        )

    first = hand_in("one")
    assert hand_in("one").data == first.data
    refused = hand_in("two")
    assert (refused.status_code, refused.get_json()["code"]) == (409, "evidence_quota_reached")
    assert "系统管理员" in refused.get_json()["detail"]
    assert len(list(world.resources.store.files())) == 1, "what is refused is not kept, and fills no disk"
