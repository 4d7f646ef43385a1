"""A policy file is looked through as a whole: each mistake with its line, what is allowed and what to write."""

import re

import pytest

from workflows.policy import PolicyError, shipped_policy_text
from workflows.policy_check import policy_mistakes, require_policy
from workflows.vocabulary import Role

TEXT = shipped_policy_text()


def changed(*pairs: tuple[str, str]) -> str:
    """The shipped policy with these places changed."""
    text = TEXT
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    return text


def line_of(text: str, part: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if part in line)


def test_the_shipped_policy_can_be_followed() -> None:
    assert policy_mistakes(TEXT) == []
    assert require_policy(TEXT).version == "zhengzhou-2021-35/3"


@pytest.mark.parametrize(
    ("old", "new", "place", "sentence"),
    [
        ("review = 2 ", "review = 0 ", "clocks.review", "a whole number from 1 to 1000, not 0; e.g. review = 2"),
        ("review = 2 ", "review = -2 ", "clocks.review", "not -2"),
        ("review = 2 ", "review = 1001 ", "clocks.review", "not 1001"),
        ("review = 2 ", "review = 2.5 ", "clocks.review", "not 2.5"),
        ("review = 2 ", "review = true ", "clocks.review", "not true"),
        ("review = 2 ", 'review = "两天" ', "clocks.review", 'not "两天"'),
        ("review = 2 ", "review = 2\nreveiw = 2 ", "clocks.reveiw", "did you mean review? Use: receipt, notification"),
        ("review = 2 ", "", "clocks.review", "lacks review, add it, e.g. review = 2"),
        ("[clocks]", "[[clocks]]", "clocks", "must be a table"),
        ("report_without_opinion_after = 3", 'report_without_opinion_after = "nie"', "ladder", 'or one of "never"'),
        ("report_without_opinion_after = 3", "report_without_opinion_after = 0", "ladder.report", "from 1 to 1000"),
        ("warn_before_report = 1", "warn_before_report = 3", "ladder.warn_before_report", "write 0 for no warning"),
        ("repeat_after_days = 7", "repeat_after_days = 0", "ladder.repeat_after_days", "from 1 to 1000"),
        ("at = 09:00:00", "at = 2021-04-01T09:00:00Z", "reminders[0].at", "a time without quotes"),
        ("at = 09:00:00", 'at = "nine"', "reminders[0].at", "a time without quotes"),
        ("before = 1, at", "before = 3, at", "reminders[1]", "stands there twice"),
        ("major = 0, general = 1", "general = 1", "ladder.leadership_after.major", "lacks major, add it"),
        ("failures = { major = 1", "failures = { major = 0", "reviews.failures.major", "write 1 for going up"),
        ('submit = ["reviewer"]', 'submit = ["reviwer"]', "hears.all.submit", "mean reviewer? Use: unit, overseer"),
        ('submit = ["reviewer"]', "submit = [1]", "hears.all.submit", "knows no 1"),
        ('submit = ["reviewer"]', 'submit = "reviewer"', "hears.all.submit", "must be a list"),
        ('submit = ["reviewer"]', 'sumbit = ["reviewer"]', "hears.all.sumbit", "did you mean submit?"),
        ("[hears.unit]", "[hears.unit]\nescalate = []", "hears.unit.escalate", "Use: acknowledge"),
        ("[hears.unit]", '[hears.unit]\n"log.proposed" = []', "hears.unit.log.proposed", "never happens"),
        ("before = 0, at = 09:00:00 },", "before = 0, at = 09:00:00 },\n{ at = 08:00:00 },", "reminders[3]", "lacks w"),
        ("before = 0, at = 09:00:00 },", 'before = 0, at = 09:00:00 },\n"früh",', "reminders[3]", "must be a table"),
        ("[hears.unit]", "[hears.nobody]", "hears.nobody", "Use: all, centre, district, unit"),
        ('en = "Follow', 'fr = "Follow', "title.fr", "knows no fr"),
        ('en = "Follow', '# "Follow', "title", "lacks en"),
        ('"zhengzhou-2021-35/3"', '" "', "version", "must not be empty"),
        ('"zhengzhou-2021-35/3"', "3", "version", "must be a text in quotes"),
        ('review = ["reviewer"]\n', "", "behind.review", 'names nobody, write ["reviewer"]'),
        ('review = ["reviewer"]\n', "review = []\n", "behind.review", "names nobody"),
        ('review = ["reviewer"]\n', 'review = ["bureau"]\n', "behind.review", "bureau may not always do"),
        ('review = ["reviewer"]\n', 'review = ["overseer"]\n', "behind.review", "overseer may not always do"),
        ('opinion = ["leadership"]', 'opinion = ["committee"]', "behind.opinion", 'write ["leadership"]'),
        ('notification = ["overseer"]', 'notification = ["team"]', "behind.notification", 'write ["overseer"]'),
        ('decision = ["decider"]', 'decision = ["reviewer"]', "behind.decision", 'write ["decider"]'),
        ('["responsible_leader", "leadership"]]', '["unit", "leadership"]]', "breach[2]", "tells unit, who may not"),
        (', ["responsible_leader", "leadership"]]', "]", "breach", "must end with a stage that names leadership"),
        ('expire = ["unit", ', "expire = [", "hears.all.expire", "does not tell unit"),
        ('notify = ["unit"]', 'notify = ["district"]', "hears.all.notify", "does not tell unit"),
        ('"log.major" = ["unit", ', '"log.major" = [', "hears.all.log.major", "does not tell unit"),
        ('deem_received = ["unit", ', "deem_received = [", "hears.all.deem_received", "does not tell unit"),
        ('review_pass = ["unit", "district", "told"]', 'review_pass = ["unit"]', "hears.all.review_pass", "tell told"),
        ('set_anew = ["unit", "told"]', 'set_anew = ["unit"]', "hears.all.set_anew", "does not tell told"),
        ('reopen = ["unit", "district", "told"]', 'reopen = ["unit"]', "hears.all.reopen", "does not tell told"),
        ('void = ["unit", "district", "told"]', 'void = ["unit"]', "hears.all.void", "does not tell told"),
        ('review_fail = ["unit", "district"]', "review_fail = []", "hears.district.review_fail", "does not tell unit"),
        ('"remind.deadline" = ["unit"]', '"remind.deadline" = []', "hears.all.remind.deadline", "does not tell unit"),
        ('"remind.opinion" = ["leadership"]', '"remind.opinion" = []', "hears.all.remind.opinion", "tell leadership"),
        ('repeat = ["bureau", "committee", "leadership"]', "repeat = []", "hears.all.repeat", "must tell somebody"),
        ("[hears.district]", "[hears.district]\nrepeat = []", "hears.district.repeat", "must tell somebody"),
        ('opine = ["bureau", "committee", ', "opine = [", "hears.all.opine", "does not tell bureau, committee"),
        ('opine = ["bureau", ', 'opine = ["unit", "bureau", ', "hears.all.opine", "tells unit, who may not"),
        ('expire = ["unit", ', 'expire = ["unit", "bureau", ', "hears.all.expire", "tells bureau, who may not open"),
        ('reply = ["leadership"', 'reply = ["district", "leadership"', "hears.all.reply", "tells district, who"),
        ('"log.proposed" = ["overseer"]', '"log.proposed" = ["unit"]', "hears.all.log.proposed", "tells unit, who"),
        ('"log.general" = ["overseer"]', '"log.general" = ["told"]', "hears.unit.log.general", "tells told, who"),
        ("[hears.unit]", '[hears.unit]\n"escalate.1" = []', "hears.unit.escalate.1", "does not tell leadership"),
        ('wanted_from = ["leader", ', 'wanted_from = ["admin", "leader", ', "acknowledgement.wanted", "never alerted"),
        ('wanted_from = ["leader", "leadership"]', "wanted_from = []", "acknowledgement.next_above", "does nothing"),
        ('leader = "leadership"', 'leader = "bureau"', "acknowledgement.next_above.leader", "use leadership"),
        ('leader = "leadership"', 'leadership = "bureau"', "acknowledgement.next_above.leadership", "remove it"),
        ('feedback = ["unit", ', "feedback = [", "inspections.hears.feedback", "does not tell unit"),
        ('breach = ["overseer"]', "breach = []", "inspections.hears.breach", "overseer, who owes the feedback"),
        ('breach = ["overseer"]', 'breach = ["overseer", "unit"]', "inspections.hears.breach", "tells unit"),
        ('close = ["overseer"]', 'close = ["overseer", "bureau"]', "inspections.hears.close", "names bureau"),
        ('close = ["overseer"]', 'close = ["told"]', "inspections.hears.close", "names told"),
        ('close = ["overseer"]', "closing = []", "inspections.hears.closing", "did you mean close?"),
        ('late = ["unit", "district"]', "late = []", "reports.university_hears.late", "does not tell unit, district"),
        ('late = ["unit", "team", ', 'late = ["unit", ', "reports.district_hears.late", "does not tell team"),
        ('submit = ["team"]', 'submit = ["overseer"]', "reports.district_hears.submit", "names overseer"),
        ('submit = ["team"]', 'submit = ["committee"]', "reports.district_hears.submit", "names committee"),
        ("university_weekday = 4", "university_weekday = 8", "reports.university_weekday", "from 1 to 7"),
        ('when_not_worked = "before"', 'when_not_worked = "never"', "reports.when_not_worked", '"after", "before"'),
        ("missing_after_working_days = 1", "missing_after_working_days = 0", "reports.missing_after", "from 1 to 1000"),
        ("\nat = 17:00:00", "\nat = 12:00:00", "reports.remind_at", "15:00:00 is not before the deadline at 12:00:00"),
        ("[09:00:00, 15:00:00]", "[09:00:00, 09:00:00]", "reports.remind_at", "twice"),
        ('office = ["district"]', 'office = ["unit"]', "rounds.close.office", "names unit, for whom this is not meant"),
        ('all = ["leadership"]', 'all = ["bureau"]', "rounds.close.all", "use leadership"),
        ("[rounds.close]", "[rounds.open]", "rounds.open", "Use: close, carry_over"),
        ("committee = true", "committee = false", "hears.all.opine", "[offices] says there is not"),
        ("committee = true", 'committee = "no"', "offices.committee", "true or false"),
        ('centre = "full"', 'centre = "long"', "messages.centre", '"brief", "full"'),
        ("roles = []", 'roles = ["leader", "university"]', "messages.digest.roles", "names university, who"),
        ('["refuse", ', '["refusal", ', "messages.digest.at_once", "did you mean refuse?"),
        ("propose_findings = true", "propose_findings = 1", "readiness.propose_findings", "true or false"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_line_and_what_to_write(old: str, new: str, place: str, sentence: str) -> None:
    found = policy_mistakes(changed((old, new)))
    assert any(one.place.startswith(place) and sentence in one.en for one in found), [str(one) for one in found]
    assert all(one.zh and one.en and one.line for one in found)


def test_all_mistakes_are_named_at_once_in_the_order_of_their_lines() -> None:
    text = changed(
        ("receipt = 1 ", "receipt = 0 "),
        ("decision = 1 ", "decison = 1 "),
        ('review = ["reviewer"]', 'review = ["bureau"]'),
        ('notify = ["unit"]', "notify = []"),
        ('submit = ["reviewer"]', 'submit = ["reviwer"]'),
        ("major = 1, general = 2", "major = 1, general = 0"),
    )
    found = policy_mistakes(text)
    lines = [one.line for one in found]
    assert lines == sorted(lines, key=lambda line: line or 0)
    for part in ("receipt = 0", "decison", '"bureau"]', "notify = []", "reviwer", "general = 0"):
        assert line_of(text, part) in lines, part
    with pytest.raises(PolicyError) as refused:
        require_policy(text)
    assert str(refused.value).startswith("政策文件有误 / the policy file is wrong:\n第 ")
    assert len(str(refused.value).splitlines()) == len(found) + 1


def test_a_wrong_word_is_found_on_its_own_line_of_a_list() -> None:
    text = changed(
        ('escalate.1" = ["responsible_leader", "leadership"', 'escalate.1" = [\n"responsible_leader",\n"leadershp"')
    )
    wrong = next(one for one in policy_mistakes(text) if "leadershp" in one.en)
    assert wrong.line == line_of(text, "leadershp")


@pytest.mark.parametrize("text", ["", "a = " + "[" * 20_000, "a = " + "1" * 5_000, "不是 TOML", "[clocks]\n[clocks]"])
def test_what_is_no_policy_at_all_is_refused(text: str) -> None:
    assert policy_mistakes(text)
    with pytest.raises(PolicyError, match="政策文件有误"):
        require_policy(text)


@pytest.mark.parametrize("section", ["clocks = 1", "reminders = 3", "hears = []", 'behind = "unit"', "reports = true"])
def test_a_section_of_another_form_is_a_mistake_beside_those_of_the_rest(section: str) -> None:
    name = section.partition(" ")[0]
    begun = re.compile(rf"^(\[{name}[.\]]|{name} =).*?(?=^\[|^breach|\Z)", re.DOTALL | re.MULTILINE)
    rest = begun.sub("", TEXT)
    while begun.search(rest):
        rest = begun.sub("", rest)
    text = f"{section}\n{rest}".replace('version = "', 'version = " " # "')
    assert {one.place.partition(".")[0] for one in policy_mistakes(text)} == {name, "version"}


def test_an_office_without_a_committee_says_so_and_names_it_nowhere() -> None:
    text = changed(("committee = true", "committee = false")).replace('"committee", ', "")
    assert policy_mistakes(text) == []
    assert [str(one) for one in require_policy(text).offices.above] == ["bureau"]
    neither = text.replace("bureau = true", "bureau = false").replace('"bureau", ', "").replace('["bureau"]', "[]")
    assert [one.en for one in policy_mistakes(neither)] == ["must leave one of bureau and committee"]


def test_an_office_that_never_reports_without_an_opinion_needs_no_warning() -> None:
    never = changed(("report_without_opinion_after = 3", 'report_without_opinion_after = "never"'))
    assert policy_mistakes(never.replace('"remind.opinion" = ["leadership"]', '"remind.opinion" = []')) == []


def test_an_office_may_remind_nobody() -> None:
    without = re.sub(r"(?s)reminders = \[.*?\n\]", "reminders = []", TEXT, count=1)
    assert policy_mistakes(without) == []
    assert require_policy(without).reminders == ()


def test_an_office_above_that_there_is_not_has_no_role() -> None:
    assert require_policy(TEXT).offices.roles == (Role.BUREAU, Role.COMMITTEE)
