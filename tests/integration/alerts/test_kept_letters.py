"""A message that is sent again has the same words, whatever has changed since, while its reader may still read them."""

from datetime import datetime, timedelta
from threading import Event
from typing import Any

from sqlalchemy import Engine, delete, event, func, insert, select, text, update
from sqlalchemy.orm import Session, sessionmaker

from service.alerts.channels.mail import mail
from service.alerts.channels.transport import OutgoingMessage, TemporaryFailure
from service.alerts.grouping import group
from service.alerts.kept_letters import KEPT_FOR, WrittenLetter, keep_letters
from service.alerts.letters import NO_PAPERS
from service.alerts.messages import load_messages, messages_with_people
from service.models import Assignment, Finding, Letter, Message, Organization, Person
from service.retention.periods import Retained
from service.retention.retention import remove_past
from service.rounds.rulebooks import keep_policy
from service.security_log.retention import KEPT_AT_LEAST
from service.store.db import connect, reading_sessions, sessions
from tests.build.event_rows import make_overdue
from tests.build.racing import WAITING, run_together
from tests.fakes.recording_channel import BASE_URL, SENDER, RecordingChannel, drain
from tests.worlds.books import Town, build_town
from tests.worlds.rows import NOW
from workflows.policy import shipped_policy_text
from workflows.vocabulary import Severity, State

LATER = NOW + timedelta(hours=1)
LETTERS = Letter.metadata.tables["letters"]


def cut_off_after(engine: Engine, channel: RecordingChannel) -> OutgoingMessage:
    """What the server has taken before the line was cut: nobody knows whether it arrived."""
    taken: list[OutgoingMessage] = []

    def take(message: OutgoingMessage) -> None:
        taken.append(message)
        raise TemporaryFailure("cut")

    channel.on_send = take
    assert drain(engine, channel).failed == 1
    channel.on_send = lambda _: None
    return taken[0]


def test_a_repeated_message_is_the_same_to_the_byte_whatever_has_lawfully_changed(
    engine: Engine, session: Session, town: Town, channel: RecordingChannel
) -> None:
    for number in (1, 2, 3):
        make_overdue(session, town, number, told=(town.people["leader"],), severity=Severity.MAJOR)
    session.commit()
    first = cut_off_after(engine, channel)
    earlier, other = (
        NOW - timedelta(days=9),
        {"severity": Severity.GENERAL, "summary": "另一摘要", "requirement": "另一要求", "location": "他处"},
    )
    changes: dict[str, Any] = {
        "0001": {"state": State.VERIFIED, "deadline": None},
        "0002": {"state": State.ESCALATED, "deadline": earlier, "escalation_level": 1},
        "0003": other,
    }
    for ending, columns in changes.items():
        session.execute(update(Finding).where(Finding.number.endswith(ending)).values(columns))
    session.execute(update(Organization).values(name=Organization.name + "（更名）"))
    session.execute(update(Person).values(name=Person.name + "（更名）", language="en"))
    text = shipped_policy_text() + "\n# another version\n"
    town.round.policy_version = keep_policy(session, text, now=NOW)
    session.commit()
    assert drain(engine, channel, at=LATER).sent == 1
    assert mail(channel.carried[0], SENDER) == mail(first, SENDER)


def test_what_the_reader_may_not_read_any_more_is_not_repeated_but_told_anew_under_another_id(
    engine: Engine, session: Session, town: Town, channel: RecordingChannel
) -> None:
    for number, summary in ((1, "摄像头黑屏"), (2, "门禁失灵")):
        make_overdue(session, town, number, told=(town.people["leader"],), summary=summary)
    session.commit()
    first = cut_off_after(engine, channel)
    moved = update(Finding).where(Finding.summary == "摄像头黑屏")
    session.execute(moved.values(district_id=town.other_district.organization_id))
    session.commit()
    assert drain(engine, channel, at=LATER).sent == 1
    (again,) = channel.carried
    assert "黑屏" in first.body
    assert "黑屏" not in again.body
    assert "门禁失灵" in again.body
    assert again.id == f"{first.id}.2"


