"""Words by an index find what they found in the texts themselves, on both databases."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from service.findings.corrections import Correction, edit_all
from service.findings.list import FindingFilter, list_findings
from service.models import Finding, FindingWords
from service.models.words import words_of
from service.records import words
from tests.build.statements import asked
from tests.worlds.books import SUBMITTED_AT, Town, log_finding
from workflows.signs import pairs, searchable

# what is alike in one way or another: widths, cases, dashes, spaces, wildcards, marks, signs of two code units
SIGNS = "消防通道道通防消AaＡａBbßſﬁİıÀ̀á1１2２%_\\/'\"-－–—.，。 \u3000\u200b\t🎓🎒\U0002a6d6\u0301"
PIECES = ("消防通道", "通道", "防通", "cctv", "ＣＣＴＶ", "50%", "a_b", "－12", "ss", "SS", "ﬁre")
TEXTS = st.lists(st.one_of(st.sampled_from(PIECES), st.text(SIGNS, max_size=4), st.sampled_from(SIGNS)), max_size=6)
FEW = 4  # findings whose texts are drawn


@pytest.fixture(params=["looked up", "looked up in vain", "walked to"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """How a list comes to words: by the index, by the list's order after the index had too many, or by that at once."""
    monkeypatch.setattr(words, "MOST", {"looked up": FEW}.get(request.param, 1))
    monkeypatch.setattr(words, "OFTEN", {"walked to": 0}.get(request.param, FEW + 1))
    return str(request.param)


@pytest.mark.usefixtures("way")
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_words_find_what_the_texts_have(session: Session, town: Town, data: st.DataObject) -> None:
    findings = session.scalars(select(Finding).order_by(Finding.number)).all()
    findings = findings or [log_finding(session, town) for _ in range(FEW)]
    texts = [data.draw(TEXTS.map("".join)) for _ in findings]
    corrections = [
        Correction(one.id, one.version, {"summary": text or "。", "details": text[::-1] or None})
        for one, text in zip(findings, texts, strict=True)
    ]
    assert not edit_all(session, corrections, actor=town.inspector, now=SUBMITTED_AT)
    searched = {one.id: one.search_text for one in findings}
    slices = (text[at : at + long] for text in texts for at in range(len(text)) for long in (1, 2, 3, 5))
    parts = st.sampled_from([*slices, *PIECES])
    asked = st.one_of(parts, st.tuples(parts, parts).map(" ".join), TEXTS.map("".join))
    for q in data.draw(st.lists(asked, min_size=9, max_size=9)):
        wanted = searchable(q).split()
        expected = {id_ for id_, text in searched.items() if all(word in text for word in wanted)}
        page = list_findings(session, FindingFilter(q=q), actor=town.leadership, now=SUBMITTED_AT)
        assert {one.id for one in page.items} == expected, q


def test_a_pair_of_all_that_is_old_is_not_taken_for_a_rare_one(
    session: Session, town: Town, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a finding's number of a round that has ended has it: all of that round begin alike, and none of today."""
    if engine.dialect.name == "sqlite":
        return  # its index stops by itself
    monkeypatch.setattr(words, "LOOKED_AT", 2)
    monkeypatch.setattr(words, "COMMON", 1)
    for summary in ("旧轮一", "旧轮二", "旧轮甲乙", "今日一", "今日二"):
        log_finding(session, town, summary=summary)
    session.commit()
    with asked(engine) as statements:
        page = list_findings(session, FindingFilter(q="旧轮甲乙"), actor=town.leadership, now=SUBMITTED_AT)
    (found,) = page.items
    assert found.summary == "旧轮甲乙"
    (pairs_looked_up,) = [value for _, given in statements for value in given.values() if value == pairs("轮甲 甲乙")]
    assert pairs_looked_up


def test_whatever_is_logged_proposed_or_corrected_has_its_words_in_the_index(session: Session, town: Town) -> None:
    """What the index holds of each finding is what its text says, and nothing else is in it."""
    findings = [log_finding(session, town, summary=f"{n}号考场时钟停走") for n in range(7)]
    session.commit()
    texts = {"summary": "监控黑屏", "details": "“三楼”"}
    version = findings[0].version
    assert not edit_all(session, [Correction(findings[0].id, version, texts)], actor=town.inspector, now=SUBMITTED_AT)
    session.expire_all()
    rows = session.execute(
        select(Finding.id, Finding.search_text, FindingWords.pairs).outerjoin(
            FindingWords, FindingWords.finding_id == Finding.id
        )
    )
    assert all(words_of(id_, text)["pairs"] == pairs for id_, text, pairs in rows)
