"""Invitations by mail: who got none is named, and nobody else."""

from service.alerts.channels.transport import ChannelDown, OutgoingMessage, TemporaryFailure
from service.alerts.invitation_mail import mail_invitations
from service.people.invitations import Invited
from tests.fakes.recording_channel import BASE_URL, RecordingChannel
from tests.worlds.rows import NOW


def invited(name: str) -> Invited:
    return Invited(name, name, name, "明河龙湖学院", "zh", f"{name}@exam.example", "ABCD-EFGH-JKLM-NPQR", NOW)


def test_when_the_line_goes_dead_those_who_have_their_code_are_not_named() -> None:
    channel = RecordingChannel()
    channel.failures["refused@exam.example"] = TemporaryFailure("452 mailbox full")

    def break_off(message: OutgoingMessage) -> None:
        if message.to == "late@exam.example":
            raise ChannelDown("dead line")

    channel.on_send = break_off
    people = [invited(name) for name in ("early", "refused", "late", "last")]
    problems = mail_invitations([channel], people, office=None, base_url=BASE_URL, now=NOW)
    assert channel.readers == ["early@exam.example"]
    assert problems == [("refused", "452 mailbox full"), ("late", "dead line"), ("last", "dead line")]


def test_who_has_a_mail_that_a_power_cut_might_take_away_is_named() -> None:
    channel = RecordingChannel()
    channel.unflushable = ChannelDown("the disk is full")
    people = [invited(name) for name in ("first", "second")]
    problems = mail_invitations([channel], people, office=None, base_url=BASE_URL, now=NOW)
    assert problems == [("first", "the disk is full"), ("second", "the disk is full")]
