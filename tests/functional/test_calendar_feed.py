"""The calendar over HTTP: an address that is a secret, shown once, revocable, and cheap to ask again."""

from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.models import CalendarFeed, IdempotencyKey
from tests.build.strict_calendar import events
from tests.worlds.http import World


def opened(world: World, who: str, **headers: str) -> str:
    """The path of a new address."""
    url: str = world[who].post("/me/calendar", headers=headers)["url"]
    assert url.startswith("http://127.0.0.1:8000/calendar/")
    assert url.endswith(".ics")
    return urlsplit(url).path


def test_a_program_that_knows_the_address_reads_the_calendar(world: World) -> None:
    finding = world.rectifying(summary="监控有盲区，情况特殊")
    answer = world.anonymous.call("GET", opened(world, "university"))
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"] == "private, max-age=300"
    (event,) = events(answer.data)
    assert event["UID"] == f"finding-{finding['id']}@duban"
    assert event["SUMMARY"] == f"整改期限：{finding['number']} 明河龙湖学院（整改中）"
    assert event["URL"] == f"http://127.0.0.1:8000/findings/{finding['id']}"
    assert "盲区" not in answer.text


def test_a_calendar_that_has_not_changed_is_not_sent_again(world: World) -> None:
    finding = world.rectifying()
    path = opened(world, "inspector")
    tag = world.anonymous.call("GET", path).headers["ETag"]
    known = {"If-None-Match": tag}
    assert world.anonymous.call("GET", path, headers=known).status_code == 304
    assert world.anonymous.call("HEAD", path, headers=known).status_code == 304
    world.submit(finding["id"])
    assert world.anonymous.call("GET", path, headers=known).status_code == 200


def test_an_address_that_is_revoked_replaced_or_made_up_is_none(world: World) -> None:
    first, second = opened(world, "inspector"), opened(world, "inspector")
    third = opened(world, "leader")
    assert world["leader"].call("DELETE", "/me/calendar").status_code == 204
    answers = [world.anonymous.call("GET", path) for path in (first, third, "/calendar/made-up.ics")]
    assert {(answer.status_code, answer.text, answer.headers.get("ETag")) for answer in answers} == {
        (404, answers[-1].text, None)
    }
    assert world.anonymous.call("GET", second).status_code == 200
    assert world["leader"].call("DELETE", "/me/calendar").status_code == 204


def test_a_repeat_with_its_key_gives_the_same_address_of_which_no_copy_is_kept(world: World) -> None:
    path = opened(world, "district", **{"Idempotency-Key": "calendar-1"})
    assert opened(world, "district", **{"Idempotency-Key": "calendar-1"}) == path
    assert opened(world, "inspector", **{"Idempotency-Key": "calendar-1"}) != path
    assert world.anonymous.call("GET", path).status_code == 200
    secret = path.removeprefix("/calendar/").removesuffix(".ics")
    with Session(world.engine) as session:
        assert {row.body for row in session.scalars(select(IdempotencyKey))} == {""}
        kept = [row.hash for row in session.scalars(select(CalendarFeed))]
        assert len(kept) == 2
        assert secret not in kept
    body = {"json": {}, "headers": {"Idempotency-Key": "x" * 201}}
    assert world["district"].call("POST", "/me/calendar", **body).status_code == 422


def test_whoever_asks_without_end_is_told_to_wait(world: World) -> None:
    path = opened(world, "leader")
    answers = [world.anonymous.call("GET", path).status_code for _ in range(61)]
    assert answers == [200] * 60 + [429]
    assert world.anonymous.call("GET", opened(world, "inspector")).status_code == 200
    assert world["leader"].call("GET", "/me").status_code == 200


def test_nobody_gets_an_address_without_signing_in(world: World) -> None:
    for method in ("POST", "DELETE"):
        assert world.anonymous.call(method, "/me/calendar").status_code == 401
    assert world.anonymous.call("POST", opened(world, "leader")).status_code == 405
