"""Alerts and events over HTTP: what one was told, and what happened as far as one may know."""

import base64
import re

from tests.worlds.http import World, local


def test_an_alert_says_what_to_do_in_the_readers_language(world: World) -> None:
    finding = world.notified()
    (alert,) = world["university"].items("/alerts")
    assert set(alert) == {"id", "event_id", "finding_id", "about", "kind", "text", "created_at", "acknowledged_at"}
    assert (alert["kind"], alert["finding_id"]) == ("notify", finding["id"])
    assert "限期整改通知书" in alert["text"]
    assert finding["number"] in alert["text"]
    assert finding["summary"] not in alert["text"]


def test_an_acknowledgement_is_kept_and_doing_it_again_changes_nothing(world_on_each: World) -> None:
    world = world_on_each
    world.logged(severity="major")
    (alert,) = world["leader"].items("/alerts", unacknowledged="true")
    path = f"/alerts/{alert['id']}/acknowledgement"
    first = world["leader"].post(path, expect=200)
    assert first["acknowledged_at"]
    world.go(local(4, 13))
    assert world["leader"].post(path, expect=200) == first
    assert world["leader"].items("/alerts", unacknowledged="true") == []
    world["university"].post(path, expect=404)


def test_alerts_come_in_pages_the_newest_first(world: World) -> None:
    for _ in range(3):
        world.logged(severity="major")
        world.clock.at = world.clock.at.replace(minute=world.clock.at.minute + 1)
    pages = list(world["leader"].pages("/alerts", limit=2))
    assert [len(page) for page in pages] == [2, 1]
    told_at = [alert["created_at"] for page in pages for alert in page]
    assert told_at == sorted(told_at, reverse=True)


def test_an_event_tells_who_did_what_and_the_chain_holds(world: World) -> None:
    finding = world.notified()
    world.go(local(4, 14))
    log, notify, deemed = world["inspector"].items(f"/findings/{finding['id']}/events")
    assert log["actor"] == {"id": world.ids.person_ids["inspector"], "name": "陈一鸣", "role": "inspector"}
    assert (log["move"], log["from"], log["to"], log["previous_hash"]) == ("log", None, "found", None)
    assert (notify["from"], notify["to"], notify["previous_hash"]) == ("found", "notified", log["hash"])
    assert deemed["actor"] == {"id": None, "name": None, "role": "system"}
    assert deemed["data"]["due_at"] == "2021-04-13T09:00:00+00:00"


def test_internal_reasons_and_breaches_are_not_for_the_unit(world: World) -> None:
    finding = world.rectifying()
    world["inspector"].move(f"/findings/{finding['id']}/refusal", {"reason": "校长称经费不足，态度消极"})
    world.go(local(4, 20))
    seen = {who: world[who].items(f"/findings/{finding['id']}/events") for who in ("university", "inspector")}
    moves = {who: {event["move"] for event in events} for who, events in seen.items()}
    assert "breach" in moves["inspector"]
    assert "breach" not in moves["university"]
    reasons = {who: [e["reason"] for e in events if e["move"] == "refuse"] for who, events in seen.items()}
    assert reasons == {"university": [None], "inspector": ["校长称经费不足，态度消极"]}


def test_that_the_opinion_was_late_is_not_for_the_unit(world: World) -> None:
    finding = world.notified(severity="major")
    world.go(local(5, 10))
    said = {
        who: [
            "opinion_overdue" in event["data"]
            for event in world[who].items(f"/findings/{finding['id']}/events")
            if (event["move"], event["escalation_level"]) == ("escalate", 2)
        ]
        for who in ("university", "district", "leader")
    }
    assert said == {"university": [False], "district": [False], "leader": [True]}


def test_the_feed_goes_on_where_it_stopped(world_on_each: World) -> None:
    world = world_on_each
    world.notified()
    first = world["inspector"].get("/events", limit=1)
    assert [event["move"] for event in first["items"]] == ["log"]
    rest = world["inspector"].get("/events", after=first["next_cursor"])
    assert [event["move"] for event in rest["items"]] == ["notify"]
    nothing = world["inspector"].get("/events", after=rest["next_cursor"])
    assert (nothing["items"], nothing["next_cursor"]) == ([], rest["next_cursor"])
    world.logged()
    assert len(world["inspector"].items("/events", after=rest["next_cursor"])) == 1
    assert world["other_inspector"].items("/events") == []


def test_a_cursor_of_the_feed_tells_nothing_and_holds_for_its_reader_alone(world: World) -> None:
    for _ in range(3):
        world.notified()
    cursors = {who: world[who].get("/events", limit=1)["next_cursor"] for who in ("university", "inspector")}
    longer = world["university"].get("/events", limit=200)["next_cursor"]
    decoded = [base64.urlsafe_b64decode(cursor + "==") for cursor in (*cursors.values(), longer)]
    assert {len(text) for text in decoded} == {len(decoded[0])}
    assert not any(re.search(rb"[0-9]-[0-9]", text) for text in decoded)
    assert world["university"].items("/events", after=cursors["university"])
    for cursor in (cursors["inspector"], "0-1", longer[:-2]):
        assert "after" in world["university"].get("/events", expect=422, after=cursor)["errors"]
