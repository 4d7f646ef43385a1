"""All mistakes of a policy file at once: its form, and whether it does what it says."""

import copy
import tomllib
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
import msgspec.inspect

from workflows.file_mistakes import Mistake, Path, did_you_mean, toml_mistake, with_lines
from workflows.policy import Policy, PolicyError, load_policy, shipped_policy_text
from workflows.policy.file import WRONG
from workflows.policy_check.duties import duty_mistakes
from workflows.policy_check.form import Form
from workflows.policy_check.hearing import hearing_mistakes
from workflows.policy_check.papers import paper_mistakes
from workflows.policy_check.promises import promise_mistakes
from workflows.vocabulary import Addressee


def require_policy(text: str) -> Policy:
    """Read a policy that an office wants to follow; raises `PolicyError` with every mistake, one a line."""
    if mistakes := policy_mistakes(text):
        raise PolicyError(f"{WRONG}:\n" + "\n".join(str(one) for one in mistakes))
    return load_policy(text)


def policy_mistakes(text: str) -> list[Mistake]:
    """Every mistake of a policy file, in the order of its lines; none when it can be followed."""
    try:
        table = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # no TOML, a number too long, too deep
        return [toml_mistake(error)]
    example = tomllib.loads(shipped_policy_text())
    of_form = list(Form(example).mistakes(table, msgspec.inspect.type_info(Policy)))
    policy = msgspec.convert(_mended(table, example, of_form), Policy)
    meant = [one for one in _of_meaning(policy) if not any(_lies_in(one.where, wrong.where) for wrong in of_form)]
    return with_lines([*of_form, *meant], text)


def _of_meaning(policy: Policy) -> Iterator[Mistake]:
    yield from promise_mistakes(policy)
    yield from hearing_mistakes(policy)
    yield from duty_mistakes(policy)
    yield from paper_mistakes(policy)


def _mended(table: dict[str, Any], example: dict[str, Any], mistakes: Sequence[Mistake]) -> dict[str, Any]:
    """The table with what has not the right form put as the example has it, so that the rest can be looked at too."""
    mended = copy.deepcopy(table)
    for one in mistakes:
        _mend(mended, example, one.where)
    try:
        msgspec.convert(mended, Policy)
    except msgspec.ValidationError:  # the example knows no such place: it stands in for the whole section
        sections = {one.where[0] for one in mistakes}
        mended = {key: value for key, value in mended.items() if key in example and key not in sections}
        mended = {**copy.deepcopy(example), **mended}
    return mended


def _mend(table: Any, example: Any, where: Path) -> None:
    """Put one place right: addressees are read as the nearest, anything else as in the example; unknown keys go."""
    *above, last = where
    for part in above:
        table, example = table[part], _at(example, part)
    value, right = _at(table, last), _at(example, last)
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        table[last] = [near for one in value if (near := did_you_mean(one, list(Addressee)))]
    elif right is not None:
        table[last] = copy.deepcopy(right)
    elif isinstance(table, dict):
        table.pop(last, None)


def _at(table: Any, part: str | int) -> Any:
    try:
        return table[part]
    except (KeyError, IndexError, TypeError):
        return None


def _lies_in(where: Path, place: Path) -> bool:
    """Whether an entry is the place of another mistake, or within it."""
    return where[: len(place)] == place
