"""From the notice's questions to what must be true: by the shipped wording where there is one, else by rule."""

import re
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from service.checklists import catalogues
from service.setup.notice_file.typeset import same
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
    key = same(question)
    if known := _known(audience).get(key) or _known(None).get(key):
        return Requirement(*known, doubt=None)
    asked = [part.strip("，,、 ") for part in _SENTENCE.findall(question)]
    clauses = [clause for part in asked if (clause := _declared(part))]
    if not clauses:
        return Requirement(question, None, "question_unclear")
    zh = "；".join(clauses) + "。"
    if any(_GUESSED.search(part) for part in asked):
        return Requirement(zh, None, "wording_guessed")
    plain = all(_PLAIN.search(part) for part in asked)
    return Requirement(zh, None, "wording_by_rule" if plain else "question_unclear")


def _declared(question: str) -> str:
    """One question as a statement; 是否 is taken out wherever it stands."""
    fitting = next(((rule, wanted) for rule, wanted in _RULES if rule.match(question)), None)
    statement = fitting[0].sub(fitting[1], question) if fitting else question
    return re.sub("是否", "", statement)


@cache
def _known(audience: OrganizationKind | None) -> Mapping[str, tuple[str, str | None]]:
    """The shipped wording by question, for one audience or for all."""
    shipped = [one for name in catalogues.names() for one in catalogues.shipped(name)]
    return {
        same(row.question): (row.zh, row.en)
        for one in shipped
        if audience in (None, one.audience)
        for row in one.rows
        if row.question
    }
