"""Every kind of Word file opens in LibreOffice, and shows there what it should."""

import shutil
import subprocess
from pathlib import Path

import pytest
from pypdf import PdfReader

from service.documents.templates import template_of
from service.documents.word import fill
from tests.papers import PAPERS, UNIT, png
from workflows.vocabulary import DocumentKind

pytestmark = pytest.mark.skipif(
    shutil.which("soffice") is None, reason="LibreOffice is not installed, and could not be by the set-up"
)
TITLES = {
    DocumentKind.RECTIFICATION_NOTICE: "限期整改通知书",
    DocumentKind.INSPECTION_FEEDBACK: "督查反馈意见",
    DocumentKind.LEADERSHIP_REPORT: "整改情况的报告",
    DocumentKind.UPWARD_REPORT: "处理意见的报告",
    DocumentKind.WEEKLY_REPORT: "考试安全工作周报（第3周）",
    DocumentKind.CAMPAIGN_SUMMARY: "五个专项行动",
    DocumentKind.CLOSE_OUT_SLIP: "问题整改销号单",
}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[DocumentKind, list[str]]:
    """The text of each page that LibreOffice makes of each kind, in one run."""
    folder = tmp_path_factory.mktemp("papers")
    for kind, data in PAPERS.items():
        (folder / f"{kind}.docx").write_bytes(fill(template_of(kind, folder), data, [("照片.png", png())]))
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder)]
    files = [str(folder / f"{kind}.docx") for kind in PAPERS]
    subprocess.run([*command, *files], check=True, capture_output=True, timeout=150)
    return {kind: _texts(folder / f"{kind}.pdf") for kind in PAPERS}


def _texts(file: Path) -> list[str]:
    return ["".join(page.extract_text().split()) for page in PdfReader(file).pages]


@pytest.mark.parametrize("kind", PAPERS)
def test_a_word_file_opens_and_shows_what_it_should(pages: dict[DocumentKind, list[str]], kind: DocumentKind) -> None:
    shown = "".join(pages[kind])
    assert TITLES[kind] in shown
    assert UNIT in shown or PAPERS[kind].get("district", UNIT) in shown
    assert "—1—" in pages[kind][0]
    assert "{%" not in shown.replace("{%raw%}", "")


def test_a_notice_keeps_the_table_s_head_on_every_page(pages: dict[DocumentKind, list[str]]) -> None:
    assert all("整改期限" in page for page in pages[DocumentKind.RECTIFICATION_NOTICE][:2])
