"""Texts of people as Excel files can hold them: nothing in them is read as a formula, as markup, or by XML."""

import re

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
LONGEST_NAME = 31  # UTF-16 units
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_RESERVED = "history"  # Excel keeps it for itself


def clean(text: str) -> str:
    """The text without what no XML file can hold; what xlsxwriter would take for markup gets a space behind it."""
    text = _NOT_IN_XML.sub("", text)
    return f"{text} " if text.startswith("<r>") and text.endswith("</r>") else text


def looks_like_formula(text: str) -> bool:
    """Whether a spreadsheet would take the text for a formula if it were typed, or opened as CSV."""
    return text.startswith(FORMULA_STARTS)


def sheet_name(wanted: str, taken: set[str]) -> str:
    """A name that Excel takes: without forbidden characters, short, and not yet taken; adds it to those taken."""
    plain = _NOT_IN_NAMES.sub("_", _NOT_IN_XML.sub("", wanted)).strip(" '")
    if not plain or plain.casefold() == _RESERVED:
        plain = f"_{plain}"
    name, n = _cut(plain, LONGEST_NAME), 1
    while name.casefold() in taken:
        n += 1
        name = _cut(plain, LONGEST_NAME - len(f" ({n})")) + f" ({n})"
    taken.add(name.casefold())
    return name


def _cut(text: str, units: int) -> str:
    """At most so many UTF-16 units, no character cut in two, nor an apostrophe left at the end."""
    while len(text.encode("utf-16-le")) // 2 > units:
        text = text[:-1]
    return text.rstrip(" '")
