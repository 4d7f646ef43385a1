"""What waits on a device: each its own, one by one, as it stands when its turn comes."""

from pathlib import Path

from playwright.sync_api import Route

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
    save,
    store,
    until,
    until_sent,
)
from tests.browser.conftest import ARGUMENTS, CHROMIUM
from tests.browser.stage import PHONE, Seat, Stage, cookies_of, options_of

DAY = 24 * 3600 * 1000  # milliseconds


def test_each_visit_of_the_page_that_was_put_aside_is_another_finding(stage: Stage) -> None:
    seat, page = at_capture(stage)
    offline(seat)
    for number in range(3):
        page = opened(seat)
        fill(page, f"第{number}次打开", photos=number)
        save(page)
        kept(page)
    seat.context.set_offline(False)
    until_sent(page)
    assert [evidence_of(stage, f"第{number}次打开") for number in range(3)] == [[0], [1], [2]]


def test_a_photograph_that_is_refused_stops_its_finding_alone(stage: Stage) -> None:
    seat, page = kept_offline(stage, "照片不收", photos=1)
    seat.watch.expect_status(413)
    fill(page, "后面一条")
    save(page)
    kept(page)
    page.route("**/evidence", lambda route: route.fulfill(status=413, body="<h1>Too large</h1>"))
    seat.context.set_offline(False)
    page.get_by_text("1 条未被接受").wait_for()
    until(page, "async (path) => (await (await import(path)).entriesOf()).length === 1", store(page))
    (held,) = page.evaluate("async (path) => (await import(path)).entriesOf()", store(page))
    assert (held["state"], held["refusal"]) == ("refused", "413")
    assert (in_books(stage, "照片不收"), evidence_of(stage, "后面一条")) == ([], [0])


def test_what_is_discarded_while_others_are_sent_stays_away(stage: Stage) -> None:
    seat, page = kept_offline(stage, "先发出")
    fill(page, "已丢弃")
    save(page)
    kept(page)
    sent: list[str] = []

    def discarding(route: Route) -> None:
        if not sent:
            page.evaluate(
                """async (path) => { const store = await import(path)
                await store.discard((await store.entriesOf()).pop().client_id) }""",
                store(page),
            )
        sent.append(route.request.headers["duban-sender"])
        route.continue_()

    page.route(f"**{NEW}", lambda route: discarding(route) if route.request.method == "POST" else route.continue_())
    seat.context.set_offline(False)
    until_sent(page)
    assert (evidence_of(stage, "先发出"), in_books(stage, "已丢弃")) == ([0], [])
    assert sent == [stage.world.ids.person_ids["inspector"]]


def test_what_is_edited_was_seen_when_it_was_first_saved(stage: Stage) -> None:
    seat, page = kept_offline(stage, "昨天看见")
    page.evaluate(
        """async ([path, day]) => { const store = await import(path); const [one] = await store.entriesOf()
        await store.keep({...one, saved_at: one.saved_at - day - 60000}); location.hash = one.client_id }""",
        [store(page), DAY],
    )
    page.reload()
    page.locator("[data-note=draft]").wait_for()
    page.locator("[name=location]").fill("三层")
    save(page)
    kept(page)
    seat.context.set_offline(False)
    until_sent(page)
    (finding,) = in_books(stage, "昨天看见")
    assert (finding["location"], finding["found_at"] < "2021-04-11T03") == ("三层", True)


def test_a_browser_that_was_closed_sends_when_it_is_opened_again(stage: Stage, tmp_path: Path) -> None:
    kind, options = stage.browser.browser_type, options_of("zh", PHONE)

    def seat() -> Seat:
        context = kind.launch_persistent_context(tmp_path, executable_path=CHROMIUM, args=ARGUMENTS, **options)
        context.add_cookies(cookies_of(stage, "inspector", "zh"))  # type: ignore[arg-type]
        return stage.take(context)

    first = seat()
    page = opened(first)
    offline(first)
    fill(page, "关机以后", photos=1)
    save(page)
    kept(page)
    first.context.close()
    until_sent(seat().open("/"))
    assert evidence_of(stage, "关机以后") == [1]
