"""Answering items: several people, several days, nothing lost; what is not in place becomes a finding, once."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from service.errors import Conflict
from service.inspections.answer_list import answers_of, revisions_of
from service.inspections.answers import NewAnswer, answer
from service.models import Inspection
from tests.build.inspections import items_of, journal_of, lay_checklists, opened, row, say
from tests.worlds.books import FOUND_AT, Town
from workflows.journal import JournalAct
from workflows.vocabulary import Answer

TOMORROW = FOUND_AT + timedelta(days=1)


@pytest.fixture
def inspection(session: Session, town: Town) -> Inspection:
    lay_checklists(session, town)
    return opened(session, town)


def test_every_item_is_there_in_the_notices_order_and_not_seen_until_somebody_answers(
    session: Session, town: Town, inspection: Inspection
) -> None:
    say(session, inspection, 2, Answer.IN_PLACE, by=town.inspector, note="方案已印发")
    seen = answers_of(session, inspection.id, actor=town.leader)
    assert [one.item.number for one in seen] == [f"1-{n}" for n in range(1, 72)]
    assert [one.item.number for one in seen if one.row] == ["1-2"]
    assert seen[1].row
    assert (seen[1].row.answer, seen[1].row.version, seen[1].row.note) == (Answer.IN_PLACE, 1, "方案已印发")
    assert seen[0].item.requirement.en


def test_many_items_are_answered_at_once_or_none(session: Session, town: Town, inspection: Inspection) -> None:
    items = items_of(session, inspection)
    batch = [NewAnswer(item.id, Answer.IN_PLACE, 0) for item in items]
    assert len(answer(session, inspection.id, batch, actor=town.inspector, now=FOUND_AT)) == 71
    entries = [entry for entry in journal_of(session, inspection) if entry.act is JournalAct.ANSWER]
    assert [len(entry.data["answers"]) for entry in entries] == [71]
    later = [NewAnswer(items[0].id, Answer.NOT_APPLICABLE, 1), NewAnswer(items[1].id, Answer.NOT_APPLICABLE, 0)]
    with pytest.raises(Conflict, match="stale_answer"):
        answer(session, inspection.id, later, actor=town.team_head, now=TOMORROW)
    stands = row(session, inspection, 1, town).row
    assert stands
    assert (stands.answer, stands.version) == (Answer.IN_PLACE, 1)


def test_whoever_saw_an_older_answer_hears_who_gave_which_since(
    session: Session, town: Town, inspection: Inspection
) -> None:
    say(session, inspection, 5, Answer.IN_PLACE, by=town.inspector)
    say(session, inspection, 5, Answer.NOT_APPLICABLE, by=town.inspector, version=1, note="无此类考生")
    with pytest.raises(Conflict) as refused:
        say(session, inspection, 5, Answer.IN_PLACE, by=town.team_head, version=1, at=TOMORROW)
    told = refused.value.particulars
    assert (refused.value.code, told["item"], told["person"], told["answer"]) == (
        "stale_answer",
        "1-5",
        "陈一鸣",
        Answer.NOT_APPLICABLE,
    )
    assert told["stale"] == [
        {
            "item_id": items_of(session, inspection)[4].id,
            "number": "1-5",
            "answer": "not_applicable",
            "note": "无此类考生",
            "version": 2,
            "answered_at": FOUND_AT,
            "answered_by": {"id": town.inspector.id, "name": "陈一鸣"},
        }
    ]


def test_what_an_answer_said_before_is_kept(session: Session, town: Town, inspection: Inspection) -> None:
    say(session, inspection, 5, Answer.NOT_SEEN, by=town.inspector, note="负责人不在")
    say(session, inspection, 5, Answer.IN_PLACE, by=town.team_head, version=1, at=TOMORROW)
    say(session, inspection, 5, Answer.IN_PLACE, by=town.team_head, version=2, at=TOMORROW)  # says nothing new
    say(
        session, inspection, 5, Answer.IN_PLACE, by=town.team_head, version=2, at=TOMORROW, note="已看", leave_note=True
    )
    (before,) = revisions_of(session, inspection.id, actor=town.leader)
    assert (before.number, before.answer, before.note, before.version) == ("1-5", Answer.NOT_SEEN, "负责人不在", 1)
    assert (before.answered_by.name, before.answered_at) == ("陈一鸣", FOUND_AT)
    stands = row(session, inspection, 5, town).row
    assert stands
    assert (stands.version, stands.note) == (2, None)
