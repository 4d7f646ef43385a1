"""The file of a notice: refused when it may do harm, then read in a process of its own."""

import io
from pathlib import PurePath
from typing import Final

import msgspec

from service.errors import InvalidInput
from service.files.office_files import DOCUMENT, check_package
from service.files.sandbox import Broken, Overrun, run_confined
from service.setup.notice_file.legacy import is_legacy, to_docx
from service.setup.notice_file.notice import Notice
from service.setup.notice_file.reading import Found, Refused

READER: Final = "service.setup.notice_file.reading:read"
MEGABYTES, SECONDS = 300, 2  # of the process that reads; it is waited for twice as long
WITH_MACROS = (".docm", ".dotm")


def open_notice(content: bytes, name: str) -> Notice:
    """The notice in a .docx or old .doc of that name.

    Raises InvalidInput on `file` when it is neither, is hostile or holds too much, and Unavailable for a .doc where
    LibreOffice is not installed.
    """
    if PurePath(name).suffix.lower() in WITH_MACROS:
        raise InvalidInput({"file": "file_with_macros"}, format=DOCUMENT.suffix)
    if is_legacy(content, name):
        content = to_docx(content)
    check_package(io.BytesIO(content), DOCUMENT)
    try:
        read = run_confined(READER, content, megabytes=MEGABYTES, seconds=SECONDS)
    except Overrun as error:
        raise InvalidInput({"file": "file_out_of_proportion"}, format=DOCUMENT.suffix) from error
    except Broken as error:
        raise InvalidInput({"file": "file_damaged"}, format=DOCUMENT.suffix) from error
    answer: Found | Refused = msgspec.json.decode(read, type=Found | Refused)
    if isinstance(answer, Refused):
        raise InvalidInput({"file": answer.code}, format=DOCUMENT.suffix)
    return answer.notice
