"""The evidence of stories."""

from importlib import resources
from io import BytesIO

import pytest
from docx import Document
from pypdf import PdfReader

from service.documents.pdf import to_pdf


@pytest.mark.parametrize("kind", ["png", "jpg", "pdf"])
def test_a_piece_of_evidence_is_what_its_name_says(kind: str) -> None:
    content = (resources.files("demo") / "files" / f"evidence.{kind}").read_bytes()
    if kind == "pdf":
        assert "整改情况说明" in PdfReader(BytesIO(content)).pages[0].extract_text()
    else:
        word = Document()
        word.add_picture(BytesIO(content))
        with BytesIO() as stream:
            word.save(stream)
            assert to_pdf(stream.getvalue(), title="示例").content.startswith(b"%PDF")
    assert len(content) < 12_000
