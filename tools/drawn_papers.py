"""Draws the first page of each kind of paper into docs/documents: `python -m tools.drawn_papers`."""

from pathlib import Path

from service.documents.pdf import to_picture
from service.documents.word import fill, template_of
from tests.architecture.sources import ROOT
from tests.build.papers import PAPERS, finding, photo
from workflows.vocabulary import DocumentKind

FOLDER = ROOT / "docs" / "documents"
DOTS_PER_INCH = 70


def main() -> None:
    """Draw them all, with contents that a reader of the docs understands."""
    for kind, data in PAPERS.items():
        plain = {**data, "findings": [finding(1), finding(3), finding(4)]} if "findings" in data else {**data}
        if "finding" in data:
            plain["finding"] = finding(7)
        if kind is DocumentKind.WEEKLY_REPORT:
            plain["sections"] = [{"heading": "二、自查情况", "lines": ["已对照督查表自查71项，落实68项。"]}]
        word = fill(template_of(kind, Path("shipped")), plain, [photo("现场照片.png")])
        (FOLDER / f"{kind}.png").write_bytes(to_picture(word, title=str(kind), dots_per_inch=DOTS_PER_INCH))


if __name__ == "__main__":
    main()
