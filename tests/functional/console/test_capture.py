"""Capture by forms alone: a finding with photographs, notified at once, refused with what was typed, sent twice."""

import io

import pytest

from api.http.identifiers import NOBODY
from tests.fakes.browser import Browser, Page
from tests.fakes.client import PNG
from tests.worlds.http import World
from tests.worlds.people import NEIGHBOUR, UNIVERSITY


def browser_of(world: World, who: str) -> Browser:
    return Browser(world.app).signed_in(world.tokens[who])


def opened(world: World, who: str, query: str = "") -> tuple[Browser, Page, dict[str, str]]:
    browser = browser_of(world, who)
    page = browser.get(f"/findings/new{query}")
    return browser, page, page.filled_in("/findings/new")


def units_of(page: Page) -> dict[str, str]:
    """The units that a form offers, by name."""
    found = {}
    for label in page.root.iter("label"):
        for one in label.iter("input"):
            if one.get("name") == "organization_id":
                found["".join(label.itertext()).strip()] = one.get("value", "")
    return found


def test_a_finding_is_logged_with_photographs_and_the_next_one_is_a_touch_away(world_on_each: World) -> None:
    world = world_on_each
    browser, page, form = opened(world, "inspector")
    form |= {"organization_id": units_of(page)[UNIVERSITY], "summary": "监控有盲区", "severity": "general"}
    form["checklist_item_id"] = world.ids.checklist_item_id
    said = browser.send("/findings/new", form, files={"一.png": PNG, "二.png": PNG})
    (finding,) = world["inspector"].items("/findings")
    assert finding["number"] in said.title
    assert len(finding["evidence"]) == 2
    assert finding["checklist_item"]["number"] == "1-12"
    following = next(link for link in said.links() if link.startswith("/findings/new?organization_id="))
    assert browser.get(following).filled_in("/findings/new")["organization_id"] == world.ids.university_id


def test_a_form_that_is_sent_twice_logs_once(world: World) -> None:
    browser, page, form = opened(world, "inspector")
    form |= {"organization_id": units_of(page)[UNIVERSITY], "summary": "监控有盲区", "severity": "general"}
    form |= {"requirement": "补装摄像头", "deadline": "2021-04-23T17:00"}
    for _ in range(2):
        browser.send("/findings/new", form, files={"一.png": PNG})
    (finding,) = world["inspector"].items("/findings")
    assert (finding["state"], len(finding["evidence"])) == ("notified", 1)


def test_each_chooses_among_the_units_against_which_he_or_she_logs(world: World) -> None:
    assert set(units_of(opened(world, "university")[1])) == {UNIVERSITY}
    assert opened(world, "university")[2]["organization_id"] == world.ids.university_id
    mine = set(units_of(opened(world, "inspector")[1]))
    assert {UNIVERSITY, NEIGHBOUR} < mine
    assert mine.isdisjoint(units_of(opened(world, "other_inspector")[1]))
    assert "requirement" not in opened(world, "university")[2]  # a unit notifies nobody
    for who in ("bureau", "leadership", "admin"):
        browser_of(world, who).get("/findings/new", expect=403)


def test_deadlines_are_offered_as_days_of_the_calendar_and_the_notice_goes_out_at_once(world: World) -> None:
    browser, page, form = opened(world, "inspector")
    offered = [one.get("value", "") for one in page.root.iter("input") if one.get("name") == "deadline"]
    assert offered == ["2021-04-15T17:00", "2021-04-19T17:00", "2021-04-25T17:00", ""]  # a Sunday that is worked
    assert "5 个工作日" in page.text
    assert "2021年4月19日17:00" in page.text
    form |= {"organization_id": units_of(page)[UNIVERSITY], "summary": "监控有盲区", "severity": "major"}
    form |= {"requirement": "补装摄像头", "deadline": offered[1]}
    browser.send("/findings/new", form)
    (finding,) = world["university"].items("/findings")
    assert (finding["state"], finding["deadline"]) == ("notified", "2021-04-19T09:00:00Z")


