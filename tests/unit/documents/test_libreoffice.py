"""Every kind of Word file opens in LibreOffice, and shows there what it should."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from pypdf import PdfReader

from service.documents.word import fill, template_of
from tests.build.papers import PAPERS, UNIT, photo
from tools.word_templates.sentences import SENTENCES, TITLE
from workflows.vocabulary import DocumentKind

pytestmark = pytest.mark.skipif(
    shutil.which("soffice") is None, reason="LibreOffice is not installed, and could not be by the set-up"
)
DOTS_PER_MM = 50 / 25.4


class Opened(NamedTuple):
    """A Word file as LibreOffice shows it."""

    pdf: Path
    pages: list[str]  # without spaces


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> dict[DocumentKind, Opened]:
    """Every kind, opened in one run."""
    folder = tmp_path_factory.mktemp("papers")
    for kind, data in PAPERS.items():
        (folder / f"{kind}.docx").write_bytes(fill(template_of(kind, folder), data, [photo("照片.png")]))
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder)]
    files = [str(folder / f"{kind}.docx") for kind in PAPERS]
    subprocess.run([*command, *files], check=True, capture_output=True, timeout=150)
    return {kind: Opened(folder / f"{kind}.pdf", _texts(folder / f"{kind}.pdf")) for kind in PAPERS}


def _texts(file: Path) -> list[str]:
    return ["".join(page.extract_text().split()) for page in PdfReader(file).pages]


def ink(pdf: Path, page: int) -> Iterator[tuple[float, float, tuple[int, int, int]]]:
    """Where a page is not white: millimetres from the left and from above, and the colour."""
    number = str(page)
    command = ["pdftoppm", "-r", "50", "-f", number, "-l", number, str(pdf)]
    image = subprocess.run(command, check=True, capture_output=True, timeout=30).stdout
    _, size, _, dots = image.split(b"\n", 3)
    width = int(size.split()[0])
    for place in range(0, len(dots) - 2, 3):
        red, green, blue = dots[place : place + 3]
        if min(red, green, blue) < 200:
            down, across = divmod(place // 3, width)
            yield across / DOTS_PER_MM, down / DOTS_PER_MM, (red, green, blue)


def words_of_title(kind: DocumentKind) -> str:
    """The longest words of a title between its fields."""
    title = next(block[1] for block in SENTENCES[kind] if isinstance(block, tuple) and block[0] == TITLE)
    return max(re.split(r"{{.*?}}", title), key=len)


@pytest.mark.parametrize("kind", PAPERS)
def test_a_word_file_opens_and_shows_what_it_should(opened: dict[DocumentKind, Opened], kind: DocumentKind) -> None:
    shown = "".join(opened[kind].pages)
    assert words_of_title(kind) in shown
    assert (PAPERS[kind]["office"] if kind is DocumentKind.CAMPAIGN_SUMMARY else UNIT) in shown
    assert "—1—" in opened[kind].pages[0]
    assert "{%" not in shown.replace("{%raw%}", "")


def test_a_notice_keeps_the_table_s_head_on_every_page(opened: dict[DocumentKind, Opened]) -> None:
    assert all("整改期限" in page for page in opened[DocumentKind.RECTIFICATION_NOTICE].pages[:2])


@pytest.mark.parametrize("kind", PAPERS)
def test_no_page_holds_a_signature_alone(opened: dict[DocumentKind, Opened], kind: DocumentKind) -> None:
    signed = next(page for page in reversed(opened[kind].pages) if PAPERS[kind]["date"] in page or "盖章" in page)
    assert len(signed) > len(f"{UNIT}{PAPERS[kind]['date']}—1—") + 4


@pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="poppler-utils is not installed")
def test_a_notice_looks_like_an_official_paper(opened: dict[DocumentKind, Opened]) -> None:
    notice = opened[DocumentKind.RECTIFICATION_NOTICE]
    first = list(ink(notice.pdf, 1))
    body = [(across, down) for across, down, _ in first if down < 262]
    assert min(across for across, _ in body) > 27, "the left margin is 28 mm wide"
    assert max(across for across, _ in body) < 188, "the right one 26 mm, in which a comma may hang"
    assert min(down for _, down in body) > 36, "the upper one 37 mm"
    red = [down for _, down, (r, g, b) in first if r > 150 and g < 90 and b < 90]
    assert red, "the office's name and the line below it"
    assert (min(red) > 36, max(red) < 90) == (True, True)
    for page, side in ((1, range(150, 184)), (2, range(28, 62))):
        number = [across for across, down, _ in ink(notice.pdf, page) if down > 262]
        assert number, "it is numbered"
        assert all(int(across) in side for across in number), "outside"
    last = len(notice.pages)
    assert any(b > 90 and r > 180 and g > 180 for _, _, (r, g, b) in ink(notice.pdf, last)), "the photograph"
