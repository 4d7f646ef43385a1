"""The security log by the door: what leaves an entry, how failures are bounded, who reads it, and request ids."""

from collections import Counter
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from service.audit.verify import verify
from service.security_log.checking import check_export
from service.security_log.list import is_more_than, security_entries
from tests.worlds.http import PASSWORD, World
from workflows.security import SecurityKind

LOG = "/security-log"


def entries(world: World, *kinds: str) -> list[Any]:
    """Of these kinds, the oldest first."""
    with world.session() as session:
        found = security_entries(session, limit=200).items
    return [entry for entry in reversed(found) if entry.kind in kinds]


def sign_in(world: World, username: str, password: str = PASSWORD, **environ: str) -> int:
    body = {"username": username, "password": password}
    answer = world.anonymous.call("POST", "/tokens", json=body, environ_base={"REMOTE_ADDR": "203.0.113.9", **environ})
    code: int = answer.status_code
    return code


def test_sign_ins_good_and_bad_are_on_record_with_who_and_from_where(world_on_each: World) -> None:
    world = world_on_each
    inspector = world.ids.person_ids["inspector"]
    assert (sign_in(world, "inspector"), sign_in(world, "inspector", "wrong")) == (201, 401)
    assert sign_in(world, "My-Passw0rd!", "wrong") == 401
    good, bad, nobody = entries(world, "sign_in")
    assert [(one.outcome, one.person_id, one.address) for one in (good, bad)] == [
        ("success", inspector, "203.0.113.9"),
        ("failure", inspector, "203.0.113.9"),
    ]
    assert (nobody.person_id, len(nobody.name_hash), bad.name_hash) == (None, 16, None)
    assert not any(word in nobody.canonical.lower() for word in ("passw0rd", "wrong"))
    with world.session() as session:
        assert [fault.kind for fault in verify(session) if "security" in (fault.kind, fault.field or "")] == []


def test_what_is_malformed_leaves_nothing(world: World) -> None:
    for body in ({}, {"username": "inspector"}, {"username": "inspector", "password": 1}):
        assert world.anonymous.call("POST", "/tokens", json=body).status_code == 422
    assert entries(world, "sign_in") == []


def test_failures_are_told_singly_at_first_and_then_summed(world: World) -> None:
    codes = Counter(sign_in(world, "inspector", "wrong") for _ in range(30))
    assert codes == {401: 10, 429: 20}
    told = [(one.outcome, one.count) for one in entries(world, "sign_in")]
    assert told == [("failure", 1)] * 5 + [("blocked", 1)] * 5, "the first ones of each; the rest waits"
    world.clock.at = world.clock.at.replace(minute=59, hour=world.clock.at.hour + 1)
    world.anonymous.call("GET", "/me")
    world["leader"].call("GET", "/me")
    summed = [(one.outcome, one.count) for one in entries(world, "sign_in")][10:]
    assert sorted(summed) == [("blocked", 15), ("failure", 5)]


def test_many_names_and_addresses_leave_few_entries(world: World) -> None:
    notes = world.app.extensions["duban.security_notes"].summing
    for number in range(3):
        sign_in(world, f"nobody-{number}", "wrong", REMOTE_ADDR=f"198.51.100.{number}")
    assert len(entries(world, "sign_in")) == 3
    notes._singly["strangers"] = 100
    for number in range(3, 6):
        sign_in(world, f"nobody-{number}", "wrong", REMOTE_ADDR=f"198.51.100.{number}")
    assert len(entries(world, "sign_in")) == 3, "none has an entry of its own any more"
    assert sum(one.count for one in notes.rest()) == 3


def test_accounts_tokens_calendars_and_ledgers_are_on_record(world: World) -> None:
    admin, leader, person = world["admin"], world["leader"], world.ids.person_ids["inspector"]
    assert leader.call("POST", "/me/calendar").status_code == 201
    assert leader.call("DELETE", "/me/calendar").status_code == 204
    assert leader.call("POST", "/documents", json={"kind": "ledger"}).status_code == 201
    assert admin.call("POST", f"/people/{person}/disabling", json={"reason": "调离"}).status_code == 200
    assert admin.call("POST", f"/people/{person}/enabling", json={"reason": "返岗"}).status_code == 200
    assert leader.call("DELETE", "/tokens/current").status_code == 204
    told = [one.kind for one in entries(world, *SecurityKind)]
    ended = ["account_closed", "account_opened", "sign_out"]
    assert told == ["calendar_made", "calendar_ended", "ledger_export", *ended]


