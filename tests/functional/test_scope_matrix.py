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
from tests.functional.scope_objects import SIDES
from tests.functional.scope_world import ScopeWorld, open_scope_world
from tests.worlds.people import PEOPLE

ENTRIES = entries()
CLOSED = [entry for entry in ENTRIES.values() if not entry.public]
ON_OBJECTS = [entry for entry in CLOSED if entry.object]
NESTED = [(entry, place) for entry in CLOSED for place in entry.nested]


@pytest.fixture(scope="module")
def built(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ScopeWorld]:
    with open_scope_world(sqlite_template, tmp_path_factory.mktemp("scope")) as world:
        yield world


@pytest.fixture
def world(built: ScopeWorld) -> ScopeWorld:
    built.restore()
    built.wrong.clear()
    return built


def key_of(entry: Entry) -> str:
    return entry.key


def test_every_route_has_its_entry_in_the_matrix(world: ScopeWorld) -> None:
    assert routes(world.app) == set(ENTRIES), "write the missing entries into scope.toml, take out the others"


@pytest.mark.parametrize("entry", ON_OBJECTS, ids=key_of)
def test_a_strangers_object_looks_like_none_and_ones_own_answers_by_role(world: ScopeWorld, entry: Entry) -> None:
    for who, (role, *_) in PEOPLE.items():
        for side in SIDES:
            assert entry.object is not None
            answered = _ask_about(world, entry, who, side)
            if world.objects.sees(who, side, entry.object):
                assert answered == entry.expected(role), f"{who} on {side or 'first'}: {answered}"
    assert world.wrong == []


def _ask_about(world: ScopeWorld, entry: Entry, who: str, side: str) -> int:
    """Ask about one object; when the caller does not see it, it must look like an unknown one."""
    assert entry.object is not None
    object_id = world.objects.values(side)[entry.object]
    answer = world.ask(who, entry, object_id, side)
    if not world.objects.sees(who, side, entry.object):
        unknown = world.ask(who, entry, UNKNOWN, side)
        assert told_apart(answer, object_id) == told_apart(unknown, UNKNOWN), f"{who} can tell {entry.object} from none"
        assert list(statuses(answer, entry)) == [404], f"{who} on {side or 'first'}: {answer.text}"
    return next(statuses(answer, entry))


@pytest.mark.parametrize("entry", [entry for entry in CLOSED if not entry.object], ids=key_of)
def test_lists_and_creations_answer_by_role_and_show_nothing_of_strangers(world: ScopeWorld, entry: Entry) -> None:
    for who, (role, *_) in PEOPLE.items():
        answer = world.ask(who, entry, None, world.objects.side_of(who))
        lawful = entry.expected(role)
        if who == "neighbour" and entry.method == "POST" and lawful == 201 and "organization_id" in (entry.body or {}):
            lawful = 422  # its own role may, but the organization is the university's
        assert answer.status_code == lawful, f"{who}: {answer.get_data(as_text=True)}"
    assert world.wrong == []


@pytest.mark.parametrize(("entry", "place"), NESTED, ids=lambda part: part.key if isinstance(part, Entry) else part)
def test_a_strangers_object_within_a_request_looks_like_none(world: ScopeWorld, entry: Entry, place: str) -> None:
    name, status = entry.nested[place]
    for who in entry.performers():
        answers = []
        for id_ in (world.objects.values("other_")[name], UNKNOWN):
            own = world.objects.values("")[entry.object] if entry.object else None
            if who in ("leadership", "bureau", "committee", "admin") and entry.method == "GET":
                continue  # they see both districts
            answer = world.ask(who, exchanged(entry, place, id_), own, "")
            assert list(statuses(answer, entry)) == [status], f"{who}: {answer.get_data(as_text=True)}"
            answers.append(told_apart(answer, id_, own))
        assert len(set(map(repr, answers))) <= 1, f"{who} can tell a stranger's {name} from none"
    assert world.wrong == []


