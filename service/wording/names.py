"""What offices and roles are called: the shipped names, or the office's own of DATA/words.toml in their place."""

import difflib
import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, NoReturn

FILE = "words.toml"  # in the data folder
LANGUAGES = ("zh", "en")
LONGEST = 40  # letters of a name: it stands in the middle of sentences and in cells
Names = Mapping[str, Mapping[str, str]]  # a name in each language, by what it names

_BLANK = re.compile(r"\{@([a-z_]+)(?:\.([a-z]+))?\}")
_own: dict[str, Mapping[str, str]] = {}  # of this process


class BadNames(Exception):
    """A file of names that cannot be used; the sentence, Chinese then English, says where, why and what to do."""


@cache
def shipped_names() -> Mapping[str, Mapping[str, Any]]:
    """The names that the program came with; `short` where a sentence has a shorter one."""
    return tomllib.loads((resources.files("service.wording") / "names.toml").read_text("utf-8"))


def read_names(data_dir: Path) -> Names:
    """The office's own names; none without a file. Raises `BadNames`."""
    file = data_dir / FILE
    try:
        table = tomllib.loads(file.read_text("utf-8-sig"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        _bad(file, f"无法读取（{error}），请存为 UTF-8 文本", f"cannot be read ({error}); save it as text in UTF-8")
    except tomllib.TOMLDecodeError as error:
        _bad(
            file, f'不是 TOML（{error}），请写成 committee = "名称"', f'is no TOML ({error}); write committee = "NAME"'
        )
    own = {_shipped_key(file, key): _in_languages(file, key, value) for key, value in table.items()}
    _refuse_alike(file, own)
    return own


def put_names(own: Names) -> None:
    """Let the sentences of this process that are loaded from now on name offices by these."""
    _own.clear()
    _own.update(own)


def own_name(key: str, language: str) -> str | None:
    """What the office itself calls it; none where it keeps the shipped name."""
    return _own.get(key, {}).get(language)


def named(entry: Any, language: str = "zh") -> Any:
    """A text, or a table of texts, with its names filled in; what stands below `zh` or `en` is in that language."""
    if isinstance(entry, str):
        return _BLANK.sub(lambda blank: _name(blank[1], blank[2], language), entry)
    if isinstance(entry, Mapping):
        return {key: named(value, key if key in LANGUAGES else language) for key, value in entry.items()}
    return entry


def _name(key: str, form: str | None, language: str) -> str:
    own, shipped = own_name(key, language), shipped_names()[key]
    if form == "short" and own is None:
        return str(shipped["short"][language] if language in shipped.get("short", {}) else shipped[language])
    name = str(own or shipped[language])
    return name[:1].upper() + name[1:] if form == "capital" else name


def _shipped_key(file: Path, key: str) -> str:
    shipped = shipped_names()
    if key not in shipped:
        by_word = {str(name[language]): code for code, name in shipped.items() for language in LANGUAGES}
        near = difflib.get_close_matches(key, [*shipped, *by_word], n=1)
        meant = by_word.get(near[0], near[0]) if near else ", ".join(shipped)
        _bad(file, f"没有名称 {key}，请改为 {meant}", f"has a name {key} that nothing is called by; write {meant}")
    return key


def _in_languages(file: Path, key: str, value: object) -> Mapping[str, str]:
    """A text alone is Chinese."""
    given = {"zh": value} if isinstance(value, str) else value
    if not isinstance(given, dict) or not given or not given.keys() <= {*LANGUAGES}:
        example = f'{key} = "名称" / {key} = {{ zh = "名称", en = "name" }}'
        _bad(file, f"{key} 写法不对，请写成 {example}", f"has {key} in no known form; write {example}")
    return {language: _usable(file, key, name) for language, name in given.items()}


def _usable(file: Path, key: str, name: object) -> str:
    text = name.strip() if isinstance(name, str) else ""
    if not text or len(text) > LONGEST or not text.isprintable() or "{" in text or "}" in text:
        _bad(
            file,
            f"{key} 的名称须为 1 至 {LONGEST} 个字，写在一行内，不含大括号",
            f"names {key} unusably: 1 to {LONGEST} letters in one line, without braces",
        )
    return text


def _refuse_alike(file: Path, own: Names) -> None:
    """Two roles of one name could not be told apart in a table of people."""
    for language in LANGUAGES:
        taken: dict[str, str] = {}
        for key, shipped in shipped_names().items():
            name = own.get(key, {}).get(language) or str(shipped[language])
            if name in taken:
                other = taken[name]
                _bad(
                    file,
                    f"{other} 和 {key} 都叫“{name}”，请加以区别",
                    f"calls both {other} and {key} {name}; tell them apart",
                )
            taken[name] = key


def _bad(file: Path, zh: str, en: str) -> NoReturn:
    raise BadNames(f"{file}：{zh}。 / {file} {en}.")
