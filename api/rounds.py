"""Rounds, and their exam days."""

from typing import Any

from api.access import only, signed_in
from api.door import work
from api.schemas.directory import ExamDaysBody, RoundSchema
from api.schemas.paging import PagingQuery
from api.schemas.shown import page_of
from api.subject import Subject
from service import directory, rounds
from service.paging import Page
from workflows.vocabulary import Role

subject = Subject("rounds", "督查轮次 · one notice in force, with its period and exam days")


@subject.get("/rounds")
@signed_in
@subject.takes(PagingQuery, "query")
@subject.answers(page_of(RoundSchema))
def list_of_rounds(query: dict[str, Any]) -> Page[Any]:
    """All rounds, the newest number first."""
    return directory.rounds(work().session, **query)


@subject.patch("/rounds/<id:round_id>")
@only(Role.ADMIN)
@subject.takes(ExamDaysBody)
@subject.answers(RoundSchema)
def set_exam_days(body: dict[str, Any], round_id: str) -> Any:
    """Set the exam days; the timers of every open finding are reckoned anew."""
    return rounds.set_exam_days(work().session, round_id, body["exam_days"], actor=work().actor, now=work().now)
