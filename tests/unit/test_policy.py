"""Policy files: the shipped one says what the notice and the design say; wrong ones are refused with a sentence."""

from datetime import datetime

import pytest

from tests.unit.findings.law import CALENDAR, POLICY, SHANGHAI, policy
from workflows.policy import PolicyError, load_policy, shipped_policy_text
from workflows.vocabulary import ADMINISTRATORS, Addressee, Origin, Role, Severity

TEXT = shipped_policy_text()


def test_the_shipped_policy_is_the_notice_and_our_choices() -> None:
    assert [reminder.working_days_before for reminder in POLICY.reminders] == [3, 1, 0]
    clocks = POLICY.clocks
    assert (clocks.receipt, clocks.notification, clocks.review, clocks.decision, clocks.opinion) == (1, 1, 2, 1, 3)
    assert [POLICY.ladder.leadership_after.of(severity) for severity in Severity] == [1, 0]
    assert (POLICY.ladder.report_without_opinion_after, POLICY.ladder.warn_before_report) == (3, 1)
    assert POLICY.ladder.repeat_after_days == 7
    assert [POLICY.reviews.failures.of(severity) for severity in Severity] == [2, 1]
    assert POLICY.reviews.partials == 3
    assert set(POLICY.behind) == {"notification", "review", "decision", "opinion"}
    assert POLICY.acknowledgement.wanted_from == (Role.LEADER, Role.LEADERSHIP)
    assert POLICY.acknowledgement.next_above[Role.LEADER] is Addressee.LEADERSHIP


def test_each_entry_of_the_shipped_policy_names_its_paragraph_or_says_that_it_is_our_choice() -> None:
    comments = [line for line in TEXT.splitlines() if line.startswith("#")]
    assert sum("部分" in line or "choice" in line for line in comments) >= 15


@pytest.mark.parametrize("text", ["", "a = " + "[" * 20_000, "a = " + "1" * 5_000, "不是 TOML"])
def test_a_file_that_is_no_policy_is_refused(text: str) -> None:
    with pytest.raises(PolicyError, match="政策文件有误"):
        load_policy(text)


def test_a_policy_that_was_kept_before_sheets_and_rounds_stood_in_it_means_what_the_shipped_one_says() -> None:
    begins, ends = TEXT.index("[inspections.hears]"), TEXT.index("# 第二部分第1、2条: the checklists'")
    older = load_policy(TEXT[:begins] + TEXT[ends:])
    assert (older.inspections, older.rounds) == (POLICY.inspections, POLICY.rounds)
    oldest = load_policy(TEXT[: TEXT.index("[reports]")] + TEXT[TEXT.index("[hears.all]") :])
    assert oldest.heard_by(Origin.CENTRE, "expire") == POLICY.heard_by(Origin.CENTRE, "expire")
    assert (oldest.reports, oldest.inspections, oldest.rounds) == (POLICY.reports, POLICY.inspections, POLICY.rounds)
    assert oldest.messages == POLICY.messages


def test_an_office_may_do_without_reminders() -> None:
    kept = TEXT[: TEXT.index("reminders = [")] + "reminders = []\n" + TEXT[TEXT.index("# 第四部分第3条 holds") :]
    assert load_policy(kept).reminders == ()


def test_everybody_reads_messages_in_full_unless_the_office_says_otherwise() -> None:
    assert all(POLICY.messages.full_for({role}) for role in Role if role not in (*ADMINISTRATORS, Role.SYSTEM))
    careful = policy('units = "full"', 'units = "brief"').messages
    assert not careful.full_for({Role.UNIVERSITY})
    assert not careful.full_for({Role.DISTRICT})
    assert careful.full_for({Role.LEADERSHIP})
    assert careful.full_for({Role.BUREAU})
    assert not careful.full_for({Role.LEADER, Role.DISTRICT}), "it is one mail to both posts"


@pytest.mark.parametrize(
    ("kind", "severity", "went_up", "waits"),
    [
        ("expire", Severity.GENERAL, False, True),
        ("expire", Severity.MAJOR, False, False),
        ("review_pass", Severity.GENERAL, False, True),
        ("review_fail", Severity.GENERAL, False, True),
        ("review_fail", Severity.GENERAL, True, False),
        ("escalate.1", Severity.GENERAL, True, False),
        ("escalate.2", Severity.GENERAL, False, False),
        ("breach.review", Severity.GENERAL, False, False),
        ("remind.opinion", Severity.GENERAL, False, False),
        ("remind.deadline", Severity.GENERAL, False, True),
        ("inspection.breach.2", Severity.GENERAL, False, False),
        ("inspection.feedback", Severity.GENERAL, False, True),
        ("report.missing", Severity.GENERAL, False, True),
    ],
)
def test_what_is_urgent_waits_for_no_digest(kind: str, severity: Severity, went_up: bool, waits: bool) -> None:
    digest = POLICY.messages.digest
    assert digest.holds(kind, major=severity is Severity.MAJOR, went_up=went_up) is waits


@pytest.mark.parametrize(
    ("at", "digest"),
    [
        ("2021-04-30T08:29", "2021-04-30T08:30"),
        ("2021-04-30T08:30", "2021-05-06T08:30"),  # over the May holidays
        ("2021-05-03T07:00", "2021-05-06T08:30"),
        ("2021-05-07T18:00", "2021-05-08T08:30"),  # a worked Saturday
    ],
)
def test_a_digest_comes_on_the_next_working_morning(at: str, digest: str) -> None:
    instant = datetime.fromisoformat(at).replace(tzinfo=SHANGHAI)
    then = POLICY.messages.digest.next_after(instant, CALENDAR)
    assert then == datetime.fromisoformat(digest).replace(tzinfo=SHANGHAI)
