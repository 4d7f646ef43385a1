"""Mistakes in a file of rules: where each stands, what is wrong and what to write instead, in both languages."""

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

Path = tuple[str | int, ...]

_KEY = r"""(?:[\w-]+|"[^"]*"|'[^']*')"""
_KEYS = rf"{_KEY}(?:\s*\.\s*{_KEY})*"
_HEADER = re.compile(rf"\s*(\[\[?)\s*({_KEYS})\s*\]\]?")
_ENTRY = re.compile(rf"\s*({_KEYS})\s*=")
_STRINGS = re.compile(r"""\"(?:\\.|[^"\\])*\"|'[^']*'""")


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake; `where` is the entry as the file writes it, `word` what to look for among its lines."""

    where: Path
    zh: str
    en: str
    word: str = field(default="", compare=False)
    line: int | None = field(default=None, compare=False)

    @property
    def place(self) -> str:
        """The entry as people name it: `hears.all.notify`."""
        return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in self.where).lstrip(".")

    def __str__(self) -> str:
        """The sentence, Chinese first."""
        return f"{self.sentence('zh')} / {self.sentence('en')}"

    def sentence(self, language: str) -> str:
        """The sentence in `zh` or `en`."""
        if language == "en":
            line = "" if self.line is None else f"line {self.line}, "
            return f"{line}{self.place}{': ' if self.where else ''}{self.en}."
        line = "" if self.line is None else f"第 {self.line} 行 "
        return f"{line}{self.place}{'：' if self.where else ''}{self.zh}"


def did_you_mean(word: object, known: Iterable[str]) -> str | None:
    """The known word that comes nearest to the one that was written, if any comes near."""
    return next(iter(difflib.get_close_matches(str(word).strip().casefold(), list(known), n=1, cutoff=0.6)), None)


def unknown_word(where: Path, found: object, words: Sequence[str]) -> Mistake:
    """A key or an addressee that does not exist; the nearest one, and all that do."""
    near = did_you_mean(found, words)
    listed = ", ".join(words)
    return Mistake(
        where,
        f"不认识 {found}" + (f"，是否应为 {near}？" if near else "，请删去或改正。") + f"可写：{listed}",
        f"knows no {found}" + (f", did you mean {near}?" if near else ", remove or correct it.") + f" Use: {listed}",
        str(found),
    )


class EntryLines:
    """The lines on which the entries of a TOML file stand; tomllib does not tell."""

    def __init__(self, text: str) -> None:
        self._lines = text.splitlines()
        self._begins = dict(_entries(self._lines))

    def line_of(self, where: Path, word: str = "") -> int | None:
        """The line of an entry, from 1, or of the table that it should stand in; none where it is the whole file.

        `word`: the first line of the entry's that holds it, where one does.
        """
        known = next((where[:end] for end in range(len(where), 0, -1) if where[:end] in self._begins), None)
        if known is None:
            return None
        begins = self._begins[known]
        ends = min((line for line in self._begins.values() if line > begins), default=len(self._lines) + 1)
        whole = re.compile(rf"(?<!\w){re.escape(word)}(?!\w)")
        span = range(begins, ends) if word else ()
        return next((line for line in span if whole.search(self._lines[line - 1])), begins)


def with_lines(mistakes: Iterable[Mistake], text: str) -> list[Mistake]:
    """The mistakes with their lines, in the order of the file, each once."""
    lines = EntryLines(text)
    found = [
        Mistake(one.where, one.zh, one.en, one.word, lines.line_of(one.where, one.word))
        for one in dict.fromkeys(mistakes)
    ]
    return sorted(found, key=lambda one: one.line or 0)


def toml_mistake(error: Exception) -> Mistake:
    """What is no TOML: the parser stops at the first place, which it names itself."""
    return Mistake((), f"格式有误，请按提示的行列修改：{error}", f"is no valid TOML, correct it there: {error}")


def as_written(value: object) -> str:
    """A value as the file writes it, for examples."""
    match value:
        case bool():
            return str(value).lower()
        case str():
            return f'"{value}"'
        case Mapping():
            return "{ " + ", ".join(f"{key} = {as_written(one)}" for key, one in value.items()) + " }"
        case list() | tuple():
            return "[" + ", ".join(as_written(one) for one in value) + "]"
        case _:
            return str(value)


def _entries(lines: Sequence[str]) -> Iterable[tuple[Path, int]]:
    """Every table and entry with the line it begins on; what stands inside a value is passed over."""
    table: Path = ()
    depth, counts = 0, dict[Path, int]()
    for number, line in enumerate(lines, start=1):
        if depth == 0 and (header := _HEADER.match(line)):
            table = _parts(header[2])
            yield table, number
            if header[1] == "[[":
                counts[table] = counts.get(table, -1) + 1
                table = (*table, counts[table])
                yield table, number
            continue
        if depth == 0 and (entry := _ENTRY.match(line)):
            yield (*table, *_parts(entry[1])), number
        code = _STRINGS.sub("", line).partition("#")[0]
        depth = max(0, depth + sum(code.count(one) for one in "[{") - sum(code.count(one) for one in "]}"))


def _parts(keys: str) -> Path:
    return tuple(key.strip("\"'") for key in re.findall(_KEY, keys))
