"""Every route × every caller × own, a stranger's and no object: nothing leaks, and a stranger's looks like none."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.client import Client
from tests.functional.scope_matrix import (
    BULK,
    UNKNOWN,
    Entry,
    ask,
    entries,
    exchanged,
    leaks,
    routes,
    statuses,
    told_apart,
)
from tests.functional.scope_stage import ScopeStage, scope_stage
from tests.functional.scope_world import SIDES
from tests.worlds.cast import PEOPLE

ENTRIES = entries()
CLOSED = [entry for entry in ENTRIES.values() if not entry.public]
ON_OBJECTS = [entry for entry in CLOSED if entry.object]
NESTED = [(entry, place) for entry in CLOSED for place in entry.nested]


@pytest.fixture(scope="module")
def built(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ScopeStage]:
    with scope_stage(sqlite_template, tmp_path_factory.mktemp("scope")) as stage:
        yield stage


@pytest.fixture
def stage(built: ScopeStage) -> ScopeStage:
    built.restore()
    built.wrong.clear()
    return built


def key_of(entry: Entry) -> str:
    return entry.key


def test_every_route_has_its_entry_in_the_matrix(stage: ScopeStage) -> None:
    assert routes(stage.app) == set(ENTRIES), "write the missing entries into scope.toml, take out the others"


@pytest.mark.parametrize("entry", ON_OBJECTS, ids=key_of)
def test_a_strangers_object_looks_like_none_and_ones_own_answers_by_role(stage: ScopeStage, entry: Entry) -> None:
    for who, (role, *_) in PEOPLE.items():
        for side in SIDES:
            assert entry.object is not None
            answered = _ask_about(stage, entry, who, side)
            if stage.world.sees(who, side, entry.object):
                assert answered == entry.expected(role), f"{who} on {side or 'first'}: {answered}"
    assert stage.wrong == []


def _ask_about(stage: ScopeStage, entry: Entry, who: str, side: str) -> int:
    """Ask about one object; when the caller does not see it, it must look like an unknown one."""
    assert entry.object is not None
    object_id = stage.world.values(side)[entry.object]
    answer = stage.ask(who, entry, object_id, side)
    if not stage.world.sees(who, side, entry.object):
        unknown = stage.ask(who, entry, UNKNOWN, side)
        assert told_apart(answer, object_id) == told_apart(unknown, UNKNOWN), f"{who} can tell {entry.object} from none"
        assert list(statuses(answer, entry)) == [404], f"{who} on {side or 'first'}: {answer.text}"
    return next(statuses(answer, entry))


@pytest.mark.parametrize("entry", [entry for entry in CLOSED if not entry.object], ids=key_of)
def test_lists_and_creations_answer_by_role_and_show_nothing_of_strangers(stage: ScopeStage, entry: Entry) -> None:
    for who, (role, *_) in PEOPLE.items():
        answer = stage.ask(who, entry, None, stage.world.side_of(who))
        lawful = entry.expected(role)
        if who == "neighbour" and entry.method == "POST" and lawful == 201 and "organization_id" in (entry.body or {}):
            lawful = 422  # its own role may, but the organization is the university's
        assert answer.status_code == lawful, f"{who}: {answer.get_data(as_text=True)}"
    assert stage.wrong == []


@pytest.mark.parametrize(("entry", "place"), NESTED, ids=lambda part: part.key if isinstance(part, Entry) else part)
def test_a_strangers_object_within_a_request_looks_like_none(stage: ScopeStage, entry: Entry, place: str) -> None:
    name, status = entry.nested[place]
    for who in entry.performers():
        answers = []
        for id_ in (stage.world.values("other_")[name], UNKNOWN):
            own = stage.world.values("")[entry.object] if entry.object else None
            if who in ("leadership", "bureau", "committee", "admin") and entry.method == "GET":
                continue  # they see both districts
            answer = stage.ask(who, exchanged(entry, place, id_), own, "")
            assert list(statuses(answer, entry)) == [status], f"{who}: {answer.get_data(as_text=True)}"
            answers.append(told_apart(answer, id_, own))
        assert len(set(map(repr, answers))) <= 1, f"{who} can tell a stranger's {name} from none"
    assert stage.wrong == []


@pytest.mark.parametrize("entry", CLOSED, ids=key_of)
def test_nobody_gets_in_without_a_token(stage: ScopeStage, entry: Entry) -> None:
    own = stage.world.values("")[entry.object] if entry.object else None
    answers = {
        told_apart(ask(stage.app, token, entry, id_, stage.world.values("")), id_)[0]
        for token in (None, "no-such-token", "")
        for id_ in (own, UNKNOWN)
    }
    assert answers == {401}


@pytest.mark.parametrize("entry", [entry for entry in ENTRIES.values() if entry.public], ids=key_of)
def test_public_routes_answer_everybody_and_tell_nothing(stage: ScopeStage, entry: Entry) -> None:
    answer = ask(stage.app, None, entry, None, {})
    assert answer.status_code == entry.answers, answer.get_data(as_text=True)
    assert leaks(answer, "nobody", stage.world) == []


def test_a_bulk_call_tells_no_more_of_strangers_than_of_none(stage: ScopeStage) -> None:
    own, strange = (stage.world.values(side)["finding.notified"] for side in SIDES)
    answer = Client(stage.app, stage.world.cast.tokens["university"]).post(
        "/findings/bulk/receipt", {"ids": [strange, own, UNKNOWN]}, expect=200
    )
    first, done, last = answer["results"]
    assert (first["status"], done["status"], last["status"]) == (404, 200, 404)
    assert {**first, "id": ""} == {**last, "id": ""}


def test_a_key_of_somebody_else_does_not_give_his_or_her_answer(stage: ScopeStage) -> None:
    entry = ENTRIES["POST /api/v1/findings/{finding_id}/receipt"]
    own, headers = stage.world.values("")["finding.notified"], {"Idempotency-Key": "the-same-for-everybody"}
    calls = {
        who: Client(stage.app, stage.world.cast.tokens[who]).call(
            "POST", f"/findings/{own}/receipt", json=dict(entry.body or {}), headers=headers
        )
        for who in ("university", "neighbour", "other_university", "inspector")
    }
    assert {who: answer.status_code for who, answer in calls.items()} == {
        "university": 200,
        "neighbour": 404,
        "other_university": 404,
        "inspector": 403,
    }


def test_a_cursor_of_somebody_else_opens_nothing(stage: ScopeStage) -> None:
    paged = {"/findings": "cursor", "/rectification-notices": "cursor", "/events": "after", "/organizations": "cursor"}
    for path, name in paged.items():
        far = Client(stage.app, stage.world.cast.tokens["leadership"]).get(path, limit=1)["next_cursor"]
        for who, token in stage.world.cast.tokens.items():
            answer = Client(stage.app, token).call("GET", path, query_string={name: far, "limit": "200"})
            assert answer.status_code == 200
            assert leaks(answer, who, stage.world) == [], f"{who} with a cursor of {path}"


def test_the_matrix_notices_a_leak(stage: ScopeStage) -> None:
    entry, own = ENTRIES["GET /api/v1/findings/{finding_id}"], stage.world.values("")["finding.found"]
    summary = next(mark for mark in stage.world.marks if "summary-found" in mark)
    seen, stage.world.marks[summary] = stage.world.marks[summary], set()
    stage.ask("inspector", entry, own, "")
    stage.world.marks[summary] = seen
    assert [line for line in stage.wrong if summary in line]


def test_bulk_routes_are_in_the_matrix() -> None:
    assert len([key for key in ENTRIES if key.startswith(BULK)]) >= 10