@pytest.mark.parametrize("entry", CLOSED, ids=key_of)
def test_nobody_gets_in_without_a_token(world: ScopeWorld, entry: Entry) -> None:
    own = world.objects.values("")[entry.object] if entry.object else None
    answers = {
        told_apart(ask(world.app, token, entry, id_, world.objects.values("")), id_)[0]
        for token in (None, "no-such-token", "")
        for id_ in (own, UNKNOWN)
    }
    assert answers == {401}


@pytest.mark.parametrize("entry", [entry for entry in ENTRIES.values() if entry.public], ids=key_of)
def test_public_routes_answer_everybody_and_tell_nothing(world: ScopeWorld, entry: Entry) -> None:
    answer = ask(world.app, None, entry, None, {})
    assert answer.status_code == entry.answers, answer.get_data(as_text=True)
    assert leaks(answer, "nobody", world.objects) == []


def test_of_three_administrators_kept_apart_none_does_the_work_of_another(world: ScopeWorld) -> None:
    wrong = []
    for entry in CLOSED:
        if entry.key == "DELETE /api/v1/tokens/current":
            continue  # it ends the token that the next ones come with
        for role, token in world.administrators.items():
            answer = ask(world.apart, token, entry, UNKNOWN, world.objects.values(""))
            if entry.method != "GET" and answer.status_code < 300:
                world.restore()
            refused = answer.status_code == 403
            if (entry.is_closed_to(role) and not refused) or (role in entry.may and refused):
                wrong.append(f"{role} in {entry.key}: {answer.status_code}")
    assert wrong == []


def test_a_bulk_call_tells_no_more_of_strangers_than_of_none(world: ScopeWorld) -> None:
    own, strange = (world.objects.values(side)["finding.notified"] for side in SIDES)
    answer = Client(world.app, world.tokens["university"]).post(
        "/findings/bulk/receipt", {"ids": [strange, own, UNKNOWN]}, expect=200
    )
    first, done, last = answer["results"]
    assert (first["status"], done["status"], last["status"]) == (404, 200, 404)
    assert {**first, "id": ""} == {**last, "id": ""}


def test_a_key_of_somebody_else_does_not_give_his_or_her_answer(world: ScopeWorld) -> None:
    entry = ENTRIES["POST /api/v1/findings/{finding_id}/receipt"]
    own, headers = world.objects.values("")["finding.notified"], {"Idempotency-Key": "the-same-for-everybody"}
    calls = {
        who: Client(world.app, world.tokens[who]).call(
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


def test_a_cursor_of_somebody_else_opens_nothing(world: ScopeWorld) -> None:
    paged = {"/findings": "cursor", "/rectification-notices": "cursor", "/events": "after", "/organizations": "cursor"}
    for path, name in paged.items():
        far = Client(world.app, world.tokens["leadership"]).get(path, limit=1)["next_cursor"]
        for who, token in world.tokens.items():
            answer = Client(world.app, token).call("GET", path, query_string={name: far, "limit": "200"})
            sealed = path == "/events" and who != "leadership"  # a feed's cursor is for one reader alone
            assert answer.status_code == (422 if sealed else 200)
            assert leaks(answer, who, world.objects) == [], f"{who} with a cursor of {path}"


def test_the_matrix_notices_a_leak(world: ScopeWorld) -> None:
    entry, own = ENTRIES["GET /api/v1/findings/{finding_id}"], world.objects.values("")["finding.found"]
    summary = next(mark for mark in world.objects.marks if "summary-found" in mark)
    seen, world.objects.marks[summary] = world.objects.marks[summary], set()
    world.ask("inspector", entry, own, "")
    world.objects.marks[summary] = seen
    assert [line for line in world.wrong if summary in line]


def test_bulk_routes_are_in_the_matrix() -> None:
    assert len([key for key in ENTRIES if key.startswith(BULK)]) >= 10
