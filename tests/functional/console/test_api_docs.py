"""The API's documentation as pages: every call and every object is there, in both languages, and nothing is fetched."""

from tests.fakes.browser import Browser
from tests.worlds.http import World


def test_every_call_and_object_has_its_page(world: World) -> None:
    browser = Browser(world.app)
    index = browser.get("/api/docs")
    calls = [link for link in index.links() if link.startswith("/api/docs/") and "/schemas/" not in link]
    objects = [link for link in index.links() if link.startswith("/api/docs/schemas/")]
    document = browser.client.get("/api/v1/openapi.json").get_json()
    assert len(calls) == sum(len(set(path) - {"parameters"}) for path in document["paths"].values())
    assert len(objects) == len(document["components"]["schemas"])
    for link in calls[::9] + objects[::13]:
        browser.get(link)


def test_a_call_shows_its_body_with_an_example_in_ones_language(world: World) -> None:
    browser = Browser(world.app)
    page = browser.get("/api/docs/notifyFinding")
    assert "整改期限（含当刻），须在将来" in page.text
    assert "补装摄像头" in page.text
    browser.send("/language?next=/api/docs", {"language": "en"})
    assert "Deadline, inclusive" in browser.get("/api/docs/notifyFinding").text


def test_what_is_no_call_is_not_found(world: World) -> None:
    browser = Browser(world.app)
    browser.get("/api/docs/nothing", expect=404)
    browser.get("/api/docs/schemas/NoSuchObject", expect=404)
