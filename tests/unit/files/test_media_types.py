"""What is accepted as evidence, by name and content."""

import io
import zipfile

import pytest

from service.files.media_types import ACCEPTED, media_type_of

OFFICE = "application/vnd.openxmlformats-officedocument"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
JPEG = b"\xff\xd8\xff\xe0\0\x10JFIF\0"
MP4 = b"\0\0\0\x20ftypisom\0\0\2\0"
HEIC = b"\0\0\0\x18ftypheic\0\0\0\0"


def package(*names: str) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(zipfile.ZipInfo(name), "内容" * 100)  # a fixed date: the names of tests hold these bytes
    return kept.getvalue()


WORD = package("[Content_Types].xml", "_rels/.rels", "word/document.xml")
EXCEL = package("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml")
GOOD = [
    ("照片.jpg", JPEG, "image/jpeg"),
    ("照片.JPEG", JPEG, "image/jpeg"),
    ("截图.png", PNG, "image/png"),
    ("微信图片.webp", b"RIFF\x24\0\0\0WEBPVP8 ", "image/webp"),
    ("IMG_0001.HEIC", HEIC, "image/heic"),
    ("监控.mp4", MP4, "video/mp4"),
    ("方案.pdf", b"%PDF-1.7\n", "application/pdf"),
    ("方案.docx", WORD, f"{OFFICE}.wordprocessingml.document"),
    ("名单.xlsx", EXCEL, f"{OFFICE}.spreadsheetml.sheet"),
    ("说明.txt", "已更换监控摄像头\r\n".encode(), "text/plain"),
    ("说明.txt", "已更换监控摄像头\r\n".encode("gb18030"), "text/plain"),
]
BAD = [
    ("程序.exe", b"MZ\x90\0"),
    ("网页.html", b"<script>alert(1)</script>"),
    ("图.svg", b"<svg onload='alert(1)'/>"),
    ("没有扩展名", JPEG),
    ("照片.jpg.exe", JPEG),
    ("照片.jpg", b"MZ\x90\0"),
    ("照片.jpg", PNG),
    ("照片.png", b"<svg/>"),
    ("照片.webp", b"RIFF\x24\0\0\0WAVEfmt "),
    ("影片.mp4", HEIC),
    ("影片.mp4", b"\0\0\0\x14ftypqt  "),
    ("照片.heic", MP4),
    ("方案.pdf", b"\n%PDF-1.7"),
    ("方案.docx", EXCEL),
    ("名单.xlsx", WORD),
    ("方案.docx", package("a.txt")),
    ("方案.docx", WORD[:40]),
    ("宏.docx", package("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin")),
    ("宏.docm", package("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin")),
    ("旧.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    ("压缩.zip", package("a.txt")),
    ("说明.txt", b"MZ\x90\0\3"),
    ("说明.txt", b"\x1b[2J"),
    ("说明.txt", "第1考场".encode("utf-16")),
]


@pytest.mark.parametrize(("name", "content", "media_type"), GOOD)
def test_content_that_fits_its_name_is_accepted(name: str, content: bytes, media_type: str) -> None:
    stream = io.BytesIO(content)
    assert media_type_of(name, stream) == media_type
    assert stream.read() == content


@pytest.mark.parametrize(("name", "content"), BAD)
def test_everything_else_is_not(name: str, content: bytes) -> None:
    assert media_type_of(name, io.BytesIO(content)) is None


def test_every_accepted_ending_is_tried_here() -> None:
    assert {"." + name.rpartition(".")[2].lower() for name, _, _ in GOOD} == set(ACCEPTED)


def test_a_list_of_contents_behind_megabytes_of_pictures_is_found() -> None:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        archive.writestr("[Content_Types].xml", "")
        archive.writestr("word/document.xml", "")
        archive.writestr("word/media/image1.jpeg", b"\xff" * 3_000_000)
    assert media_type_of("方案.docx", kept) is not None
