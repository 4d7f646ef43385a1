"""The form of a policy file: its keys, and what each of them may hold, read off the types of `workflows.policy`."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from typing import Any

import msgspec.inspect as types

from workflows.file_mistakes import Mistake, Path, as_written, unknown_word


@dataclass(frozen=True, slots=True)
class Form:
    """What a policy must look like; examples are taken from a policy that is right."""

    example: Mapping[str, Any]

    def mistakes(self, value: object, kind: types.Type, where: Path = ()) -> Iterator[Mistake]:
        """Everything about `value` that is not of its kind."""
        match kind:
            case types.StructType():
                required = [field.encode_name for field in kind.fields if field.required]
                entries = {field.encode_name: field.type for field in kind.fields}
                yield from self._of_table(value, entries, required, where)
            case types.DictType():
                yield from self._of_words(value, kind, where)
            case types.VarTupleType():
                yield from self._of_list(value, kind, where)
            case types.UnionType():
                yield from self._of_choice(value, kind, where)
            case _:
                if (said := _of_single(value, kind)) is not None:
                    yield self._wrong(where, value, *said)

    def _of_table(
        self, value: object, entries: Mapping[str, types.Type], required: Sequence[str], where: Path
    ) -> Iterator[Mistake]:
        if not isinstance(value, dict):
            yield self._wrong(where, value, "须为表", "must be a table")
            return
        for key in value.keys() - entries.keys():
            yield unknown_word((*where, key), key, list(entries))
        for key in required:
            if key not in value:
                yield self._lacking(where, key)
        for key, kind in entries.items():
            if key in value:
                yield from self.mistakes(value[key], kind, (*where, key))

    def _of_words(self, value: object, kind: types.DictType, where: Path) -> Iterator[Mistake]:
        """A table whose keys are words of a vocabulary, or any text."""
        words = _words(kind.key_type)
        if not isinstance(value, dict):
            yield self._wrong(where, value, "须为表", "must be a table")
            return
        for key, one in value.items():
            if words and key not in words:
                yield unknown_word((*where, key), key, words)
            else:
                yield from self.mistakes(one, kind.value_type, (*where, key))

    def _of_list(self, value: object, kind: types.VarTupleType, where: Path) -> Iterator[Mistake]:
        if not isinstance(value, list):
            yield self._wrong(where, value, "须为列表", "must be a list")
            return
        words = _words(kind.item_type)
        for place, one in enumerate(value):
            if words and (not isinstance(one, str) or one not in words):
                yield unknown_word(where, one, words)
            else:
                yield from self.mistakes(one, kind.item_type, (*where, place))

    def _of_choice(self, value: object, kind: types.UnionType, where: Path) -> Iterator[Mistake]:
        said = [_of_single(value, one) for one in kind.types]
        if None not in said:
            zh, en = (" 或 ".join(one[0] for one in said if one), " or ".join(one[1] for one in said if one))
            yield self._wrong(where, value, zh, en.replace(" or must be", " or"))

    def _wrong(self, where: Path, value: object, zh: str, en: str) -> Mistake:
        shown = as_written(value)
        like = self._like(where)
        return Mistake(
            where,
            f"{zh}，现为 {shown}" + (f"；如 {like}" if like else ""),
            f"{en}, not {shown}" + (f"; e.g. {like}" if like else ""),
            str(value) if isinstance(value, str) else "",
        )

    def _lacking(self, where: Path, key: str) -> Mistake:
        like = self._like((*where, key))
        return Mistake(
            (*where, key),
            f"缺少 {key}，请补上" + (f"，如 {like}" if like else ""),
            f"lacks {key}, add it" + (f", e.g. {like}" if like else ""),
        )

    def _like(self, where: Path) -> str:
        """`review = 2`, or the table's header; empty where the example has no such entry."""
        value: Any = self.example
        for part in where:
            try:
                value = value[part]
            except (KeyError, IndexError, TypeError):
                return ""
        keys = [str(part) for part in where if isinstance(part, str)]
        if isinstance(value, dict) and len(where) == 1:
            return f"[{'.'.join(keys)}]"
        return f"{keys[-1]} = {as_written(value)}" if keys and len(as_written(value)) < 120 else ""


def _words(kind: types.Type) -> list[str]:
    """The words that are allowed; none for any text."""
    match kind:
        case types.EnumType():
            return [str(member) for member in kind.cls]
        case types.LiteralType():
            return [str(value) for value in kind.values]
        case _:
            return []


def _of_single(value: object, kind: types.Type) -> tuple[str, str] | None:
    """What a single value must be, in both languages; none when it is."""
    match kind:
        case types.IntType():
            low, high = kind.ge or 0, kind.le or 0
            right = isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
            said = f"须为 {low} 至 {high} 的整数", f"must be a whole number from {low} to {high}"
        case types.BoolType():
            right, said = isinstance(value, bool), ("须为 true 或 false", "must be true or false")
        case types.TimeType():
            right = isinstance(value, time)
            said = "须为不带引号的时刻，如 09:00:00", "must be a time without quotes, e.g. 09:00:00"
        case types.StrType():
            right, said = isinstance(value, str), ("须为带引号的文字", "must be a text in quotes")
        case _:
            words = _words(kind)
            right, listed = value in words, "、".join(as_written(word) for word in words)
            said = f"须为 {listed}", f"must be one of {listed.replace('、', ', ')}"
    return None if right else said
