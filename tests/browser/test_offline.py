"""The rules of capture without a network, each from a real loss: nothing is lost, nothing is sent twice.

1 kept on every change · 2 one record each · 3 leaves only when accepted · 4 one tab sends · 5 photograph, then finding
6 its owner alone · 7 age, leaving, export · 8 a store that closes, or is none · 9 upgrades · 10 a known answer
11 what the worker keeps · 12 proof · 13 another release · 14 no worker
"""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Dialog, Route

from tests.browser.capturing import (
    NEW,
    at_capture,
    evidence_of,
    fill,
    in_books,
    kept,
    kept_offline,
    offline,
    opened,
    photo,
    save,
    store,
    until,
    until_sent,
)
from tests.browser.stage import PHONE, Stage, cookies_of

LINE = "duban-waiting a"
OVERHEAR = """const really = ServiceWorker.prototype.postMessage
ServiceWorker.prototype.postMessage = function (said) { sessionStorage.told = said; return really.call(this, said) }"""
TOLD = "() => sessionStorage.told ?? null"  # what a page has said to a worker
DAY = 24 * 3600 * 1000  # milliseconds


def test_rules_1_2_and_4_five_photographs_taken_without_a_network_arrive_once_when_it_is_back(stage: Stage) -> None:
    seat, page = kept_offline(stage, "断网五张", photos=5)
    assert "等待发送 1 条" in page.locator(LINE).inner_text()
    assert in_books(stage, "断网五张") == []
    assert page.locator("[name=organization_id]:checked").count() == 1  # the next one, same unit
    page = opened(seat)  # the worker opens the page, and the draft of the next one is empty
    assert page.locator("[name=summary]").input_value() == ""
    seat.context.set_offline(False)
    until_sent(page)
    assert evidence_of(stage, "断网五张") == [5]


def test_rule_3_what_is_refused_stays_with_its_sentence_until_it_is_edited(stage: Stage) -> None:
    seat, page = at_capture(stage)
    seat.watch.expect_status(422)
    fill(page, "写得不对")
    page.locator("[name=found_at]").evaluate("one => { one.value = '2031-01-01T00:00' }")
    save(page)
    page.get_by_role("alert").wait_for()
    assert "2031" not in page.get_by_role("alert").inner_text()
    seat.open("/outbox")
    page.get_by_role("link", name="修改", exact=True).click()
    page.wait_for_url(re.compile(rf"{NEW}\?round_id=.+#.+"))
    page.locator("[data-note=draft]").wait_for()
    page.locator("[name=found_at]").fill("")
    save(page)
    page.wait_for_url("**/logged")
    assert evidence_of(stage, "写得不对") == [0]


def test_rules_3_and_5_an_upload_that_breaks_off_and_an_answer_that_is_lost_are_tried_again(stage: Stage) -> None:
    seat, page = at_capture(stage)
    seat.watch.expect_no_network()
    seat.watch.expect_status(502)
    tried: list[str] = []

    def broken(route: Route) -> None:
        tried.append(route.request.url)
        if len(tried) == 1:
            route.abort()
        elif len(tried) == 2:
            route.fetch()  # it arrives, and its answer does not
            route.fulfill(status=502)
        else:
            route.continue_()

    page.route("**/evidence", broken)
    fill(page, "断断续续", photos=2)
    save(page)
    for _ in range(200):
        if in_books(stage, "断断续续"):
            break
        page.wait_for_timeout(100)
    assert evidence_of(stage, "断断续续") == [2]
    assert len(tried) >= 4


def test_rule_5_a_photograph_that_was_swept_away_meanwhile_is_sent_again(stage: Stage) -> None:
    seat, page = kept_offline(stage, "扫掉的照片", photos=1)
    seat.watch.expect_status(422)
    page.evaluate(
        """async (path) => { const store = await import(path); const [one] = await store.entriesOf()
        const [photo] = await store.photosOf(one.client_id)
        await store.keepPhoto({...photo, evidence_id: "7e570000-0000-4000-8000-000000000000"}) }""",
        store(page),
    )
    seat.context.set_offline(False)
    until_sent(page)
    assert evidence_of(stage, "扫掉的照片") == [1]


