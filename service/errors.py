"""The five kinds of errors of the books; doors turn their codes into sentences of the caller's language."""

from collections.abc import Mapping
from typing import Any, TypeVar

Row = TypeVar("Row")


class DubanError(Exception):
    """Something that was asked for cannot be; nothing has changed.

    `code` is stable and names a sentence of `service/wording/errors.toml`; `particulars` fill its blanks.
    """

    def __init__(self, code: str, **particulars: object) -> None:
        super().__init__(code)
        self.code = code
        self.particulars = particulars


class NotFound(DubanError):
    """It does not exist, or the caller may not see it; the two look alike."""


class InvalidInput(DubanError):
    """Fields that cannot be accepted: `fields` maps each to the code of its sentence."""

    def __init__(self, fields: Mapping[str, str], **particulars: object) -> None:
        super().__init__("invalid_input", **particulars)
        self.fields = dict(fields)


class NotAllowed(DubanError):
    """The caller sees it, but may not do that."""


class Conflict(DubanError):
    """The state refuses it, or it has changed meanwhile."""


class Unavailable(DubanError):
    """It cannot be done just now; try again."""


def existing(row: Row | None) -> Row:
    """The row that was looked for among those that the caller sees; raises `NotFound` when there is none."""
    if row is None:
        raise NotFound("not_found")
    return row


def refuse_stale(now: Mapping[str, Any], wanted: Mapping[str, Any], seen: Mapping[str, Any] | None) -> None:
    """Raise `Conflict` («stale_version») naming what is `now` neither as it was `seen` nor as it is `wanted`."""
    shown = seen or {}
    changed = [name for name, value in wanted.items() if name in shown and now[name] not in (shown[name], value)]
    if changed:
        raise Conflict("stale_version", changed=changed)
