"""The fields that several kinds of documents have: what their templates name, frozen as JSON under these names."""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

import msgspec

from service.models import Round
from workflows.campaigns import Result

NONE_YET = "——"
_NUMBER = re.compile(r"\d{4}-\d+")
_ENDS = "。！？；…：.!?;"


class RoundFields(msgspec.Struct, frozen=True):
    """The round as documents name it."""

    number: str
    title: str
    document_number: str = (
        ""  # the notice's whole 文号, «明招考〔2027〕8号»; its year and number where the books know no more
    )

    @classmethod
    def of(cls, round_: Round) -> "RoundFields":
        """The fields of a round."""
        year, _, running = round_.number.partition("-")
        in_brackets = f"〔{year}〕{running}号" if _NUMBER.fullmatch(round_.number) else ""
        return cls(round_.number, round_.title, round_.document_number or in_brackets)


class DocumentFields(msgspec.Struct, frozen=True, kw_only=True):
    """What every document says."""

    office: str  # in whose name it goes out
    issuer_id: str  # that office: whoever belongs there may put the sealed scan beside the document
    number: str
    round: RoundFields
    date: str  # in words, such as «2021年4月30日»
    copies: str = ""  # 抄送: to whom else it goes; empty when to nobody


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