def test_rule_4_of_two_tabs_one_sends(stage: Stage) -> None:
    seat, page = kept_offline(stage, "两个标签页", photos=1)
    other = seat.context.new_page()
    seat.context.set_offline(False)
    other.goto(stage.address + "/help")
    page.evaluate("() => dispatchEvent(new Event('online'))")
    until_sent(other)
    assert evidence_of(stage, "两个标签页") == [1]


def test_rule_4_holds_without_locks_and_without_a_worker_as_over_plain_http(stage: Stage) -> None:
    seat = stage.seat("inspector", size=PHONE)
    seat.context.add_init_script(
        "delete Navigator.prototype.locks; delete Navigator.prototype.serviceWorker; delete Crypto.prototype.randomUUID"
    )
    page = opened(seat)
    assert "添加到主屏幕" in page.locator("[data-note=no_worker]").inner_text()  # rule 14
    offline(seat)
    fill(page, "没有锁", photos=1)
    save(page)
    kept(page)
    seat.context.set_offline(False)
    until_sent(page)
    assert evidence_of(stage, "没有锁") == [1]


def test_rule_6_only_its_owner_sees_and_sends_it(stage: Stage) -> None:
    seat, page = kept_offline(stage, "我的")
    seat.watch.expect_status(401)
    seat.context.clear_cookies()
    seat.context.set_offline(False)
    page.get_by_text("登录后发送 1 条").wait_for()
    assert "登录后发送 1 条" in seat.open("/sign-in").locator(LINE).inner_text()
    seat.context.add_cookies(cookies_of(stage, "other_inspector", "zh"))  # type: ignore[arg-type]
    page = seat.open("/outbox")
    page.get_by_text("没有等待发送的内容").wait_for()
    assert page.locator(LINE).count() == 0
    assert in_books(stage, "我的") == []
    seat.context.add_cookies(cookies_of(stage, "inspector", "zh"))  # type: ignore[arg-type]
    until_sent(seat.open("/"))
    assert evidence_of(stage, "我的") == [0]


