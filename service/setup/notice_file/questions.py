"""The notice's questions as requirements: in the shipped wording where there is one, else by rule."""

import re
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from service.checklists import catalogues
from service.setup.notice_file.text import comparison_key
from workflows.vocabulary import OrganizationKind


class Requirement(NamedTuple):
    """What must be true; `doubt` is the code of one: made by rule, guessed, or not understood."""

    zh: str
    en: str | None
    doubt: str | None


_SENTENCE = re.compile(r"[^？?。；;！!]+")
_AMISS = "弄虚作假|违规|违纪|违法|信访|隐患|作弊|舞弊|问题|事故|泄密|失密|利害关系|利益关系|投诉|舆情|漏洞|盲区"
_WHICH = "(?:哪些|什么|何种)"
_RULES = [  # the first that fits
    (re.compile(pattern), wanted)
    for pattern, wanted in (
        (r"^(.*)是如何(.+?)的?$", r"\1已经\2"),
        (rf"^(.*?)(采取|制定|落实|开展|取得|做|进行)了?{_WHICH}(.+)$", r"\1\2了\3，并有据可查"),
        (rf"^(.*)有{_WHICH}(.+)$", r"\1有\2，并有据可查"),
        (rf"^(.*)有{_WHICH}$", r"有\1，并有据可查"),
        (rf"^(.*)(?:有无|有没有|是否存在|是否有)(.*(?:{_AMISS}).*)$", r"\1没有\2"),
        (r"^(.*)(?:有无|有没有)(.+)$", r"\1有\2"),
        (r"^(.*)(?:能否|可否)(.+)$", r"\1能够\2"),
        (r"^(.*)是不是(.+)$", r"\1是\2"),
        (r"^(.+)吗$", r"\1"),
    )
]
_PLAIN = re.compile("是否|能否|可否|是不是|吗$")
_GUESSED = re.compile(f"有无|有没有|是否存在|是否有|如何|{_WHICH}")  # the rule may have made the opposite of these


def requirement(question: str, audience: OrganizationKind) -> Requirement:
    """What a row requires; `question` is plain and may hold several, each of which becomes a clause."""
    key = comparison_key(question)
    if shipped := _shipped_wording(audience).get(key) or _shipped_wording(None).get(key):
        return Requirement(*shipped, doubt=None)
    questions = [part.strip("，,、 ") for part in _SENTENCE.findall(question)]
    clauses = [clause for part in questions if (clause := _statement(part))]
    if not clauses:
        return Requirement(question, None, "question_unclear")
    zh = "；".join(clauses) + "。"
    if any(_GUESSED.search(part) for part in questions):
        return Requirement(zh, None, "wording_guessed")
    is_plain = all(_PLAIN.search(part) for part in questions)
    return Requirement(zh, None, "wording_by_rule" if is_plain else "question_unclear")


def _statement(question: str) -> str:
    """A question as a statement, by the first rule that fits and without 是否."""
    for rule, wanted in _RULES:
        if rule.match(question):
            question = rule.sub(wanted, question)
            break
    return question.replace("是否", "")


@cache
def _shipped_wording(audience: OrganizationKind | None) -> Mapping[str, tuple[str, str | None]]:
    """The shipped wording by question, for one audience or for all."""
    wording: dict[str, tuple[str, str | None]] = {}
    for name in catalogues.names():
        for catalogue in catalogues.shipped(name):
            if audience in (None, catalogue.audience):
                wording |= {comparison_key(row.question): (row.zh, row.en) for row in catalogue.rows if row.question}
    return wording
