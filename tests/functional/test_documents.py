"""A paper over HTTP: asked for, waited for, fetched under its Chinese name, put beside its sealed scan."""

from urllib.parse import quote

from docx import Document

from api.http.context import Resources
from tests.fakes.client import Json
from tests.functional.conftest import Stage
from tests.functional.test_ledger_documents import work_off

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def asked(stage: Stage, who: str = "university") -> Json:
    """The notice of a finding, queued."""
    stage.notified()
    (notice,) = stage["university"].items("/rectification-notices")
    return stage[who].post("/documents", {"kind": "rectification_notice", "subject_id": notice["id"]})


def test_a_notice_is_fetched_in_word_and_pdf_under_its_own_name(stage: Stage) -> None:
    document = asked(stage)
    assert (document["status"], document["progress"], document["formats"]) == ("queued", 0, [])
    early = stage["university"].call("GET", f"/documents/{document['id']}/file?format=pdf")
    assert (early.status_code, early.get_json()["code"]) == (409, "document_not_ready")
    work_off(stage)
    ready = stage["inspector"].get(f"/documents/{document['id']}")
    assert (ready["status"], ready["progress"], ready["formats"]) == ("ready", 100, ["docx", "pdf"])
    name = f"限期整改通知书（{ready['number']}）"
    for form, media_type, begins in (("docx", WORD, b"PK"), ("pdf", "application/pdf", b"%PDF")):
        answer = stage["university"].call("GET", f"/documents/{document['id']}/file?format={form}")
        assert answer.data.startswith(begins)
        assert (answer.mimetype, answer.content_length) == (media_type, len(answer.data))
        assert f"filename*=UTF-8''{quote(name)}.{form}" in answer.headers["Content-Disposition"]
    assert stage["university"].call("GET", f"/documents/{document['id']}/file?format=xlsx").status_code == 422


def test_why_a_paper_failed_is_said_in_the_reader_s_language(stage: Stage) -> None:
    resources: Resources = stage.app.extensions["duban"]
    templates = resources.settings.data_dir / "templates"
    templates.mkdir()
    own = Document()
    own.add_paragraph("{{ offcie }}")
    own.save(str(templates / "rectification_notice.docx"))
    document = asked(stage)
    work_off(stage)
    (failed,) = stage["university"].items("/documents", status="failed")
    assert failed["id"] == document["id"]
    assert failed["error"].startswith("公文模板无法填写（UndefinedError: 'offcie' is undefined）")


def test_the_sealed_scan_is_fetched_by_whoever_sees_the_notice(stage: Stage) -> None:
    document = asked(stage, "inspector")
    work_off(stage)
    scan = {"evidence_id": stage["inspector"].upload(filename="盖章件.png")["id"]}
    kept = stage["inspector"].post(f"/documents/{document['id']}/scan", scan, expect=200)
    assert kept["scan"]["id"] == scan["evidence_id"]
    answer = stage["university"].call("GET", f"/documents/{document['id']}/scan")
    assert (answer.status_code, answer.mimetype) == (200, "image/png")
    assert stage["neighbour"].call("GET", f"/documents/{document['id']}/scan").status_code == 404
