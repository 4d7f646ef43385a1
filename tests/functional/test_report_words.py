"""The words of weekly reports over HTTP: drafts, and what cannot be kept."""

from tests.functional.weekly import WORDS, hand_in, owed
from tests.worlds.http import World


def test_a_draft_needs_the_version_that_was_seen(weekly: World) -> None:
    path, draft = f"/reports/{owed(weekly)['id']}", {"words": {"plan": "待补"}}
    tag = weekly["university"].call("GET", path).headers["ETag"]
    assert weekly["university"].patch(path, draft, if_match=None, expect=428)["code"] == "version_missing"
    kept = weekly["university"].patch(path, draft, if_match=tag)
    assert (kept["draft"], kept["words"], kept["version"]) == ({"plan": "待补"}, None, 2)
    assert weekly["university"].patch(path, draft, if_match=tag, expect=412)["code"] == "stale_version"
    assert weekly["district"].get(path)["draft"] is None
    stale = weekly["university"].post(f"{path}/submissions", {"words": WORDS}, headers={"If-Match": tag}, expect=412)
    assert stale["code"] == "stale_version"
    hand_in(weekly)
    assert weekly["university"].get(path)["draft"] is None


UNKEPT = [
    ({"self_check": "字" * 10_001}, "words.self_check"),
    ({"self_check": "  "}, "words.self_check"),
    ({"self_check": 3}, "words.self_check"),
    ({"weather": "晴"}, "words.weather"),
    ({"difficulties": [{"category": "考务管理"}]}, "words.difficulties.0.text"),
    ({"difficulties": [{"text": "字" * 2001}]}, "words.difficulties.0.text"),
    ({"difficulties": [{"text": "缺人"}] * 101}, "words.difficulties"),
    ({"difficulties": "缺人"}, "words.difficulties"),
    (
        {"common_problems": [{"checklist_item_id": "1-12", "words": "统一采购"}]},
        "words.common_problems.0.checklist_item_id",
    ),
]  # words, and where they are wrong


def test_words_that_cannot_be_kept_are_told_where(weekly: World) -> None:
    path = f"/reports/{owed(weekly)['id']}"
    for words, field in UNKEPT:
        for refused in (
            weekly["university"].post(f"{path}/submissions", {"words": words}, expect=422),
            weekly["university"].patch(path, {"words": words}, if_match='"1"', expect=422),
        ):
            assert list(refused["errors"]) == [field]
    assert owed(weekly)["version"] == 1


def test_a_report_without_words_or_in_no_language_is_refused(weekly: World) -> None:
    path = f"/reports/{owed(weekly)['id']}/submissions"
    assert list(weekly["university"].post(path, {}, expect=422)["errors"]) == ["words"]
    refused = weekly["university"].post(path, {"words": {}, "language": "fr"}, expect=422)
    assert list(refused["errors"]) == ["language"]
    assert weekly["university"].post(path, {"words": {"plan": None}, "language": "en"})["language"] == "en"