def test_rule_7_age_is_said_leaving_is_asked_for_and_a_file_holds_everything(stage: Stage, tmp_path: Path) -> None:
    seat, page = kept_offline(stage, "昨天的", photos=1)
    page.evaluate(
        """async ([path, day]) => { const store = await import(path); const [one] = await store.entriesOf()
        await store.keep({...one, saved_at: one.saved_at - day - 60000}) }""",
        [store(page), DAY],
    )
    seat.context.set_offline(False)
    page.route("**/outbox/sender", lambda route: route.abort())
    seat.open("/outbox")
    page.get_by_text("超过 24 小时").wait_for()
    with page.expect_download() as downloading:
        page.get_by_role("button", name="导出为文件").click()
    downloading.value.save_as(tmp_path / "outbox.html")
    exported = (tmp_path / "outbox.html").read_text()
    assert "昨天的" in exported
    assert "data:image/" in exported
    asked: list[str] = []

    def refuse(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", refuse)
    page.locator("form[action='/sign-out'] button").first.dispatch_event("click")
    assert "未发送" in asked[0]
    assert page.url.endswith("/outbox")
    page.unroute("**/outbox/sender")
    until_sent(seat.open("/outbox"))
    (finding,) = in_books(stage, "昨天的")
    assert finding["found_at"] < "2021-04-11T03"  # a day before it was sent, by the office's clock
    page.get_by_text(finding["number"]).wait_for()  # rule 12: proof, on the device


def test_rule_8_a_store_that_closes_under_us_is_opened_again(stage: Stage) -> None:
    _, page = at_capture(stage)
    page.evaluate(
        """() => { const real = IDBDatabase.prototype.transaction; let closed = 0
        IDBDatabase.prototype.transaction = function (...given) {
          if (closed++ % 3 === 0) throw new DOMException("The database connection is closing.", "InvalidStateError")
          return real.apply(this, given) } }"""
    )
    fill(page, "内存不足", photos=2)
    save(page)
    page.wait_for_url("**/logged")
    assert evidence_of(stage, "内存不足") == [2]


def test_rule_8_where_nothing_can_be_kept_the_page_says_so_and_the_form_sends_itself(stage: Stage) -> None:
    seat = stage.seat("inspector", size=PHONE)
    seat.context.add_init_script("IDBFactory.prototype.open = () => { throw new DOMException('no', 'SecurityError') }")
    page = seat.open(NEW)
    page.locator("[data-note=no_storage]").wait_for()
    fill(page, "无痕模式")
    page.locator("[name=evidence_ids][multiple]").set_input_files([photo(1)])
    save(page)
    page.wait_for_url("**/logged")
    assert evidence_of(stage, "无痕模式") == [1]


def test_rule_9_an_upgrade_keeps_what_a_filled_store_holds(stage: Stage) -> None:
    seat = stage.seat("inspector", size=PHONE)
    seat.watch.expect_status(404)  # of an icon for what is no page
    seat.page.goto(f"{stage.address}/sign-in")
    path = store(seat.page)
    seat.page.goto(stage.address + path[path.index("/static") :].replace("elements/store.js", "icon.svg"))
    seat.page.evaluate(
        """async ([path, owner, unit, bytes]) => {
          await new Promise((done) => { indexedDB.deleteDatabase("duban").onsuccess = done })
          const store = await import(path), db = await store.open(store.STEPS.slice(0, 1))
          const fields = { client_id: "old", organization_id: unit, summary: "旧版本里的", severity: "general" }
          const writing = db.transaction(["entries", "photos"], "readwrite")
          const entry = { client_id: "old", owner, state: "waiting", saved_at: Date.now(), fields }
          writing.objectStore("entries").put(entry)
          writing.objectStore("photos").put({ client_id: "old", n: 0, key: "old-photo", name: "一.png",
            type: "image/png", content: new Uint8Array(bytes).buffer })
          await new Promise((done) => { writing.oncomplete = done })
          db.close() }""",
        [path, stage.world.ids.person_ids["inspector"], stage.world.ids.university_id, list(photo(1)["buffer"])],
    )
    until_sent(seat.open("/"))
    assert evidence_of(stage, "旧版本里的") == [1]


def test_rule_10_a_stranger_that_answers_200_is_no_network(stage: Stage) -> None:
    seat, page = kept_offline(stage, "酒店网络")
    page.route("**/outbox/sender", lambda route: route.fulfill(status=200, body="<h1>Welcome</h1>"))
    seat.context.set_offline(False)
    page.wait_for_timeout(300)
    assert "等待发送 1 条" in page.locator(LINE).inner_text()
    page.unroute("**/outbox/sender")
    until_sent(page)
    assert evidence_of(stage, "酒店网络") == [0]


def test_rule_11_the_worker_keeps_the_page_of_capture_alone_until_its_reader_signs_out(stage: Stage) -> None:
    seat, page = at_capture(stage, "team_head")  # whose sign-in ends here
    seat.watch.expect_status(404)
    for place in ("/", "/findings", NEW, "/nowhere", "/outbox"):  # one of which does not know who reads it
        seat.open(place)
    held = page.evaluate(
        """async () => { const all = {}
        for (const name of await caches.keys())
          all[name] = (await (await caches.open(name)).keys()).map((one) => one.url.slice(origin.length))
        return all }"""
    )
    (name,) = held
    assert name.endswith(stage.world.ids.person_ids["team_head"])
    assert {address for address in held[name] if not address.startswith("/static/")} == {
        NEW,  # the round used last
        f"{NEW}?round_id={stage.world.ids.round_id}",
    }
    page.evaluate("() => document.querySelector(\"form[action='/sign-out']\").submit()")
    page.wait_for_url("**/sign-in*")
    until(page, "async () => !(await caches.keys()).length")


def test_rule_13_another_worker_waits_while_something_is_written(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    seat, _ = at_capture(stage)
    seat.context.add_init_script(OVERHEAR)
    page = opened(seat)  # which the worker has opened
    fill(page, "正在写")
    monkeypatch.setattr("api.console.outbox.address_of", lambda _name: "/another-release/")
    is_waiting = "async () => Boolean((await navigator.serviceWorker.getRegistration()).waiting)"
    page.evaluate("async () => (await navigator.serviceWorker.getRegistration()).update()")
    until(page, is_waiting)
    page = opened(seat)
    assert (page.evaluate(is_waiting), page.evaluate(TOLD)) == (True, None)
    page.get_by_role("button", name="丢弃草稿").click()
    page.locator("[data-note=draft]").wait_for(state="detached")
    page = opened(seat)
    until(page, f"async () => ({TOLD})() === 'take over'")  # at once or, as browsers like it, when the page is left
    until(seat.open("/outbox"), f"async () => !(await navigator.serviceWorker.getRegistration('{NEW}')).waiting")