def test_a_letter_of_which_its_reader_may_read_nothing_any_more_is_not_repeated(
    engine: Engine, session: Session, town: Town, channel: RecordingChannel
) -> None:
    make_overdue(session, town, told=(town.people["leader"],))
    session.commit()
    cut_off_after(engine, channel)
    session.execute(delete(Assignment).where(Assignment.leader_id == town.people["leader"].id))
    session.commit()
    assert drain(engine, channel, at=LATER).withdrawn == 1
    assert channel.carried == []


def test_what_was_out_of_sight_from_the_first_makes_no_other_letter_of_a_repeat(
    engine: Engine, session: Session, town: Town, channel: RecordingChannel
) -> None:
    reader = town.people["university"]
    gone = make_overdue(session, town, told=(reader,))
    make_overdue(session, town, 2, told=(reader,))
    gone.organization_id = town.other_college.id  # put to another unit before the mail went out
    session.commit()
    first = cut_off_after(engine, channel)
    assert drain(engine, channel, at=LATER).sent == 1
    assert gone.number not in first.body
    assert mail(channel.carried[0], SENDER) == mail(first, SENDER)


def written_letter(session: Session, readers: sessionmaker[Session]) -> WrittenLetter:
    """The letter of the only alert that waits, which is grouped for that; commits."""
    group(session, now=NOW, channels=[RecordingChannel()])
    session.commit()
    with readers.begin() as reader:
        (message,) = messages_with_people(reader, list(reader.scalars(select(Message.id))))
    unwritten = load_messages(readers, [message], base_url=BASE_URL)[message.id]
    letter = unwritten.letter("mail")
    assert letter
    return WrittenLetter(message, letter, NO_PAPERS, unwritten.alerts)


def test_a_letter_that_another_replaces_at_the_same_moment_is_the_one_to_be_sent(postgresql_url: str) -> None:
    """Who waits for the old letter sees neither then: the new one came after the statement had begun."""
    engine, is_replaced = connect(postgresql_url), Event()
    with sessions(engine)() as one, sessions(engine)() as other:
        town = build_town(one)
        make_overdue(one, town, told=(town.people["leader"],))
        written = [written_letter(one, reading_sessions(sessions(engine)))]
        keep_letters(one, written, now=NOW)
        one.commit()

        def replace(_connection: object, _cursor: object, statement: str, *_: object) -> None:
            if "FOR UPDATE" in statement and not is_replaced.is_set():
                row = dict(one.execute(select(LETTERS)).mappings().one())
                one.execute(delete(LETTERS))
                one.execute(insert(LETTERS), row | {"content": row["content"] | {"words": {"id": "another"}}})
                is_replaced.set()

        def commit_once_the_other_waits() -> None:
            is_replaced.wait()
            while not one.scalar(text(WAITING)):
                pass
            one.commit()

        def keep() -> None:
            assert [kept.words["id"] for kept in keep_letters(other, written, now=NOW).values()] == ["another"]

        event.listen(other.connection(), "before_cursor_execute", replace)
        assert run_together(commit_once_the_other_waits, keep) == []
    engine.dispose()


def forgotten(session: Session, now: datetime) -> int:
    return remove_past(session, Retained.LETTERS, security_kept=KEPT_AT_LEAST, now=now)


def test_a_letter_is_kept_while_it_may_be_sent_again_and_then_forgotten(
    engine: Engine, session: Session, town: Town, channel: RecordingChannel
) -> None:
    make_overdue(session, town, told=(town.people["leader"],))
    session.commit()
    cut_off_after(engine, channel)
    long_after = NOW + 2 * KEPT_FOR
    assert forgotten(session, long_after) == 0
    session.commit()
    assert drain(engine, channel, at=LATER).sent == 1
    assert forgotten(session, NOW + KEPT_FOR) == 0, "one who slept with the lease may still wake up"
    assert forgotten(session, long_after) == 1
    assert session.scalar(select(func.count()).select_from(Letter)) == 0