def test_who_asks_again_and_again_for_what_is_not_shown_is_on_record_once(world: World) -> None:
    for _ in range(12):
        assert world["university"].call("GET", LOG).status_code == 403
    (entry,) = entries(world, "sight_refused")
    assert (entry.person_id, entry.count, entry.outcome) == (world.ids.person_ids["university"], 10, "blocked")


def test_an_administrator_reads_it_page_by_page_and_that_is_on_record(world: World) -> None:
    for _ in range(3):
        sign_in(world, "inspector")
    first = world["admin"].call("GET", LOG, query_string={"limit": "2", "kind": "sign_in"}).get_json()
    assert [one["person"]["name"] is not None for one in first["items"]] == [True, True]
    assert first["items"][0]["position"] > first["items"][1]["position"]
    query = {"limit": "2", "kind": "sign_in", "cursor": first["next_cursor"]}
    rest = world["admin"].call("GET", LOG, query_string=query).get_json()
    assert (len(rest["items"]), rest["next_cursor"]) == (1, None)
    assert world["admin"].call("GET", LOG, query_string={"cursor": "17"}).status_code == 422
    assert [one.data["filters"] for one in entries(world, "log_read")] == [["kind"], ["kind"]]
    none = world["admin"].call("GET", LOG, query_string={"until": "2020-01-01T00:00:00Z"}).get_json()
    assert none["items"] == []


def test_a_request_has_an_id_that_only_a_trusted_proxy_may_give(world: World) -> None:
    own = world.anonymous.call("GET", "/me", headers={"X-Request-ID": "given-by-a-stranger"})
    assert len(own.headers["X-Request-ID"]) == 32
    proxied = world.another(trusted_proxies=(ip_network("127.0.0.1/32"),))
    given = proxied.anonymous.call("GET", "/me", headers={"X-Request-ID": "given-by-the-proxy"})
    assert given.headers["X-Request-ID"] == "given-by-the-proxy"
    forged = proxied.anonymous.call("GET", "/me", headers={"X-Request-ID": "two\twords and more"})
    assert len(forged.headers["X-Request-ID"]) == 32


def test_a_request_leaves_one_line_without_what_it_was_about(world: World) -> None:
    with capture_logs() as lines:
        answer = world["admin"].call("GET", "/people", query_string={"q": "王某"})
    (line,) = [line for line in lines if line["event"] == "request"]
    assert (line["method"], line["route"], line["status"]) == ("GET", "/api/v1/people", 200)
    assert line["account"] == world.ids.person_ids["admin"]
    assert line["bytes"] == len(answer.get_data())
    assert "王某" not in str(line)
    assert world.tokens["admin"] not in str(line)


def test_strangers_who_are_refused_again_and_again_share_their_lines(world: World) -> None:
    with capture_logs() as lines:
        for _ in range(100):
            world.anonymous.call("GET", "/nothing-of-the-kind")
    assert len([line for line in lines if line["event"] == "request"]) == 60


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_an_export_can_be_checked_by_whoever_has_it_and_is_on_record(world: World, tmp_path: Path, form: str) -> None:
    for username in ("inspector", "=cmd|' /C calc'!A0", "leader"):
        sign_in(world, username)
    admin = world["admin"]
    answer = admin.call("GET", f"{LOG}/export", query_string={"format": form})
    assert answer.headers["Content-Disposition"].endswith(f".{form}")
    file = tmp_path / f"log.{form}"
    file.write_bytes(answer.get_data())
    found = check_export(file)
    assert (found.entries, found.gaps, found.broken) == (3, 0, [])
    (export,) = entries(world, "log_export")
    assert (export.person_id, export.data) == (world.ids.person_ids["admin"], {"filters": [], "format": form})
    for word, other in (("203.0.113.9", "203.0.113.8"), ("failure", "success")):
        file.write_text(file.read_text("utf-8-sig").replace(word, other, 1), "utf-8-sig" if form == "csv" else "utf-8")
        assert len(check_export(file).broken) >= 1
    asked = {"format": form, "kind": "log_export", "until": "2020-01-01T00:00:00Z"}
    none = admin.call("GET", f"{LOG}/export", query_string=asked)
    assert len(none.get_data().splitlines()) == (1 if form == "csv" else 0)
    for _ in range(5):
        admin.call("GET", f"{LOG}/export", query_string=asked)
    assert [one.count for one in entries(world, "log_export")] == [1] * 7, "each has its own entry"


def test_whether_more_entries_are_wanted_than_an_export_holds_is_asked_first(world: World) -> None:
    for _ in range(2):
        sign_in(world, "inspector")
    with world.session() as session:
        assert [is_more_than(session, number) for number in (1, 2)] == [True, False]