def test_what_is_refused_logs_nothing_and_loses_nothing(world: World) -> None:
    browser, page, form = opened(world, "inspector")
    form |= {"organization_id": units_of(page)[UNIVERSITY], "summary": "监控有盲区", "requirement": "补装"}
    refused = browser.send("/findings/new", {**form, "severity": "general"}, files={"一.png": PNG}, expect=422)
    assert "期限" in refused.text  # a notice needs one
    assert world["inspector"].items("/findings") == []
    away = {**form, "requirement": "", "severity": "general", "inspection_id": NOBODY}
    gone = browser.send("/findings/new", away, expect=422)
    assert 'value="监控有盲区"' in gone.answer.get_data(as_text=True)
    again = refused.filled_in("/findings/new")
    assert 'value="监控有盲区"' in refused.answer.get_data(as_text=True)
    browser.send("/findings/new", {**form, **again, "deadline_other": "2021-04-23T17:00"})
    (finding,) = world["inspector"].items("/findings")
    assert len(finding["evidence"]) == 1
    for wrong in ({"organization_id": ""}, {"severity": "?"}, {"summary": "长" * 501}):
        browser.send("/findings/new", {**form, "severity": "general", **wrong}, expect=422)


def test_a_device_sends_photographs_first_and_is_told_in_json(world: World) -> None:
    browser = browser_of(world, "inspector")
    asked = {**browser.headers, "Accept": "application/json"}
    key = {**asked, "Idempotency-Key": "a-photo"}
    uploads = [  # the second time for the answer that was lost
        browser.ask("POST", "/evidence", data={"evidence_ids": png()}, headers=key) for _ in range(2)
    ]
    assert [one.status_code for one in uploads] == [201, 201]
    assert uploads[0].get_json() == uploads[1].get_json()
    entry = {"client_id": "of-a-device", "organization_id": world.ids.university_id, "summary": "监控有盲区"}
    entry |= {
        "severity": "general",
        "kept_evidence": uploads[1].get_json()["ids"][0],
        "found_at": "2021-04-12T01:30:00Z",
    }
    told = [browser.ask("POST", "/findings/new", data=entry, headers=asked) for _ in range(2)]
    assert [one.status_code for one in told] == [201, 201]
    assert told[0].get_json() == told[1].get_json()
    (finding,) = world["inspector"].items("/findings")
    assert (finding["found_at"], len(finding["evidence"])) == ("2021-04-12T01:30:00Z", 1)
    refused = browser.ask("POST", "/findings/new", data={**entry, "summary": ""}, headers=asked)
    assert (refused.status_code, list(refused.get_json()["errors"])) == (422, ["summary"])
    assert "：" in refused.get_json()["errors"]["summary"], "which field is meant"


def test_what_another_person_has_kept_on_the_device_waits_for_its_owner(world: World) -> None:
    browser, ids = browser_of(world, "inspector"), world.ids.person_ids
    entry = {"client_id": "of-a-device", "organization_id": world.ids.university_id, "summary": "监控有盲区"}
    entry["severity"] = "general"
    for owner, statuses in (("other_inspector", [401, 401]), ("inspector", [201, 201])):
        headers = {**browser.headers, "Accept": "application/json", "Duban-Sender": ids[owner]}
        told = [
            browser.ask("POST", "/evidence", data={"evidence_ids": png()}, headers=headers),
            browser.ask("POST", "/findings/new", data=entry, headers=headers),
        ]
        assert [one.status_code for one in told] == statuses
    assert len(world["inspector"].items("/findings")) == 1


def png() -> tuple[io.BytesIO, str]:
    return io.BytesIO(PNG), "现场.png"


def test_a_device_is_told_who_is_signed_in_and_a_stranger_that_nobody_is(world: World) -> None:
    asked = {"Accept": "application/json"}
    told = browser_of(world, "inspector").ask("GET", "/outbox/sender", headers=asked).get_json()
    assert told == {"duban": "sender", "person_id": world.ids.person_ids["inspector"], "now": "2021-04-12T02:00:00Z"}
    assert Browser(world.app).ask("GET", "/outbox/sender", headers=asked).status_code == 401
    assert Browser(world.app).ask("GET", "/sw.js").headers["Content-Security-Policy"].startswith("default-src 'none'")


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null"])
def test_no_other_site_logs_anything(world: World, origin: str) -> None:
    browser = browser_of(world, "inspector")
    headers = {"Sec-Fetch-Site": "cross-site", "Origin": origin, "Accept": "application/json"}
    for address in ("/findings/new", "/evidence"):
        assert browser.ask("POST", address, data={}, headers=headers).status_code == 403
