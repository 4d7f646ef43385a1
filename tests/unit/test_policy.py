"""Policy files: the shipped one says what the notice and the design say; wrong ones are refused with a sentence."""

import pytest

from tests.unit.findings.law import POLICY, policy
from workflows.policy import PolicyError, load_policy, shipped_policy_text
from workflows.vocabulary import Addressee, Origin, Role, Severity

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


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("review = 2 ", "review = 0 ", "`int` >= 1 - at `$.clocks.review`"),
        ("review = 2 ", "review = -2 ", "$.clocks.review"),
        ("review = 2 ", "review = 1001 ", "$.clocks.review"),
        ("review = 2 ", "review = 2.5 ", "got `float` - at `$.clocks.review`"),
        ("review = 2 ", "review = true ", "got `bool` - at `$.clocks.review`"),
        ("review = 2 ", 'review = "两天" ', "got `str` - at `$.clocks.review`"),
        ("review = 2 ", "reviews = 2 ", "`reviews` - at `$.clocks`"),
        ("review = 2 ", "review = 2\nreveiw = 2 ", "unknown field `reveiw` - at `$.clocks`"),
        ("review = 2 ", "review = 2\nreview = 3 ", "at line "),
        ("report_without_opinion_after = 3", 'report_without_opinion_after = "nie"', "'nie' - at `$.ladder"),
        ("report_without_opinion_after = 3", "report_without_opinion_after = 0", "$.ladder.report_without"),
        ("warn_before_report = 1", "warn_before_report = 3", "ladder.warn_before_report is not before"),
        ("repeat_after_days = 7", "repeat_after_days = 0", "$.ladder.repeat_after_days"),
        ("at = 09:00:00", "at = 2021-04-01T09:00:00Z", "`$.reminders[0].at`"),
        ("at = 09:00:00", 'at = "nine"', "`$.reminders[0].at`"),
        ("major = 0, general = 1", "general = 1", "`major` - at `$.ladder.leadership_after`"),
        ('submit = ["reviewer"]', 'submit = ["reviwer"]', "'reviwer'"),
        ('submit = ["reviewer"]', 'sumbit = ["reviewer"]', "unknown kind of event: sumbit"),
        ("[hears.unit]", "[hears.unit]\nescalate = []", "unknown kind of event: escalate"),
        ("[hears.unit]", "[hears.nobody]", "unknown field `nobody` - at `$.hears`"),
        ('en = "Follow', 'fr = "Follow', "'fr'"),
        ('en = "Follow', '# "Follow', "title lacks en"),
        ('"zhengzhou-2021-35/2"', '" "', "version is empty"),
        ('review = ["reviewer"]\n', "", "behind names nobody for review"),
        ('review = ["reviewer"]\n', "review = []\n", "behind names nobody for review"),
        ('[[], ["responsible_leader"], ["responsible_leader", "leadership"]]', "[]", "breach must end with"),
        (', ["responsible_leader", "leadership"]]', "]", "breach must end with a stage that names leadership"),
        ('expire = ["unit", ', "expire = [", "does not tell unit of expire (findings of origin centre)"),
        ('opine = ["bureau", "committee", ', "opine = [", "does not tell bureau, committee of opine"),
        ('"escalate.2" = ["bureau", ', '"escalate.2" = [', "does not tell bureau of escalate.2"),
        ("[hears.unit]", '[hears.unit]\n"escalate.1" = []', "of escalate.1 (findings of origin unit)"),
        ('feedback = ["unit", ', "feedback = [", "inspections.hears.feedback does not tell unit"),
        ('breach = ["overseer"]', "breach = []", "inspections.hears.breach does not tell overseer"),
        ('breach = ["overseer"]', 'breach = ["responsible_leader"]', "inspections.hears.breach does not tell overseer"),
        ('breach = ["overseer"]', 'breach = ["overseer", "unit"]', "inspections.hears.breach tells unit"),
        ('close = ["overseer"]', 'close = ["overseer", "bureau"]', "inspections.hears names bureau"),
        ('close = ["overseer"]', 'close = ["told"]', "inspections.hears names told"),
        ('close = ["overseer"]', "closing = []", "unknown field `closing` - at `$.inspections.hears`"),
        ('office = ["district"]', 'office = ["unit"]', "rounds.close.office names unit, for whom this is not meant"),
        ('all = ["leadership"]', 'all = ["bureau"]', "rounds.close.all names bureau"),
        ("[rounds.close]", "[rounds.open]", "unknown field `open` - at `$.rounds`"),
        ("version", "\0version", "line 6"),
    ],
)
def test_a_wrong_policy_is_refused_with_a_sentence_that_names_the_place(old: str, new: str, sentence: str) -> None:
    with pytest.raises(PolicyError) as refused:
        policy(old, new)
    assert sentence in str(refused.value)
    assert str(refused.value).startswith("政策文件有误 / the policy file is wrong: ")


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


def test_an_office_may_do_without_reminders() -> None:
    kept = TEXT[: TEXT.index("reminders = [")] + "reminders = []\n" + TEXT[TEXT.index("# 第四部分第3条 holds") :]
    assert load_policy(kept).reminders == ()
