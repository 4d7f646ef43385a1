"""How the findings of the demo round went on; each course is named in demo/findings.toml.

Numbers are working days before the last one that is over; negative ones lie ahead.
"""

from demo.playback import Script
from demo.scene import Scene
from workflows.vocabulary import Measure, Outcome

WEEK = 5  # courses that are over lie spread over as many days


def found(scene: Scene) -> Script:
    """Logged yesterday, notified by nobody yet."""
    yield scene.at(0, 15)
    scene.log()


def voided(scene: Scene) -> Script:
    """Logged by mistake, withdrawn by the head of the team."""
    yield scene.at(12, 9)
    case = scene.log()
    yield scene.at(12, 14)
    case.void(scene.crew.head, scene.text["reason"])


def settled(scene: Scene) -> Script:
    """Put right on the spot."""
    yield scene.at(15 - scene.place % WEEK, 11)
    scene.log(settled=scene.text["comment"])


def self_found(scene: Scene) -> Script:
    """Begun with a deadline of the unit's own."""
    yield scene.at(3, 10)
    case = scene.log()
    yield scene.at(2, 9)
    case.begin(scene.crew.unit, plan=scene.text.get("plan"), deadline=scene.days.close(-4))


def notified(scene: Scene) -> Script:
    """The notice is out, and not signed for."""
    yield from scene.notified(found=0, deadline=-6)


def notified_deemed(scene: Scene) -> Script:
    """Nobody signed, so that the deadline counts from the deemed receipt."""
    yield scene.at(3, 14)
    case = scene.log()
    yield scene.at(2, 10)
    case.notify(scene.overseer, scene.text["requirement"], working_days=7)


def rectifying(scene: Scene) -> Script:
    """Signed for, with a plan perhaps; nothing submitted."""
    yield from scene.received(found=5, deadline=-4)


def awaiting_review(scene: Scene) -> Script:
    """Submitted, within the time for a review."""
    case = yield from scene.received(found=8, deadline=-2)
    yield scene.at(0, 14)
    scene.submit(case)


def review_overdue(scene: Scene) -> Script:
    """The inspector does not review: leader and leadership have heard."""
    case = yield from scene.received(found=9, deadline=-2)
    yield scene.at(4, 10)
    scene.submit(case)


def partly_rectified(scene: Scene) -> Script:
    """Some of it is done."""
    case = yield from scene.received(found=9, deadline=-3)
    yield scene.at(3, 10)
    scene.submit(case)
    yield scene.at(2, 11)
    case.review(scene.overseer, Outcome.PARTIAL, scene.text["remaining"], remaining=scene.text["remaining"])


def failed(scene: Scene) -> Script:
    """The first review failed; the deadline runs on."""
    case = yield from scene.received(found=9, deadline=-3)
    yield scene.at(3, 10)
    scene.submit(case)
    yield scene.at(2, 11)
    case.review(scene.overseer, Outcome.FAIL, scene.text["comment"])


def put_right(scene: Scene) -> Script:
    """In time, and seen to be right."""
    shift = scene.place % WEEK
    case = yield from scene.received(found=20 - shift, deadline=11 - shift)
    yield scene.at(14 - shift, 10)
    scene.submit(case)
    yield scene.at(13 - shift, 15)
    case.review(scene.overseer, Outcome.PASS, scene.text["comment"])


def verified_late(scene: Scene) -> Script:
    """A day late, and seen the same day."""
    case = yield from scene.received(found=23, deadline=17)
    yield scene.at(16, 9)
    scene.submit(case)
    yield scene.at(16, 15)
    case.review(scene.overseer, Outcome.PASS, scene.text["comment"])


def reopened(scene: Scene) -> Script:
    """Put right, and found again by a look-back."""
    case = yield from scene.received(found=21, deadline=15)
    yield scene.at(17, 10)
    scene.submit(case)
    yield scene.at(16, 15)
    case.review(scene.overseer, Outcome.PASS, scene.text["comment"])
    yield scene.at(2, 10)
    case.reopen(scene.overseer, scene.text["reason"], scene.days.close(-5))


def extension_asked(scene: Scene) -> Script:
    """More time is asked for."""
    case = yield from scene.received(found=7, deadline=-3)
    yield scene.at(0, 15)
    case.ask_extension(scene.crew.unit, scene.days.close(-8), scene.text["reason"])


def extended(scene: Scene) -> Script:
    """More time was granted."""
    case = yield from scene.received(found=10, deadline=-1)
    yield scene.at(4, 10)
    extension_id = case.ask_extension(scene.crew.unit, scene.days.close(-5), scene.text["reason"])
    yield scene.at(3, 14)
    case.decide(scene.overseer, extension_id, scene.text["comment"], granted=True)


def overdue(scene: Scene) -> Script:
    """The deadline passed yesterday; it goes up tonight."""
    yield from scene.received(found=6, deadline=0, hour=16)


def refused(scene: Scene) -> Script:
    """The university refuses."""
    case = yield from scene.received(found=6, deadline=-5)
    yield scene.at(2, 16)
    case.refuse(scene.overseer, scene.text["reason"])


def level_one(scene: Scene) -> Script:
    """Major: the leadership team hears at once."""
    yield from scene.received(found=7, deadline=1)


def opined(scene: Scene) -> Script:
    """Reported with a handling opinion, and replied to; still not put right."""
    case = yield from scene.received(found=16, deadline=11)
    yield scene.at(9, 15)
    opinion = case.opine(scene.crew.leadership, Measure.CIRCULAR, scene.text["opinion"])
    yield scene.at(7, 10)
    case.reply(scene.crew.bureau, opinion, scene.text["reply"])


def set_anew(scene: Scene) -> Script:
    """Reported with a handling opinion that sets a new deadline."""
    case = yield from scene.received(found=14, deadline=9)
    yield scene.at(8, 15)
    deadline = scene.days.close(-2)
    opinion = case.opine(scene.crew.leadership, Measure.TALK, scene.text["opinion"], new_deadline=deadline)
    yield scene.at(6, 10)
    case.reply(scene.crew.committee, opinion, scene.text["reply"])


def reported_without_opinion(scene: Scene) -> Script:
    """意见逾期: reported by the clock."""
    yield from scene.received(found=15, deadline=8)


COURSES = {
    course.__name__: course
    for course in (
        *(found, voided, settled, self_found, notified, notified_deemed, rectifying),
        *(awaiting_review, review_overdue, partly_rectified, failed, put_right, verified_late, reopened),
        *(extension_asked, extended, overdue, refused, level_one, opined, set_anew, reported_without_opinion),
    )
}
