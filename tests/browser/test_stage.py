"""The stage itself: what a page may not do is seen."""

from tests.browser.geometry import lies_badly
from tests.browser.stage import PHONE, Stage


def test_what_a_page_may_not_do_is_seen(stage: Stage) -> None:
    seat = stage.seat("inspector", size=PHONE)
    page = seat.open("/help")
    page.evaluate("console.error('broken')")
    page.evaluate("""() => { const one = document.createElement("img"); one.src = "https://elsewhere.example/a.png"
        document.body.append(one) }""")
    page.evaluate("setTimeout(() => { throw new Error('nobody catches this') })")
    page.wait_for_timeout(50)
    seen = "\n".join(seat.watch.found)
    for one in ("broken", "nobody catches this", "Content Security Policy"):
        assert one in seen
    seat.watch.found.clear()


def test_what_lies_badly_is_seen(stage: Stage) -> None:
    page = stage.seat("inspector", size=PHONE).open("/help")
    assert lies_badly(page, touched=True) == []
    page.evaluate("""() => { const one = document.createElement("button"); one.textContent = "x"
        const wide = document.createElement("h2"); wide.textContent = "x"; wide.style.width = "700px"
        document.querySelector("main").append(one, wide) }""")
    found = lies_badly(page, touched=True)
    assert any("beyond the side: h2" in one for one in found)
    assert any("too small for a finger: button" in one for one in found)
