"""What of a text can be seen, and which two texts are the same."""

import pytest

from workflows.signs import comparable, pairs, plain_name, searchable, shows_nothing, trimmed, without_unseen

UNSEEN = [
    "\u200b",
    "\ufeff",
    "\u2060",
    "\u00ad",
    "\u200d",
    "\u202e",
    "\u034f",
    "\u3164",
    "\u2800",
    "\ufe0f",
    "\ufffc",
    "\x07",
]


@pytest.mark.parametrize("sign", [*UNSEEN, "", " ", "\u3000", "\u00a0", "\t\r\n", "\u2028", "\u0085"])
def test_a_text_of_unseen_signs_shows_nothing(sign: str) -> None:
    assert shows_nothing(sign * 3)
    assert shows_nothing(f" {sign}\u3000{sign}\u200b")


@pytest.mark.parametrize(
    "text", ["回", "a", "。", "-", "0", "\u200b回\ufeff", "🙂", "👨\u200d👩\u200d👧", "\ufffd", "\ue000"]
)
def test_a_text_with_a_sign_that_is_seen_shows_something(text: str) -> None:
    assert not shows_nothing(text)


@pytest.mark.parametrize("sign", UNSEEN)
def test_an_unseen_sign_within_a_name_makes_no_other_name(sign: str) -> None:
    assert without_unseen(f"{sign}中原{sign}大学{sign}") == "中原大学"
    assert plain_name(f"中{sign}原 大学") == plain_name("中原大学")
    assert comparable(f"回执{sign}\u3000未 收") == "回执 未 收"


def test_ends_are_trimmed_and_what_stands_between_is_kept() -> None:
    assert trimmed("\ufeff\u3000 回执\u200b 未收\n\u200b ") == "回执\u200b 未收"


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("\u3000回执 ", "回执"),
        ("回执\u3000\u3000回收", "回执 回收"),
        ("２０２６－督１－００３２", "2026-督1-0032"),
        ("2026—督1–0032", "2026-督1-0032"),
        ("ＣＣＴＶ cctv CcTv", "cctv cctv cctv"),
        ("回\u200b执", "回执"),
    ],
)
def test_what_is_typed_on_a_telephone_is_what_is_searched_for(typed: str, found: str) -> None:
    assert searchable(typed) == found


def test_a_text_has_all_pairs_of_a_word_that_is_in_it() -> None:
    text = searchable("消防通道 Ａ-12\n🎓考场")
    for word in ("消防", "防通道", "a-12", "🎓考", "场"):
        assert set(pairs(word)) <= set(pairs(text)), word
    for word in ("道a", "道 a", "12🎓", "通防", "A-12"):
        assert not set(pairs(word)) <= set(pairs(text)) or not pairs(word), word


def test_pairs_are_numbers_of_four_bytes_each_once() -> None:
    assert pairs("\u0001\u0000\uffff\uffff\uffff") == sorted(
        {*pairs("\u0001\u0000"), *pairs("\u0000\uffff"), 0x7FFF_FFFF}
    )
    assert pairs("") == pairs("灯") == pairs("灯 灯") == []
