"""No page of another site can make a browser send a form with our cookie."""

import pytest

from tests.fakes.browser import HOST, Browser
from tests.worlds.http import World


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin", "Origin": HOST}, 303),
        ({"Sec-Fetch-Site": "none"}, 303),
        ({"Origin": HOST}, 303),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}, 403),
        ({"Sec-Fetch-Site": "same-site", "Origin": "http://other.127.0.0.1:8000"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://127.0.0.1:8001"}, 403),
        ({}, 403),
    ],
)
def test_a_form_is_taken_from_our_own_pages_alone(world: World, headers: dict[str, str], status: int) -> None:
    browser = Browser(world.app).signed_in(world.tokens["inspector"])
    answer = browser.ask("POST", "/settings/sign-ins/end", headers=headers)
    assert answer.status_code == status
    if status == 403:
        assert "不是从本系统的页面发出的" in answer.get_data(as_text=True)
