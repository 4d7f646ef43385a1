"""What is accepted as evidence, by name and content."""

import io
import zipfile

import pytest

from service.errors import InvalidInput
from service.files.media_types import ACCEPTED, Recognized, recognized

CONTENTS = "[Content_Types].xml"
OFFICE = "application/vnd.openxmlformats-officedocument"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
JPEG = b"\xff\xd8\xff\xe0\0\x10JFIF\0"
MP4 = b"\0\0\0\x20ftypisom\0\0\2\0"
HEIC = b"\0\0\0\x18ftypheic\0\0\0\0"


def package(*names: str, media_types: str | bytes = "内容" * 100) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            content = media_types if name == CONTENTS else "内容" * 100
            archive.writestr(zipfile.ZipInfo(name), content)  # a fixed date: the names of tests hold these bytes
    return kept.getvalue()


WORD = package(CONTENTS, "_rels/.rels", "word/document.xml")
EXCEL = package(CONTENTS, "_rels/.rels", "xl/workbook.xml")
GOOD = [
    ("照片.jpg", JPEG, "image/jpeg"),
    ("照片.JPEG", JPEG, "image/jpeg"),
    ("截图.png", PNG, "image/png"),
    ("微信图片.webp", b"RIFF\x24\0\0\0WEBPVP8 ", "image/webp"),
    ("IMG_0001.HEIC", HEIC, "image/heic"),
    ("IMG_0002.heif", HEIC, "image/heic"),
    ("监控.mp4", MP4, "video/mp4"),
    ("方案.pdf", b"%PDF-1.7\n", "application/pdf"),
    ("方案.docx", WORD, f"{OFFICE}.wordprocessingml.document"),
    ("名单.xlsx", EXCEL, f"{OFFICE}.spreadsheetml.sheet"),
    ("说明.txt", "已更换监控摄像头\r\n".encode(), "text/plain"),
    ("说明.txt", "已更换监控摄像头\r\n".encode("gb18030"), "text/plain"),
]
RENAMED = [  # photographs as telephones and chats name them
    ("照片.jpg", PNG, "照片.png", "image/png"),
    ("照片.png", JPEG, "照片.jpg", "image/jpeg"),
    ("IMG_0001.HEIC", JPEG, "IMG_0001.jpg", "image/jpeg"),
    ("IMG_0001.JPG", HEIC, "IMG_0001.heic", "image/heic"),
    ("mmexport1618908765432", JPEG, "mmexport1618908765432.jpg", "image/jpeg"),
    ("微信图片_20210420093000.jpeg_1", JPEG, "微信图片_20210420093000.jpeg_1.jpg", "image/jpeg"),
    ("照片.jpg!large", b"RIFF\x24\0\0\0WEBPVP8 ", "照片.jpg!large.webp", "image/webp"),
    ("照片 2021.4.20", JPEG, "照片 2021.4.20.jpg", "image/jpeg"),
    ("photo.jfif", JPEG, "photo.jfif.jpg", "image/jpeg"),
    ("佐证材料", JPEG, "佐证材料.jpg", "image/jpeg"),
]
BAD = [
    ("程序.exe", b"MZ\x90\0"),
    ("网页.html", b"<script>alert(1)</script>"),
    ("图.svg", b"<svg onload='alert(1)'/>"),
    ("照片.jpg.exe", JPEG),
    ("照片.html", JPEG),
    ("照片.svg", PNG),
    ("照片.pdf", JPEG),
    ("照片.txt", PNG),
    ("照片.jpg", b"MZ\x90\0"),
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
    ("宏.docm", package(CONTENTS, "word/document.xml", "word/vbaProject.bin")),
    ("旧.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    ("压缩.zip", package("a.txt")),
    ("说明.txt", b"MZ\x90\0\3"),
    ("说明.txt", b"\x1b[2J"),
    ("说明.txt", "第1考场".encode("utf-16")),
]


@pytest.mark.parametrize(("name", "content", "media_type"), GOOD)
def test_content_that_fits_its_name_is_accepted(name: str, content: bytes, media_type: str) -> None:
    stream = io.BytesIO(content)
    assert recognized(name, stream) == Recognized(media_type, name)
    assert stream.read() == content


@pytest.mark.parametrize(("name", "content", "better", "media_type"), RENAMED)
def test_a_photograph_is_one_under_any_name_and_gets_the_ending_that_it_ought_to_have(
    name: str, content: bytes, better: str, media_type: str
) -> None:
    assert recognized(name, io.BytesIO(content)) == Recognized(media_type, better)


@pytest.mark.parametrize(("name", "content"), BAD)
def test_everything_else_is_not(name: str, content: bytes) -> None:
    assert recognized(name, io.BytesIO(content)) is None


def test_every_accepted_ending_is_tried_here() -> None:
    assert {"." + name.rpartition(".")[2].lower() for name, _, _ in GOOD} == set(ACCEPTED)


def test_a_list_of_contents_behind_megabytes_of_pictures_is_found() -> None:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        archive.writestr(CONTENTS, "")
        archive.writestr("word/document.xml", "")
        archive.writestr("word/media/image1.jpeg", b"\xff" * 3_000_000)
    assert recognized("方案.docx", kept) is not None


MACROS = "application/vnd.ms-office.vbaProject"
WITH_MACROS = {
    "by name": package(CONTENTS, "word/document.xml", "word/vbaProject.bin"),
    "far from the end": package("word/vbaProject.bin", *(f"word/{n:0>250}" for n in range(1100)), CONTENTS),
    "by media type alone": package(CONTENTS, "word/document.xml", "word/a.bin", media_types=MACROS),
    "in UTF-16": package(CONTENTS, "word/document.xml", "word/a.bin", media_types=MACROS.encode("utf-16")),
    "written around": package(CONTENTS, "word/document.xml", media_types=MACROS.replace("P", "&#80;")),
}


@pytest.mark.parametrize("hidden", WITH_MACROS)
def test_macros_are_found_wherever_they_are_named(hidden: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        recognized("宏.docx", io.BytesIO(WITH_MACROS[hidden]))
    assert caught.value.fields == {"file": "file_with_macros"}


def test_a_word_file_that_breaks_off_is_told_so() -> None:
    with pytest.raises(InvalidInput) as caught:
        recognized("方案.docx", io.BytesIO(WORD[:-8]))
    assert caught.value.fields == {"file": "file_damaged"}
