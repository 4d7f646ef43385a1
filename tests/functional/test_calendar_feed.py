"""The calendar over HTTP: an address that is a secret, shown once, revocable, and cheap to ask again."""

from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.models import CalendarFeed, IdempotencyKey
from tests.build.strict_calendar import events
from tests.functional.conftest import Stage


def opened(stage: Stage, who: str, **headers: str) -> str:
    """The path of a new address."""
    url: str = stage[who].post("/me/calendar", headers=headers)["url"]
    assert url.startswith("http://127.0.0.1:8000/calendar/")
    assert url.endswith(".ics")
    return urlsplit(url).path


def test_a_program_that_knows_the_address_reads_the_calendar(stage: Stage) -> None:
    finding = stage.rectifying(summary="监控有盲区，情况特殊")
    answer = stage.anonymous.call("GET", opened(stage, "university"))
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"] == "private, max-age=300"
    (event,) = events(answer.data)
    assert event["UID"] == f"finding-{finding['id']}@duban"
    assert event["SUMMARY"] == f"整改期限：{finding['number']} 中原示例学院（整改中）"
    assert event["URL"] == f"http://127.0.0.1:8000/findings/{finding['id']}"
    assert "盲区" not in answer.text


def test_a_calendar_that_has_not_changed_is_not_sent_again(stage: Stage) -> None:
    finding = stage.rectifying()
    path = opened(stage, "inspector")
    tag = stage.anonymous.call("GET", path).headers["ETag"]
    known = {"If-None-Match": tag}
    assert stage.anonymous.call("GET", path, headers=known).status_code == 304
    assert stage.anonymous.call("HEAD", path, headers=known).status_code == 304
    stage.submit(finding["id"])
    assert stage.anonymous.call("GET", path, headers=known).status_code == 200


def test_an_address_that_is_revoked_replaced_or_made_up_is_none(stage: Stage) -> None:
    first, second = opened(stage, "inspector"), opened(stage, "inspector")
    third = opened(stage, "leader")
    assert stage["leader"].call("DELETE", "/me/calendar").status_code == 204
    answers = [stage.anonymous.call("GET", path) for path in (first, third, "/calendar/made-up.ics")]
    assert {(answer.status_code, answer.text, answer.headers.get("ETag")) for answer in answers} == {
        (404, answers[-1].text, None)
    }
    assert stage.anonymous.call("GET", second).status_code == 200
    assert stage["leader"].call("DELETE", "/me/calendar").status_code == 204


def test_a_repeat_with_its_key_gives_the_same_address_of_which_no_copy_is_kept(stage: Stage) -> None:
    path = opened(stage, "district", **{"Idempotency-Key": "calendar-1"})
    assert opened(stage, "district", **{"Idempotency-Key": "calendar-1"}) == path
    assert opened(stage, "inspector", **{"Idempotency-Key": "calendar-1"}) != path
    assert stage.anonymous.call("GET", path).status_code == 200
    secret = path.removeprefix("/calendar/").removesuffix(".ics")
    with Session(stage.engine) as session:
        assert {row.body for row in session.scalars(select(IdempotencyKey))} == {""}
        kept = [row.hash for row in session.scalars(select(CalendarFeed))]
        assert len(kept) == 2
        assert secret not in kept
    body = {"json": {}, "headers": {"Idempotency-Key": "x" * 201}}
    assert stage["district"].call("POST", "/me/calendar", **body).status_code == 422


def test_whoever_asks_without_end_is_told_to_wait(stage: Stage) -> None:
    path = opened(stage, "leader")
    answers = [stage.anonymous.call("GET", path).status_code for _ in range(61)]
    assert answers == [200] * 60 + [429]
    assert stage.anonymous.call("GET", opened(stage, "inspector")).status_code == 200
    assert stage["leader"].call("GET", "/me").status_code == 200


def test_nobody_gets_an_address_without_signing_in(stage: Stage) -> None:
    for method in ("POST", "DELETE"):
        assert stage.anonymous.call(method, "/me/calendar").status_code == 401
    assert stage.anonymous.call("POST", opened(stage, "leader")).status_code == 405
