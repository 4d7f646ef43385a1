"""Mails as they leave: read back, they say what was written, whatever names hold."""

from dataclasses import replace
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from re import findall
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from service.alerts.channels.mail import Sender, mail
from service.alerts.channels.transport import Attachment, OutgoingMessage, PermanentFailure
from service.wording import one_line

SENDER = Sender("duban@exam.example", "exam.example")
MESSAGE = OutgoingMessage(
    id="815d701d-64a7-4dc8-b712-5de058afdffc",
    to="sun@longhu.example",
    to_name="孙晓",
    sender_name="明河市招生考试中心",
    language="zh",
    subject="【督办】3 项：2 项逾期、1 项待复查",
    body="孙晓：\n\n现有3项督办事项，请阅办。\n",
    created_at=datetime(2026, 5, 20, 17, 0, tzinfo=ZoneInfo("Asia/Shanghai")),
)
NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=80)


def read(content: bytes) -> EmailMessage:
    parsed = message_from_bytes(content, policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


@pytest.mark.parametrize("readable", [True, False])
def test_a_mail_says_what_was_written(readable: bool) -> None:
    parsed = read(mail(MESSAGE, SENDER, readable=readable))
    assert parsed["Subject"] == MESSAGE.subject
    assert parsed["From"].addresses[0].display_name == "明河市招生考试中心"
    assert parsed["From"].addresses[0].addr_spec == "duban@exam.example"
    assert parsed["To"].addresses[0].addr_spec == "sun@longhu.example"
    assert parsed["Message-ID"] == "<815d701d-64a7-4dc8-b712-5de058afdffc@exam.example>"
    assert parsed["Date"].datetime == MESSAGE.created_at
    assert parsed["Auto-Submitted"] == "auto-generated"
    assert parsed["Content-Language"] == "zh-CN"
    assert parsed.get_content().replace("\r\n", "\n") == MESSAGE.body
    assert parsed.get_content_type() == "text/plain"


def test_a_file_of_the_outbox_can_be_read_with_any_editor() -> None:
    assert "现有3项督办事项" in mail(MESSAGE, SENDER, readable=True).decode()


def test_a_mail_for_a_server_is_plain_ascii_in_short_lines() -> None:
    long = replace(MESSAGE, body="整改" * 2000 + "\n", subject="督办" * 200, to_name="孙晓" * 40)
    lines = mail(long, SENDER).decode("ascii").split("\r\n")
    assert max(map(len, lines)) <= 78
    assert all(name and value.strip() for name, _, value in (line.partition(":") for line in lines[:4]))


def test_a_line_too_long_for_mail_is_armoured_even_in_a_file() -> None:
    assert read(mail(replace(MESSAGE, body="整改" * 900), SENDER, readable=True)).get_content() == "整改" * 900


def test_the_same_message_is_the_same_mail_to_the_byte() -> None:
    assert mail(MESSAGE, SENDER) == mail(MESSAGE, SENDER)


REPORT = Attachment(
    "关于明河国际信息工程职业技术大学（示例）2026-08-0012号问题整改情况的报告.pdf", "report.pdf", b"%PDF" * 9
)


@pytest.mark.parametrize("readable", [True, False])
def test_papers_go_along_under_their_names(readable: bool) -> None:
    message = replace(MESSAGE, attachments=(REPORT, replace(REPORT, name="第二份.pdf")))
    content = mail(message, SENDER, readable=readable)
    parsed = read(content)
    assert [part.get_filename() for part in parsed.iter_attachments()] == [REPORT.name, "第二份.pdf"]
    assert [part.get_content() for part in parsed.iter_attachments()] == [REPORT.content] * 2
    assert {part.get_content_type() for part in parsed.iter_attachments()} == {"application/pdf"}
    text = parsed.get_body()
    assert text is not None
    assert text.get_content().replace("\r\n", "\n") == MESSAGE.body
    assert parsed["Subject"] == MESSAGE.subject
    assert max(map(len, content.split(b"\r\n"))) <= 78
    assert mail(message, SENDER, readable=readable) == content


@given(name=NAMES)
def test_no_name_of_a_paper_can_add_a_header(name: str) -> None:
    message = replace(MESSAGE, attachments=(replace(REPORT, name=f"{name}.pdf"),))
    (part,) = read(mail(message, SENDER)).iter_attachments()
    assert part.get_content() == REPORT.content
    assert str(part.get_filename()).split() == one_line(f"{name}.pdf").split()


@pytest.mark.parametrize("break_", ["\n", "\r\n", "\r", "\u2028", "\x0b", "\0"])
def test_no_name_can_add_a_header(break_: str) -> None:
    evil = f"孙晓{break_}Bcc: all@longhu.example{break_}{break_}<script>"
    for message in (
        replace(MESSAGE, to_name=evil),
        replace(MESSAGE, sender_name=evil),
        replace(MESSAGE, subject=evil),
    ):
        parsed = read(mail(message, SENDER))
        assert parsed["Bcc"] is None
        assert parsed.get_content() == MESSAGE.body


@given(name=NAMES, subject=NAMES)
def test_every_name_and_subject_comes_back_as_one_line(name: str, subject: str) -> None:
    parsed = read(mail(replace(MESSAGE, to_name=name, subject=subject), SENDER))
    printable = "".join(char if char.isprintable() else " " for char in subject)
    assert str(parsed["Subject"]).split() == printable.split()
    assert [address.addr_spec for address in parsed["To"].addresses] == ["sun@longhu.example"]


WRITTEN = st.text(st.characters(codec="utf-8"), min_size=1, max_size=200)
ADDRESSES = st.from_regex(r"[a-z]{1,60}@[a-z]{1,60}(\.[a-z]{1,60}){1,2}\.cn", fullmatch=True)


@given(name=WRITTEN, office=WRITTEN, subject=WRITTEN, to=ADDRESSES)
@example(name="明河市" * 30, office="a督" * 50, subject="督" * 101, to="sun@longhu.example")
def test_encoded_words_and_their_lines_are_as_short_as_rfc_2047_wants_them(
    name: str, office: str, subject: str, to: str
) -> None:
    message = replace(MESSAGE, to=to, to_name=name, sender_name=office, subject=subject)
    for content in (mail(message, SENDER), mail(message, SENDER, readable=True)):
        header = content.partition(b"\r\n\r\n")[0].decode("ascii")
        words = findall(r"=\?[\w-]+\?[bqBQ]\?[^?\s]*\?=", header)
        assert all(len(word) <= 75 for word in words)
        assert all(len(line) <= 76 for line in header.split("\r\n") if "=?" in line)


@given(unit=st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1, max_size=40))
def test_no_space_is_doubled_between_english_and_chinese(unit: str) -> None:
    subject = f"[Duban] Escalated to the leadership team: finding 2026-08-0004, {unit}"
    assert read(mail(replace(MESSAGE, subject=subject), SENDER))["Subject"] == subject


@pytest.mark.parametrize(
    "address",
    [
        "",
        "sun",
        "sun@",
        "@longhu.example",
        "sun longhu@example",
        "a@b\nBcc: c@d",
        "孙晓@longhu.example",
        "a@b, c@d",
        "<a@b",
    ],
)
def test_what_is_no_address_fails_for_good(address: str) -> None:
    with pytest.raises(PermanentFailure, match="not an address"):
        mail(replace(MESSAGE, to=address), SENDER)
