"""A paper over HTTP: asked for, waited for, fetched under its Chinese name, put beside its sealed scan."""

import re
from urllib.parse import quote

from docx import Document

from api.http.context import Resources
from tests.fakes.client import Json
from tests.functional.test_ledger_documents import work_off
from tests.worlds.http import World

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def asked(world: World, who: str = "university") -> Json:
    """The notice of a finding, queued."""
    world.notified()
    (notice,) = world["university"].items("/rectification-notices")
    return world[who].post("/documents", {"kind": "rectification_notice", "subject_id": notice["id"]})


def test_a_notice_is_fetched_in_word_and_pdf_under_its_own_name(world: World) -> None:
    document = asked(world)
    assert (document["status"], document["progress"], document["formats"]) == ("queued", 0, [])
    early = world["university"].call("GET", f"/documents/{document['id']}/file?format=pdf")
    assert (early.status_code, early.get_json()["code"]) == (409, "document_not_ready")
    work_off(world)
    ready = world["inspector"].get(f"/documents/{document['id']}")
    assert (ready["status"], ready["progress"], ready["formats"]) == ("ready", 100, ["docx", "pdf"])
    assert ready["remarks"] == []
    name = f"限期整改通知书（{ready['number']}）"
    for form, media_type, begins in (("docx", WORD, b"PK"), ("pdf", "application/pdf", b"%PDF")):
        answer = world["university"].call("GET", f"/documents/{document['id']}/file?format={form}")
        assert answer.data.startswith(begins)
        assert (answer.mimetype, answer.content_length) == (media_type, len(answer.data))
        running = "-".join(re.findall("[0-9]+", ready["number"]))
        disposition = (
            f"attachment; filename=\"rectification-notice-{running}.{form}\"; filename*=UTF-8''{quote(name)}.{form}"
        )
        assert answer.headers["Content-Disposition"] == disposition
    assert world["university"].call("GET", f"/documents/{document['id']}/file?format=xlsx").status_code == 422


def test_why_a_paper_failed_is_said_in_the_reader_s_language(world: World) -> None:
    resources: Resources = world.app.extensions["duban"]
    templates = resources.settings.data_dir / "templates"
    templates.mkdir()
    own = Document()
    own.add_paragraph("{{ offcie }}")
    own.save(str(templates / "rectification_notice.docx"))
    document = asked(world)
    work_off(world)
    (failed,) = world["university"].items("/documents", status="failed")
    assert failed["id"] == document["id"]
    assert failed["error"].startswith("公文模板无法填写（UndefinedError: 'offcie' is undefined）")


def test_the_sealed_scan_is_fetched_by_whoever_sees_the_notice(world: World) -> None:
    document = asked(world, "inspector")
    work_off(world)
    scan = {"evidence_id": world["inspector"].upload(filename="盖章件.png")["id"]}
    kept = world["inspector"].post(f"/documents/{document['id']}/scan", scan, expect=200)
    assert kept["scan"]["id"] == scan["evidence_id"]
    answer = world["university"].call("GET", f"/documents/{document['id']}/scan")
    assert (answer.status_code, answer.mimetype) == (200, "image/png")
    assert world["neighbour"].call("GET", f"/documents/{document['id']}/scan").status_code == 404


def test_a_photograph_that_could_not_be_shown_is_named_with_the_paper(world: World) -> None:
    damaged = world["inspector"].upload(b"\xff\xd8\xff\xe0 no picture", "损坏")
    assert damaged["filename"] == "损坏.jpg"
    world.notified(evidence_ids=[damaged["id"]])
    (notice,) = world["university"].items("/rectification-notices")
    document = world["university"].post("/documents", {"kind": "rectification_notice", "subject_id": notice["id"]})
    work_off(world)
    (remark,) = world["university"].get(f"/documents/{document['id']}")["remarks"]
    assert remark.startswith("照片无法显示，公文中只写明名称（图1")
