"""Where no script runs, a finding still goes from hand to hand: received, submitted with photographs, reviewed."""

from tests.browser.people import Somebody
from tests.browser.stage import PHONE, Stage
from workflows.vocabulary import Outcome, State


def without_scripts(stage: Stage, who: str) -> Somebody:
    """Somebody with a phone that runs no script, on the first page."""
    found = Somebody(stage.seat(who, size=PHONE, scripts=False), "zh")
    found.seat.open("/")
    return found


def test_a_finding_is_received_submitted_and_reviewed_without_a_script(stage: Stage) -> None:
    summary = "不用脚本也能办"
    stage.world.notified(summary=summary)
    unit = without_scripts(stage, "university")
    unit.opens(summary)
    form = unit.form(unit.words("acts.receipt"))
    form.get_by_label(unit.words("forms.plan")).fill("两日内换完")
    unit.sends(form, unit.words("acts.receipt"))
    unit.reads(unit.word(State.RECTIFYING))
    form = unit.form(unit.words("acts.submissions"))
    form.get_by_label(unit.words("forms.measures")).fill("已更换")
    unit.photo(form, 2)
    unit.sends(form, unit.words("acts.submissions"))
    unit.reads(unit.words("findings.awaits_review"))

    inspector = without_scripts(stage, "inspector")
    inspector.goes_to("findings")
    inspector.opens(summary)
    form = inspector.form(inspector.words("acts.reviews"))
    form.get_by_label(inspector.word(Outcome.PASS), exact=True).check()
    form.get_by_label(inspector.words("forms.reviews.comment")).fill("现场看过")
    inspector.sends(form, inspector.words("acts.reviews"))
    inspector.reads(inspector.word(State.VERIFIED))
