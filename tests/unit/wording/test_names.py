"""An office's own names: read from its data folder, checked, and put into every sentence in both languages."""

import re
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pytest

from service.wording import sentence, word, wording
from service.wording.names import BadNames, own_name, read_names, shipped_names
from service.wording.texts import take_names
from tests.build.alert_fields import READERS, ZONE, alert
from workflows.vocabulary import Addressee, DocumentKind, OrganizationKind, Role, State

OWN = """
committee = "招生考试委员会"
leader = { zh = "联系领导", en = "contact leader" }
leadership = { zh = "党委会", en = "party committee" }
bureau = { en = "education authority" }
"""
NAMES = [file.name for file in resources.files("service.wording").iterdir()]
FILES = sorted(name.removesuffix(".toml") for name in NAMES if name.endswith(".toml"))


@pytest.fixture(autouse=True)
def shipped_afterwards() -> Iterator[None]:
    yield
    take_names({})


def take(folder: Path, text: str) -> None:
    (folder / "words.toml").write_text(text, "utf-8")
    take_names(read_names(folder))


def test_there_is_a_name_for_every_role_and_kind_of_organization() -> None:
    assert set(shipped_names()) == {*map(str, Role), *map(str, OrganizationKind)}


@pytest.mark.parametrize("file", FILES)
def test_no_sentence_is_left_with_a_name_to_fill_in(file: str) -> None:
    assert "{@" not in str(wording(file))


def test_without_a_file_everything_is_called_as_shipped(tmp_path: Path) -> None:
    take_names(read_names(tmp_path))
    assert word(Role.LEADER, "zh") == "包干责任领导"
    assert word(Addressee.COMMITTEE, "en") == "the admission-exam committee"
    assert word(DocumentKind.UPWARD_REPORT, "zh") == "向市教育局、市招委的报告"
    assert wording("ledger")["column.leader"] == {"zh": "包干责任领导", "en": "Responsible leader"}
    assert own_name("leader", "zh") is None


def test_words_and_sentences_name_offices_as_the_office_does(tmp_path: Path) -> None:
    take(tmp_path, OWN)
    assert [word(Role.LEADER, language) for language in ("zh", "en")] == ["联系领导", "contact leader"]
    assert word(OrganizationKind.COMMITTEE, "zh") == "招生考试委员会"
    assert word(OrganizationKind.COMMITTEE, "en") == "admission-exam committee", "its English name stays"
    assert word(DocumentKind.UPWARD_REPORT, "zh") == "向市教育局、招生考试委员会的报告"
    assert wording("ledger")["column.leader"] == {"zh": "联系领导", "en": "Contact leader"}
    assert sentence("not_escalated", "zh").startswith("该问题没有上报党委会")
    assert "联系领导、党委会、市教育局、招生考试委员会" in sentence("unknown_role", "zh")


def test_alerts_name_offices_as_the_office_does(tmp_path: Path) -> None:
    take(tmp_path, OWN)
    reads = {"reader_role": Role.LEADERSHIP, "reader_organization_id": READERS[Role.LEADERSHIP]}
    up = alert("escalate.2", to_state=State.ESCALATED, escalation_level=2, **reads)
    assert "已上报市教育局、招生考试委员会。" in up.text("zh", ZONE)
    assert "went up to the education authority and the admission-exam committee." in up.text("en", ZONE)
    assert up.label("en") == "escalated to education authority and committee"
    assert alert("opine", **reads | {"reader_role": Role.INSPECTOR}).text("zh", ZONE).startswith("党委会已就")


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ('comittee = "招委会"', "没有名称 comittee，请改为 committee", "write committee"),
        ('"市招委" = "招委会"', "没有名称 市招委，请改为 committee", "write committee"),
        ("committee = 3", "committee 写法不对", "no known form"),
        ('committee = { fr = "commission" }', "committee 写法不对", "no known form"),
        ("committee = {}", "committee 写法不对", "no known form"),
        ('committee = " "', "committee 的名称须为", "names committee unusably"),
        ('committee = "{unit}"', "不含大括号", "without braces"),
        ('committee = "招委\\n会"', "写在一行内", "in one line"),
        (f'committee = "{"长" * 41}"', "1 至 40 个字", "1 to 40 letters"),
        ('committee = "领导班子"', "committee 和 leadership 都叫“领导班子”", "calls both committee and leadership"),
        ("committee = ", "不是 TOML", "is no TOML"),
    ],
)
def test_what_cannot_be_used_is_said_in_both_languages(tmp_path: Path, text: str, zh: str, en: str) -> None:
    (tmp_path / "words.toml").write_text(text, "utf-8")
    with pytest.raises(BadNames) as raised:
        read_names(tmp_path)
    chinese, english = str(raised.value).split(" / ", 1) if "写法不对" not in zh else (str(raised.value),) * 2
    assert zh in chinese
    assert en in english
    assert str(tmp_path / "words.toml") in chinese


def test_a_file_in_another_encoding_says_so(tmp_path: Path) -> None:
    (tmp_path / "words.toml").write_bytes('committee = "招委会"'.encode("gbk"))
    with pytest.raises(BadNames, match="请存为 UTF-8 文本"):
        read_names(tmp_path)


@pytest.mark.parametrize("file", [file for file in FILES if file != "names"])
def test_no_sentence_names_an_office_literally(file: str) -> None:
    text = (resources.files("service.wording") / f"{file}.toml").read_text("utf-8")
    lines = [line for line in text.splitlines() if not line.startswith(("#", "settle"))]
    literal = re.compile("市教育局|市招委|领导班子|责任领导|区县招考机构|市招考中心|education bureau|leadership team")
    assert [line for line in lines if literal.search(line)] == []
