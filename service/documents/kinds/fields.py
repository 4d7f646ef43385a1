"""The fields that several kinds of documents have: what their templates name, frozen as JSON under these names."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

import msgspec

from service.models import Round
from workflows.campaigns import Result

NONE_YET = "——"
_ENDS = "。！？；…：.!?;"


class RoundFields(msgspec.Struct, frozen=True):
    """The round as documents name it."""

    number: str
    title: str

    @classmethod
    def of(cls, round_: Round) -> "RoundFields":
        """The fields of a round."""
        return cls(number=round_.number, title=round_.title)


class DocumentFields(msgspec.Struct, frozen=True, kw_only=True):
    """What every document says."""

    office: str  # in whose name it goes out
    issuer_id: str  # that office: whoever belongs there may put the sealed scan beside the document
    number: str
    round: RoundFields
    date: str  # in words, such as «2021年4月30日»


class FindingFields(msgspec.Struct, frozen=True, kw_only=True):
    """A finding as documents tell of it."""

    number: str
    problem: str
    severity: str
    state: str
    item: str
    requirement: str
    deadline: str


class OneFindingFields(DocumentFields, frozen=True, kw_only=True):
    """What every document about one finding says."""

    unit: str
    finding: FindingFields


class StepFields(msgspec.Struct, frozen=True, kw_only=True):
    """One event in the course of a finding."""

    at: str
    what: str
    why: str


class PictureFields(msgspec.Struct, frozen=True):
    """A photograph in the evidence store; without a hash only its caption is shown."""

    sha256: str | None
    caption: str


class IllustratedFields(DocumentFields, frozen=True, kw_only=True):
    """What a document with photographs says."""

    pictures: list[PictureFields]


def as_sentence(text: str) -> str:
    """A text with a full stop, unless it ends in some such sign; empty when it is."""
    text = text.strip()
    return text if not text or text[-1] in _ENDS else f"{text}。"


def amounts(results: Iterable[Result]) -> str:
    """«检查商户35家，收缴器材12件», every figure written out."""
    return "，".join(f"{one.name}{Decimal(str(one.value)):f}{one.unit or ''}" for one in results)


def day_in_words(day: date) -> str:
    """A calendar's day: «2021年4月30日»."""
    return f"{day.year}年{day.month}月{day.day}日"
