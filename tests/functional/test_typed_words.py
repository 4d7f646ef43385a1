"""Words as telephones, web pages and input methods write them: what shows nothing, and what is no UTF-8."""

import pytest

from tests.fakes.client import Json
from tests.worlds.http import World

UNKNOWN = "/findings/11111111-2222-4333-8444-555555555555"


@pytest.mark.parametrize(
    ("path", "good", "field"),
    [
        ("/findings", {"summary": "回执未收", "severity": "general"}, "summary"),
        ("/findings", {"summary": "回执未收", "severity": "general"}, "details"),
        ("/findings", {"summary": "回执未收", "severity": "general"}, "location"),
        ("/findings", {"summary": "回执未收", "severity": "general"}, "client_id"),
        (f"{UNKNOWN}/submissions", {"measures": "已整改", "evidence_ids": []}, "measures"),
        (f"{UNKNOWN}/reviews", {"outcome": "pass", "comment": "好"}, "comment"),
        (f"{UNKNOWN}/voiding", {"reason": "误登"}, "reason"),
    ],
)
@pytest.mark.parametrize("nothing", ["\u200b\ufeff", "\u2060 \u00ad", "\u3164\ufe0f", "\u202e"])
def test_a_text_that_shows_nothing_is_missing(
    shared_world: World, path: str, good: Json, field: str, nothing: str
) -> None:
    unit = {"organization_id": shared_world.ids.university_id} if path == "/findings" else {}
    refused = shared_world["inspector"].post(path, {**unit, **good, field: nothing}, expect=422)
    shown = shared_world["inspector"].post(path, {**unit, **good, field: "   "}, expect=422)
    assert refused["errors"] == shown["errors"]
    assert list(refused["errors"]) == [field]


def test_words_that_show_nothing_are_no_search(shared_world: World) -> None:
    assert list(shared_world["inspector"].get("/findings", expect=422, q="\u200b\ufeff")["errors"]) == ["q"]


@pytest.mark.parametrize("path", ["/me", "/findings", "/events", "/organizations", "/statistics", UNKNOWN])
def test_bytes_that_are_no_utf8_are_named_on_every_address(shared_world: World, path: str) -> None:
    answer = shared_world["inspector"].call("GET", f"{path}?q=%BB%D8%D6%B4")
    assert answer.status_code == 422
    assert "UTF-8" in answer.get_json()["errors"]["q"][0]


def test_a_name_that_is_no_utf8_is_shown_as_far_as_it_can_be(shared_world: World) -> None:
    answer = shared_world["inspector"].call("GET", "/findings?q=%E5%9B%9E&%BB%D8=1")
    assert list(answer.get_json()["errors"]) == ["\ufffd\ufffd"]
