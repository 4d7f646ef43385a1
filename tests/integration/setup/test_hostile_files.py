"""Files that mean harm: each is refused with a sentence, in less than five seconds and 300 MB."""

import io
import os
import resource
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pytest

from service.errors import InvalidInput, Unavailable
from service.files.office_files import BEGINS_OLD, CONTENTS
from service.setup.notice_file import legacy, open_notice
from service.setup.notice_file.legacy import MACROS
from service.wording import sentence
from tests.build.notice_files import notice_file, saved

MAIN = "word/document.xml"
NAMESPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
SMALL = notice_file(checklists=[])
ROW = "<w:tr><w:tc><w:p><w:r><w:t>是否成立了领导小组？</w:t></w:r></w:p></w:tc></w:tr>"


def with_parts(parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The file with these parts put in or exchanged."""
    forged = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(SMALL)) as whole, zipfile.ZipFile(forged, "w", method) as copy:
        for name in whole.namelist():
            copy.writestr(name, parts.pop(name) if name in parts else whole.read(name))
        for name, part in parts.items():
            copy.writestr(name, part)
    return forged.getvalue()


def text(body: str, before: str = "", method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A file whose text is that XML."""
    xml = f'<?xml version="1.0"?>{before}<w:document {NAMESPACE}><w:body>{body}</w:body></w:document>'
    return with_parts({MAIN: xml.encode()}, method)


def a_bomb() -> bytes:
    return with_parts({"word/media/image1.bmp": bytes(100 * 1024 * 1024)})


def laughs() -> bytes:
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    return text("<w:p><w:r><w:t>&a11;</w:t></w:r></w:p>", f'<!DOCTYPE x [<!ENTITY a0 "ha">{entities}]>')


def elsewhere() -> bytes:
    return text("<w:p><w:r><w:t>&b;</w:t></w:r></w:p>", '<!DOCTYPE x [<!ENTITY b SYSTEM "file:///etc/hostname">]>')


def ten_thousand_rows() -> bytes:
    rows = "".join(ROW.replace("领导小组", f"领导小组{n}") for n in range(10_000))
    return text(f"<w:tbl>{rows}</w:tbl>")


def deep() -> bytes:
    return text("<w:sdt>" * 100_000 + "</w:sdt>" * 100_000)


def wide() -> bytes:
    cells = "".join(f'<w:tc><w:p w:a="{n}"/></w:tc>' for n in range(1_000_000))
    return text(f"<w:tbl><w:tr>{cells}</w:tr></w:tbl>")


def dense() -> bytes:
    """As much text as is read at all, in the smallest pieces."""
    return text(f"<w:tbl><w:tr>{'<w:tc><w:p/></w:tc>' * 215_000}</w:tr></w:tbl>", method=zipfile.ZIP_STORED)


def many_entries() -> bytes:
    return with_parts({f"word/media/{n}": b"" for n in range(20_000)})


def macros() -> bytes:
    return with_parts({"word/vbaProject.bin": b"x"})


def called_macros() -> bytes:
    types = b'<Types><Override ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>'
    return with_parts({CONTENTS: types})


def elsewhere_on_disk() -> bytes:
    target = b'<Relationship Id="1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"'
    relations = (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">%s/></Relationships>'
    )
    return with_parts({"_rels/.rels": relations % (target + b' Target="../../../../etc/passwd"')})


HOSTILE: dict[Callable[[], bytes], str] = {
    a_bomb: "file_out_of_proportion",
    laughs: "notice_with_entities",
    elsewhere: "notice_with_entities",
    ten_thousand_rows: "notice_too_long",
    deep: "file_damaged",
    dense: "notice_too_long",
    wide: "notice_too_long",
    many_entries: "file_out_of_proportion",
    macros: "file_with_macros",
    called_macros: "file_with_macros",
    elsewhere_on_disk: "file_damaged",
}


def processor_seconds() -> float:
    """What this process and those that it waited for have taken; a clock would count what else runs here."""
    taken = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in taken)


def refusal(content: bytes, name: str = "通知.docx") -> str:
    with pytest.raises(InvalidInput) as refused:
        open_notice(content, name)
    code, particulars = refused.value.fields["file"], dict[str, Any](refused.value.particulars)
    assert sentence(code, "zh", **particulars) != code
    return code


@pytest.mark.parametrize("make", HOSTILE, ids=lambda make: make.__name__)
def test_a_hostile_file_is_refused_in_time(make: Callable[[], bytes]) -> None:
    content = make()
    began = processor_seconds()
    assert refusal(content) == HOSTILE[make]
    assert processor_seconds() - began < 5


# Between the tests and the command: a process starts out with the size of the one that it was made from.
MEASURING = """
import resource, subprocess, sys
status = subprocess.run(sys.argv[1:]).returncode
taken = resource.getrusage(resource.RUSAGE_CHILDREN)
print("", status, taken.ru_utime + taken.ru_stime, taken.ru_maxrss)
"""


@pytest.mark.parametrize("make", [a_bomb, laughs, ten_thousand_rows, dense], ids=lambda make: make.__name__)
def test_the_command_refuses_it_in_little_time_and_memory(make: Callable[[], bytes], tmp_path: Path) -> None:
    file = tmp_path / "通知.docx"
    file.write_bytes(make())
    command = [sys.executable, "-P", "-m", "cli.main", "notice", "import", str(file), "--dry-run"]
    done = subprocess.run(
        [sys.executable, "-c", MEASURING, *command],
        env={"DUBAN_DATA_DIR": str(tmp_path / "data"), "PATH": os.defpath, "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    status, seconds, kilobytes = map(float, done.stdout.split())
    assert "file：" in done.stderr
    assert status == 1
    assert seconds < 5
    assert kilobytes < 300 * 1024, "of the command and of the process that reads for it"


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "通知.docx", "file_of_another_format"),
        (b"%PDF-1.7", "通知.docx", "file_of_another_format"),
        (SMALL[:-200], "通知.docx", "file_damaged"),
        (SMALL, "通知.docm", "file_with_macros"),
        (BEGINS_OLD + bytes(1000), "通知.docx", "file_old_or_locked"),
        (BEGINS_OLD + MACROS, "通知.doc", "file_with_macros"),
        (b"PK\x03\x04", "通知.doc", "file_damaged"),
    ],
)
def test_what_is_no_word_file_is_refused(content: bytes, name: str, code: str) -> None:
    assert refusal(content, name) == code


def test_an_old_file_without_libreoffice_is_told_what_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(Unavailable, match="libreoffice_missing"):
        open_notice(BEGINS_OLD + bytes(1000), "通知.doc")


@pytest.mark.skipif(not legacy.program(), reason="LibreOffice is not installed")
def test_an_old_file_is_read_through_libreoffice(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("郑招考中心〔2021〕35 号")
    (tmp_path / "notice.docx").write_bytes(saved(document))
    program = legacy.program()
    assert program is not None
    legacy.convert(program, tmp_path / "notice.docx", "doc:MS Word 97")
    content = (tmp_path / "notice.doc").read_bytes()
    assert content.startswith(BEGINS_OLD)
    assert open_notice(content, "通知.doc").heading.number == "2021-35"
