"""What is held about a person is handed out as it is, and nothing that is another's."""

import json

from sqlalchemy.orm import Session

from service.models import Person
from service.people.personal_data.export import personal_data
from service.people.tokens import issue_token
from tests.build.event_rows import make_event
from tests.worlds.books import Town, make_finding
from tests.worlds.rows import NOW
from workflows.vocabulary import Move


def test_rows_are_counted_the_newest_come_first_and_few_may_be_asked_for(session: Session, town: Town) -> None:
    person = session.get_one(Person, town.inspector.id)
    finding = make_finding(session, town)
    make_event(session, finding, Move.LOG, actor_id=town.inspector.id)
    for minutes in range(3):
        issue_token(session, person=person, now=NOW.replace(minute=minutes))
    session.flush()
    kinds = personal_data(session, person.id, language="en", most=2)
    held = {(kind["kind"], rows["record"]): rows for kind in kinds for rows in kind["held"]}
    tokens = held["access", "tokens"]
    assert (tokens["total"], len(tokens["items"])) == (3, 2)
    assert tokens["items"][0]["created_at"] > tokens["items"][1]["created_at"]
    assert [one["finding_id"] for one in held["acts", "events"]["items"]] == [finding.id]
    assert held["account", "people"]["items"][0]["name"] == person.name
    text = json.dumps(kinds, ensure_ascii=False)
    assert str(town.leader.id) not in text
