"""How the doubts about a notice are settled: lines of a small file beside it, such as «1-2 = 2027-04-28».

An issued document is never rewritten; what it leaves open is written down here, line by line.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from service.errors import InvalidInput
from service.setup.notice_file import Doubt
from service.setup.notice_file.text import plain_text
from service.wording import wording
from service.wording.texts import filled

CONFIRMED = "无误"  # as a value: it was looked at, and is right as it was read
LARGEST = 100_000  # bytes
_COMMENT = re.compile("[#＃].*")
_AS_OTHERS_SAY = {"考试日期": "考试日", "考试时间": "考试日", "督查期间": "督查时间", "中心": "招考中心"}
_ROW = re.compile(r"(\d{1,2})[-－–—](\d{1,4})(?:完成时间)?(?=$|[^\d])")
# what a line may look like, where the doubt's own sentence has no example
_EXAMPLES = {
    "文号": "明招考〔2027〕8号",
    "标题": "××市招生考试中心关于……的通知",
    "成文日期": "2027-03-28",
    "督查时间": "2027-03-29 至 2027-06-06",
    "考试日": "2027-06-05, 2027-06-06",
    "招考中心": "××市招生考试中心",
}


@dataclass(frozen=True, slots=True)
class Settlement:
    """One line: what is settled, and how."""

    line: int
    key: str
    value: str

    @property
    def label(self) -> str:
        """The line as a message names it."""
        return f"第 {self.line} 行 / line {self.line}（{self.key} = {self.value}）"


@dataclass(slots=True)
class Settlements:
    """The lines of a file, with what became of each."""

    lines: Sequence[Settlement] = ()
    used: set[int] = field(default_factory=set)
    faults: dict[str, str] = field(default_factory=dict)  # by the label of the line, the code of its sentence

    def find(self, key: str) -> Settlement | None:
        """The line with that key."""
        return next((one for one in self.lines if one.key == normal_key(key)), None)

    def confirm(self, doubts: Sequence[Doubt]) -> list[Doubt]:
        """The doubts that no line says to be as they were read; one that stops needs a value instead."""
        left = []
        for doubt in doubts:
            line = self.find(doubt.place) or self.find((settling_line(doubt) or "").partition("=")[0])
            if line is None or line.value != CONFIRMED:
                left.append(doubt)
                continue
            self.used.add(line.line)
            if doubt.stops:
                self.faults[line.label] = "settlement_needs_value"
                left.append(doubt)
        return left

    def fail(self, line: Settlement) -> None:
        """The value of a line cannot be read."""
        self.faults[line.label] = "settlement_unreadable_value"

    def check(self) -> None:
        """Raise InvalidInput that names every line which settles nothing or cannot be read."""
        idle = {one.label: "settlement_of_nothing" for one in self.lines if one.line not in self.used}
        if found := idle | self.faults:
            raise InvalidInput({one.label: found[one.label] for one in self.lines if one.label in found})


def read_settlements(content: bytes) -> Settlements:
    """The lines of a file in UTF-8 or GBK; empty ones and what follows # mean nothing.

    Raises InvalidInput that names every line without a sign of equality, and every key that stands there twice.
    """
    if len(content) > LARGEST:
        raise InvalidInput({"settle": "settlements_too_large"})
    lines, faults = list[Settlement](), dict[str, str]()
    for number, text in _lines(content):
        key, sign, value = text.replace("＝", "=").partition("=")
        line = Settlement(number, normal_key(key), value.strip())
        if not (sign and line.key and line.value):
            faults[f"第 {number} 行 / line {number}（{text[:40]}）"] = "settlement_unreadable"
        elif any(earlier.key == line.key for earlier in lines):
            faults[line.label] = "settlement_twice"
        else:
            lines.append(line)
    if faults:
        raise InvalidInput(faults)
    return Settlements(lines)


def normal_key(key: str) -> str:
    """A key however it was typed: «1－2 完成时间» is 1-2."""
    plain = plain_text(key)
    return _ROW.sub(r"\1-\2", _AS_OTHERS_SAY.get(plain, plain))


def settling_line(doubt: Doubt) -> str | None:
    """The line that would settle a doubt; None where only the file or the books can be put right."""
    text: str | None = wording("notice_file").get(doubt.code, {}).get("settle")
    if text is not None:
        return filled(text, {"place": doubt.place, **doubt.particulars})
    if doubt.place in _EXAMPLES and doubt.code not in _NOT_HERE:
        return f"{doubt.place} = {_EXAMPLES[doubt.place]}"
    return None if doubt.stops else f"{doubt.place} = {CONFIRMED}"


_NOT_HERE = {"number_taken"}


def _lines(content: bytes) -> Iterator[tuple[int, str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = _from_gbk(content)
    for number, line in enumerate(text.splitlines(), 1):
        if stripped := _COMMENT.sub("", line).strip():
            yield number, stripped


def _from_gbk(content: bytes) -> str:
    try:
        return content.decode("gb18030")
    except UnicodeDecodeError as error:
        raise InvalidInput({"settle": "settlements_no_text"}) from error
