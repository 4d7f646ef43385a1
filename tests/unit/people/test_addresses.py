"""Addresses: what is accepted for a person is what the mail channel sends to, and what was meant is mended."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.alerts.channels.mail import Sender, mail
from service.alerts.channels.transport import OutgoingMessage
from service.people.addresses import ADDRESSES, MAIL, TELEPHONE, mended_address, mended_telephone

FORM = ADDRESSES[MAIL].form
SIGNS = st.text(st.sampled_from("aZ09.@-_+!' 。孙\"(,"), max_size=12)


def send_to(address: str) -> bytes:
    sent = datetime(2026, 5, 20, tzinfo=UTC)
    message = OutgoingMessage(
        id="1", to=address, to_name="赵", sender_name="办", language="zh", subject="题", body="文", created_at=sent
    )
    return mail(message, Sender("duban@exam.example", "exam.example"))


@given(SIGNS, SIGNS)
def test_whatever_has_the_form_is_taken_by_the_mail_channel(local: str, domain: str) -> None:
    address = f"{local}@{domain}"
    if FORM.fullmatch(address):
        assert address.encode("ascii") in send_to(address)


@pytest.mark.parametrize("address", ["zhao@exam.example", "o'neil+exam@a-b.example", "x_1.y@host.sub.example"])
def test_usual_addresses_have_the_form(address: str) -> None:
    assert FORM.fullmatch(address)


@pytest.mark.parametrize(
    "address",
    [
        "孙@例子.example",
        "zhou..er@exam.example",
        ".zhou@exam.example",
        "zhou.@exam.example",
        "a@-b.example",
        "a b@c.de",
    ],
)
def test_addresses_that_no_mail_can_be_sent_to_have_not(address: str) -> None:
    assert not FORM.fullmatch(address)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("zhao@exam.example\u200b", "zhao@exam.example"),
        ("qian@exam.example。", "qian@exam.example"),
        (" ｓｕｎ＠exam。example ", "sun@exam.example"),
    ],
)
def test_what_a_chinese_keyboard_or_a_chat_leaves_behind_is_mended(typed: str, meant: str) -> None:
    assert mended_address(typed) == meant


@pytest.mark.parametrize("typed", ["13800001234", "0371-6666 8888", "（0371）66668888转801", "+86 371 66668888"])
def test_telephone_numbers_as_they_are_written(typed: str) -> None:
    assert TELEPHONE.fullmatch(mended_telephone(typed))


@pytest.mark.parametrize("typed", ["无", "12", "138-abc", "1" * 41])
def test_what_is_no_telephone_number(typed: str) -> None:
    assert not TELEPHONE.fullmatch(mended_telephone(typed))
