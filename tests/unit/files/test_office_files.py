"""Files of strangers: what may be parsed passes, and what would hurt whoever parses it is refused in time."""

import io
import struct
import time
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

import docx
import pytest
import xlsxwriter  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

from service.errors import InvalidInput
from service.files.office_files import CONTENTS, DOCUMENT, LARGEST, MOST_ENTRIES, WORKBOOK, Package, check_package
from service.wording import sentence

CONTENT_TYPES = b'<?xml version="1.0"?><Types/>'


def zipped(*entries: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in ((CONTENTS, CONTENT_TYPES), ("xl/workbook.xml", b"<workbook/>"), *entries):
            archive.writestr(name, content)
    return file.getvalue()


def a_workbook() -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet("整改台账")
        for row in range(5000):
            sheet.write_row(row, 0, ["消防通道堆放杂物", row, "整改中"] * 5)
    return file.getvalue()


def a_document() -> bytes:
    file = io.BytesIO()
    document = docx.Document()
    document.add_paragraph("郑州市招生考试中心文件")
    document.save(file)
    return file.getvalue()


def refused(content: bytes, package: Package = WORKBOOK) -> str | None:
    try:
        check_package(io.BytesIO(content), package)
    except InvalidInput as error:
        fault = error
    else:
        return None
    code, particulars = fault.fields["file"], dict[str, Any](fault.particulars)
    assert all(sentence(code, language, **particulars) for language in ("zh", "en"))  # a missing blank is an error
    return code


@pytest.mark.parametrize(("made", "package"), [(a_workbook, WORKBOOK), (a_document, DOCUMENT)])
def test_what_office_programs_write_passes_and_is_rewound(made: Callable[[], bytes], package: Package) -> None:
    stream = io.BytesIO(made())
    check_package(stream, package)
    assert stream.tell() == 0


def test_a_file_of_another_kind_is_told_so() -> None:
    assert refused(a_document()) == "file_of_another_format"
    assert refused(a_workbook(), DOCUMENT) == "file_of_another_format"
    assert refused("编号,问题\n".encode()) == "file_of_another_format"
    assert refused(b"") == "file_of_another_format"
    assert refused(b"%PDF-1.7") == "file_of_another_format"
    assert refused(zipped(("xl/workbook.bin", b""))) == "file_of_another_format"


def test_an_old_or_locked_file_is_told_so() -> None:
    assert refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)) == "file_old_or_locked"
    locked = bytearray(zipped())
    at = locked.rindex(b"PK\x01\x02")
    locked[at + 8] |= 1
    assert refused(bytes(locked)) == "file_old_or_locked"


@pytest.mark.parametrize(
    "entry",
    [("xl/vbaProject.bin", b"x"), ("xl/VBAPROJECT.BIN", b"x"), ("xl/macrosheets/sheet1.xml", b"<x/>")],
)
def test_a_file_with_macros_is_refused_by_its_parts(entry: tuple[str, bytes]) -> None:
    assert refused(zipped(entry)) == "file_with_macros"


def test_a_file_with_macros_is_refused_by_its_media_types() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(CONTENTS, b'<Types ContentType="application/vnd.ms-excel.sheet.MacroEnabled.main+xml"/>')
        archive.writestr("xl/workbook.xml", b"")
    assert refused(file.getvalue()) == "file_with_macros"


def test_a_file_that_is_too_large_is_not_looked_at() -> None:
    assert refused(b"PK\x03\x04" + bytes(LARGEST)) == "file_too_large"


def test_a_bomb_of_zeros_is_refused() -> None:
    assert refused(zipped(("xl/worksheets/sheet1.xml", bytes(70 * 1024 * 1024)))) == "file_out_of_proportion"


def test_a_small_bomb_is_refused_by_its_proportion() -> None:
    assert refused(zipped(("xl/worksheets/sheet1.xml", bytes(30 * 1024 * 1024)))) == "file_out_of_proportion"


def test_many_entries_are_refused_before_their_list_is_read() -> None:
    entry = struct.pack("<4s6H3L5H2L", b"PK\x01\x02", *[0] * 16)
    many = b"PK\x03\x04" + entry * 400_000
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, len(many) - 4, 4, 0)
    tracemalloc.start()
    assert refused(many + end) == "file_out_of_proportion"
    assert tracemalloc.get_traced_memory()[1] < 3 * LARGEST
    tracemalloc.stop()
    few = [(f"xl/media/{n}.png", b"x") for n in range(MOST_ENTRIES)]
    assert refused(zipped(*few)) == "file_out_of_proportion"


def test_an_entry_that_lies_about_its_size_is_refused() -> None:
    big = zipped(("xl/worksheets/sheet1.xml", bytes(50 * 1024 * 1024)))
    at = big.rindex(b"PK\x01\x02")
    lying = big[: at + 24] + struct.pack("<L", 1000) + big[at + 28 :]
    began = time.perf_counter()
    assert refused(lying) == "file_damaged"
    assert time.perf_counter() - began < 1


def test_entries_that_share_their_content_are_counted_each() -> None:
    size = 1024 * 1024
    packed = zlib.compress(bytes(size), 9)[2:-4]
    shared = struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, 0, 8, 0, 0, 0, len(packed), size, 0, 0) + packed
    entries = b"".join(
        struct.pack("<4s6H3L5H2L", b"PK\x01\x02", 20, 20, 0, 8, 0, 0, 0, len(packed), size, len(name), *[0] * 6) + name
        for name in (CONTENTS.encode(), *(b"xl/%d.xml" % n for n in range(400)))
    )
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 401, 401, len(entries), len(shared), 0)
    assert refused(shared + entries + end) == "file_out_of_proportion"


def test_two_entries_of_one_name_are_refused() -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        twice = zipped(("xl/workbook.xml", b"<other/>"))
    assert refused(twice) == "file_damaged"


def test_another_compression_is_refused() -> None:
    assert refused(zipped(("xl/a.xml", b"x" * 1000), method=zipfile.ZIP_BZIP2)) == "file_damaged"


def test_a_file_cut_short_is_refused() -> None:
    whole = a_workbook()
    assert {refused(whole[:length]) for length in (10, len(whole) // 2, len(whole) - 1)} <= {"file_damaged"}


@given(at=st.integers(0, 2**31), byte=st.integers(0, 255))
def test_a_file_with_a_wrong_byte_passes_or_is_refused_and_nothing_else(at: int, byte: int) -> None:
    content = bytearray(WHOLE)
    content[at % len(content)] = byte
    refused(bytes(content))


@given(content=st.binary(max_size=200))
def test_nothing_that_begins_like_an_archive_breaks_the_check(content: bytes) -> None:
    assert refused(b"PK\x03\x04" + content) is not None


WHOLE = a_document()
