"""The folder that notes are exported to: a file for each day, to which is only ever appended."""

import os
import re
from collections.abc import Iterable, Iterator
from datetime import UTC
from pathlib import Path
from typing import NamedTuple

from service.audit.notes.keys import NAME
from service.audit.notes.note import FORM, Note

FILES = "checkpoints-*.txt"
UNFINISHED = re.compile(rf"{NAME}\n(?:(?!— {NAME} .*\n).*\n?)*")  # a note whose signature has no end yet
TAIL = 16_384  # bytes at the end of a file among which the last note stands


class Filed(NamedTuple):
    """A note, or something that looks like one and is none, and where it stands."""

    note: Note | None
    place: str  # file and line


def read_notes(path: Path) -> Iterator[Filed]:
    """All notes of a file, or of a folder's files in the order of their names; OSError.

    What stands around notes, as in a mail, is passed over; so is the beginning of a note that was written once more,
    and at the very end of one that is being written: the database has it, or else it was never made.
    """
    files = sorted(path.glob("*.txt")) if path.is_dir() else [path]
    for file in files:
        text = file.read_text(encoding="utf-8", errors="replace")
        yield from _notes_of(file.name, text, is_newest=file == files[-1])


def last_note(folder: Path) -> Note | None:
    """The newest note that was exported; none when there is none. OSError."""
    for file in sorted(folder.glob(FILES), reverse=True):
        with file.open("rb") as reading:
            reading.seek(max(0, file.stat().st_size - TAIL))
            text = reading.read().decode("utf-8", errors="replace")
        notes = [filed.note for filed in _notes_of(file.name, text) if filed.note]
        if notes:
            return notes[-1]
    return None


def append_notes(folder: Path, notes: Iterable[Note]) -> int:
    """Add notes to the files of their days, on disk when this returns; how many. OSError.

    A clock that went back does not: such a note goes into the newest file.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    written = 0
    for note in notes:
        newest = max((file.name for file in folder.glob(FILES)), default="")
        of_the_day = f"checkpoints-{note.at.astimezone(UTC):%Y-%m-%d}.txt"
        _append(folder, max(newest, of_the_day), f"{note.text}\n")
        written += 1
    return written


def _append(folder: Path, name: str, text: str) -> None:
    descriptor = os.open(folder / name, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.fchmod(descriptor, folder.stat().st_mode & 0o644)  # whoever may enter the folder may collect
        size = os.fstat(descriptor).st_size
        if size and os.pread(descriptor, 2, max(0, size - 2)) != b"\n\n":  # the power went while it was written
            text = f"\n\n{text}"
        data = text.encode()
        while data:
            data = data[os.write(descriptor, data) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _notes_of(name: str, text: str, *, is_newest: bool = False) -> Iterator[Filed]:
    end = 0
    for found in FORM.finditer(text):
        yield from _left_over(name, text, end, found.start(), found.group())
        try:
            note = Note.parse(found.group())
        except ValueError:  # a time or a signature that is none
            note = None
        yield Filed(note, _place(name, text, found.start()))
        end = found.end()
    if not (is_newest and UNFINISHED.fullmatch(text[end:].lstrip("\n"))):
        yield from _left_over(name, text, end, len(text), "")


def _left_over(name: str, text: str, start: int, end: int, following: str) -> Iterator[Filed]:
    """What stands between notes and was one."""
    left = text[start:end].strip("\n")
    looks_like_one = any(line.startswith(("note ", "— duban ", "previous ")) for line in left.split("\n"))
    if looks_like_one and not following.startswith(left):
        yield Filed(None, _place(name, text, start + text[start:end].index(left)))


def _place(name: str, text: str, at: int) -> str:
    return f"{name}:{text.count(chr(10), 0, at) + 1}"
