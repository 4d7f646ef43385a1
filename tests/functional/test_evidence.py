"""Evidence over HTTP: handed in, attached, downloaded as what it is and never as a page."""

import io
from urllib.parse import quote

from tests.fakes.client import PNG
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
