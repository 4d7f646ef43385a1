"""The seven people's stories, one case from the camera to the end of it, before a running installation."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.geometry import lies_badly
from tests.browser.installation import OVERDUE, installed
from tests.browser.people import Somebody, at_a_window, is_phone, photograph
from tests.browser.stage import DESK, PHONE, Stage, cookies_of
from tests.worlds.http import SHANGHAI, World
from tests.worlds.people import DISTRICT, UNIVERSITY
from workflows.vocabulary import Measure, Outcome, ReportState, Severity, State

WINDOWS = [pytest.param("zh", PHONE, id="zh-phone"), pytest.param("en", DESK, id="en-desk")]
pytestmark = pytest.mark.timeout(300)
PEOPLE = ("inspector", "university", "team_head", "district", "leader", "leadership", "bureau")


@pytest.fixture(scope="module")
def installation(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, str]]:
    with installed(sqlite_template, tmp_path_factory.mktemp("installation")) as running:
        yield running


@pytest.fixture
def stage(installation: tuple[World, str], browser: Browser) -> Iterator[Stage]:
    stage = Stage(*installation, browser)
    yield stage
    assert stage.leave() == []


@pytest.mark.parametrize(("language", "size"), WINDOWS)
def test_a_finding_goes_from_the_camera_to_its_end(stage: Stage, language: str, size: tuple[int, int]) -> None:
    case = Case(stage, language, size)
    case.the_inspector_logs_with_a_photo_and_notifies()
    case.the_university_receives_and_submits()
    case.the_inspector_is_not_content()
    case.the_leadership_team_gives_its_opinion()
    case.the_bureau_reads_and_replies()
    case.the_responsible_leader_acknowledges()
    case.the_university_submits_again()
    case.the_team_head_passes()
    case.the_committee_reads_how_it_ended()


class Case:
    """One finding, in the hands of one after the other."""

    def __init__(self, stage: Stage, language: str, size: tuple[int, int]) -> None:
        self.stage, self.language, self.size = stage, language, size
        self.summary = f"应急照明不亮（{language}）"
        self.people: dict[str, Somebody] = {}

    def __getitem__(self, who: str) -> Somebody:
        if who not in self.people:
            self.people[who] = at_a_window(self.stage, who, self.language, self.size)
        return self.people[who]

    def leaves(self, who: str) -> None:
        """Somebody whose part is over."""
        self.stage.close(self.people.pop(who).seat)

    def the_inspector_logs_with_a_photo_and_notifies(self) -> None:
        me = self["inspector"]
        page = me.page
        me.goes_to("capture")
        page.locator("input[type=file][multiple]").set_input_files(photograph(1))
        page.get_by_label(UNIVERSITY).check()
        page.get_by_label(me.words("forms.summary"), exact=True).fill(self.summary)
        page.get_by_label(me.word(Severity.MAJOR)).check()
        page.get_by_text(me.words("capture.notify")).click()
        page.get_by_label(me.words("forms.requirement")).fill("更换应急灯，逐层试亮")
        page.get_by_label(me.words("capture.in_days", days=5)).check()
        page.get_by_role("button", name=me.words("capture.save")).click()
        page.get_by_role("link", name=me.words("capture.open")).click()
        me.reads(self.summary, "heading")
        me.reads(me.word(State.NOTIFIED))
        page.get_by_role("img", name="IMG_1").wait_for()

    def the_university_receives_and_submits(self) -> None:
        me = self["university"]
        me.reads(me.words("today.to_sign"), "heading")
        me.opens(self.summary)
        form = me.form(me.words("acts.receipt"))
        form.get_by_label(me.words("forms.plan")).fill("两日内换完")
        me.sends(form, me.words("acts.receipt"))
        me.reads(me.word(State.RECTIFYING))
        self._submit("已更换两层", photos=2)

    def _submit(self, measures: str, *, photos: int) -> None:
        me = self["university"]
        form = me.form(me.words("acts.submissions"))
        form.get_by_label(me.words("forms.measures")).fill(measures)
        me.photo(form, photos)
        me.sends(form, me.words("acts.submissions"))
        me.reads(me.words("findings.awaits_review"))

    def the_inspector_is_not_content(self) -> None:
        self._review("inspector", Outcome.FAIL, "三层仍不亮")
        self["inspector"].reads(self["inspector"].word(State.ESCALATED))
        self.leaves("inspector")

    def _review(self, who: str, outcome: Outcome, comment: str) -> None:
        me = self[who]
        me.goes_to("today")
        me.reads(me.words("today.to_review"), "heading")
        me.opens(self.summary)
        form = me.form(me.words("acts.reviews"))
        form.get_by_label(me.word(outcome), exact=True).check()
        form.get_by_label(me.words("forms.reviews.comment")).fill(comment)
        me.sends(form, me.words("acts.reviews"))
        me.reads(comment)

    def the_leadership_team_gives_its_opinion(self) -> None:
        """From the alert to the form in two taps."""
        me = self["leadership"]
        page = me.page
        me.reads(OVERDUE)  # whose deadline is over
        me.goes_to("alerts")
        self._from_the_alert(me)
        label = me.words("acts.handling-opinions")
        if is_phone(me):
            page.get_by_role("link", name=label).click()
        assert page.get_by_label(me.words("forms.opinion")).first.is_visible()  # nothing has to be unfolded
        form = me.form(label)
        form.get_by_label(me.word(Measure.SUPERVISED)).check()
        form.get_by_label(me.words("forms.opinion")).fill("挂牌督办，逐层验收")
        form.get_by_label(me.words("forms.new_deadline")).fill(
            f"{datetime.now(SHANGHAI) + timedelta(days=9):%Y-%m-%dT17:00}"
        )
        form.get_by_role("button", name=me.words("findings.preview")).click()
        me.reads(me.words("findings.not_sent"))
        me.reads("挂牌督办，逐层验收")
        me.sends(me.form(label), label)
        me.reads(me.words("findings.opinion"), "heading")
        self.leaves("leadership")

    def _from_the_alert(self, me: Somebody) -> None:
        (finding,) = self.stage.world["leadership"].items("/findings", q=self.summary)
        me.page.get_by_role("main").get_by_role("link", name=finding["number"]).first.click()
        me.reads(self.summary, "heading")

    def the_bureau_reads_and_replies(self) -> None:
        me = self["bureau"]
        self._from_the_alert(me)
        me.reads("挂牌督办，逐层验收")
        me.page.get_by_role("link", name=me.words("findings.brief")).click()
        me.reads(me.words("findings.brief_told"), "heading")
        me.page.go_back()
        form = me.form(me.words("acts.replies"))
        form.get_by_label(me.words("forms.text")).fill("同意，请报结果")
        me.sends(form, me.words("acts.replies"))
        me.reads("同意，请报结果")
        self.leaves("bureau")

    def the_responsible_leader_acknowledges(self) -> None:
        me = self["leader"]
        self._from_the_alert(me)
        me.page.get_by_role("button", name=me.words("findings.acknowledge")).click()
        me.page.get_by_role("button", name=me.words("findings.acknowledge")).wait_for(state="detached")
        self.leaves("leader")

    def the_university_submits_again(self) -> None:
        me = self["university"]
        me.goes_to("today")
        me.opens(self.summary)
        me.reads("三层仍不亮")
        self._submit("三层线路已修复，逐层试亮", photos=1)
        self.leaves("university")

    def the_team_head_passes(self) -> None:
        self._review("team_head", Outcome.PASS, "现场试亮，全部正常")
        self["team_head"].reads(self["team_head"].word(State.VERIFIED))

    def the_committee_reads_how_it_ended(self) -> None:
        me = self["committee"]
        me.goes_to("findings")
        me.opens(self.summary)
        me.reads(me.word(State.VERIFIED))


@pytest.mark.parametrize(("language", "size"), WINDOWS)
def test_a_team_head_closes_a_sheet_with_what_is_undecided_listed(
    stage: Stage, language: str, size: tuple[int, int]
) -> None:
    me = at_a_window(stage, "team_head", language, size)
    page = me.page
    me.goes_to("inspections")
    page.get_by_role("link", name=me.words("inspections.new")).click()
    page.get_by_label(me.words("inspections.unit")).select_option(UNIVERSITY)
    page.get_by_role("button", name=me.words("inspections.open_it")).click()
    item = page.get_by_role("listitem").filter(has_text="1-12")
    item.get_by_role("button", name=me.words("inspections.say_in_place")).click()
    item = page.get_by_role("listitem").filter(has_text="1-13")
    item.get_by_text(me.words("inspections.say_not_in_place"), exact=True).click()
    item.get_by_label(me.words("inspections.summary_of_finding")).fill("监控有盲区")
    item.get_by_role("button", name=me.words("inspections.log_finding")).click()
    me.reads(me.word(State.FOUND))
    page.get_by_role("link", name=me.words("inspections.to_closing")).first.click()
    me.reads(me.words("inspections.undecided"), "heading")
    me.reads("1-20")
    page.get_by_label(me.words("inspections.working_days")).first.fill("5")
    page.get_by_role("button", name=me.words("inspections.close_it")).click()
    me.reads(me.words("inspections.papers"))


@pytest.mark.parametrize(("language", "size"), WINDOWS)
def test_a_district_office_hands_in_its_weekly_report_and_an_ended_sign_in_loses_no_word(
    stage: Stage, language: str, size: tuple[int, int]
) -> None:
    me = at_a_window(stage, "district", language, size)
    me.reads(me.words("work.reports"), "heading")
    me.page.get_by_role("main").get_by_role("link", name=DISTRICT).first.click()
    me.page.get_by_label(me.words("reports.plan")).fill("逐校复核")
    me.seat.context.clear_cookies(name="duban")
    me.seat.watch.expect_status(401)
    hand_in = me.page.get_by_role("button", name=me.words("reports.hand_in"), exact=True)
    hand_in.click()
    me.reads(me.words("signing_in.ended"))
    me.enters("district")
    me.page.get_by_role("button", name=me.words("signing_in.again_go")).click()
    me.reads(me.words("reports.refilled"))
    assert me.page.get_by_label(me.words("reports.plan")).input_value() == "逐校复核"
    hand_in.click()
    me.reads(me.word(ReportState.SUBMITTED))


@pytest.mark.parametrize(("language", "size"), [("zh", DESK), ("en", PHONE)])
def test_the_first_page_of_everybody_lies_well_in_the_other_window_too(
    stage: Stage, language: str, size: tuple[int, int]
) -> None:
    seat = stage.seat(None, language=language, size=size)
    for who in PEOPLE:
        seat.context.add_cookies(cookies_of(stage, who, language))  # type: ignore[arg-type]  # as its documentation has them
        assert lies_badly(seat.open("/"), touched=size == PHONE) == [], who
