"""Names of files that strangers chose."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.files.filenames import clean_filename


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("整改照片.jpg", "整改照片.jpg"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\王\\桌面\\报告.docx", "报告.docx"),
        ("a\r\nSet-Cookie: x=1.pdf", "aSet-Cookie_ x=1.pdf"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("零\u200b宽.png", "零宽.png"),
        ("  两  个   空格 .txt  ", "两 个 空格.txt"),
        ('a<b>"c"|d?*.txt', "a_b__c__d__.txt"),
        ("...", "佐证材料"),
        ("", "佐证材料"),
        (".jpg", "佐证材料.jpg"),
        ("没有扩展名", "没有扩展名"),
        ("半个\ud83d.png", "半个.png"),
        ("e\u0301.txt", "é.txt"),
    ],
)
def test_a_name_is_made_harmless(given_name: str, kept: str) -> None:
    assert clean_filename(given_name) == kept


def test_a_long_chinese_name_is_cut_between_characters_and_keeps_its_ending() -> None:
    kept = clean_filename("督" * 300 + ".docx")
    assert kept == "督" * 83 + ".docx"
    assert len(kept.encode()) <= 255


@given(st.text())
def test_whatever_comes_is_short_printable_and_without_folders(name: str) -> None:
    kept = clean_filename(name)
    assert 0 < len(kept.encode()) <= 255
    assert kept.isprintable()
    assert not set(kept) & set('/\\\r\n<>:"|?*')
    assert clean_filename(kept) == kept
