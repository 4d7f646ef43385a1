"""Stories: what happens to one finding, written in TOML and played through the use cases that the API calls."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from importlib import resources
from io import BytesIO
from typing import TypedDict

import msgspec
from sqlalchemy.orm import Session

from demo.fast_clock import Act
from demo.steps import Days, Step
from service.evidence.uploads import KeptFile, hand_in, keep_file
from service.files.store import EvidenceStore
from service.findings.escalations import refuse, reopen, void
from service.findings.extensions import ask, decide
from service.findings.handling_opinions import opine, reply
from service.findings.log import NewFinding, Settlement, log
from service.findings.rectification_notices import Demand, begin, notify
from service.findings.reviews import NewReview, review
from service.findings.submissions import submit
from service.settings import EvidenceQuota
from workflows.findings.facts import Actor
from workflows.vocabulary import Measure, Move, Origin, Outcome, Severity

# whose move it is; every other one is the overseer's
ACTORS = {
    Move.BEGIN: "unit",
    Move.SUBMIT: "unit",
    Move.ASK_EXTENSION: "unit",
    Move.VOID: "head",
    Move.OPINE: "leadership",
    Move.REPLY: "bureau",
}
BEFORE, ON_THE_SPOT, AFTERWARDS = "现场照片.png", "当场整改后.png", ("整改后照片.jpg", "整改情况说明.pdf")
FILENAMES = (BEFORE, ON_THE_SPOT, *AFTERWARDS)


class Story(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A finding, the steps that it goes through (see `demo.steps`), and the words of everybody."""

    unit: str  # the organization's name, in Chinese
    steps: list[str]
    summary: str
    severity: Severity = Severity.GENERAL
    origin: Origin = Origin.CENTRE
    item: str | None = None  # number of the checklist item
    details: str | None = None
    location: str | None = None  # where a photo is taken
    requirement: str = ""
    plan: str | None = None
    measures: list[str] = []  # of each submission in turn
    comments: list[str] = []  # of each review, decision or settlement in turn
    reason: str = ""
    measure: Measure = Measure.TALK
    opinion: str = ""
    reply: str = ""
    title: str = ""
    point: str = ""  # what to look at


def keep_evidence(store: EvidenceStore) -> Mapping[str, KeptFile]:
    """The files of all stories in the store, by the names under which they are handed in; comes before any writing."""
    names = {name: resources.files("demo") / "files" / f"evidence.{name.rpartition('.')[2]}" for name in FILENAMES}
    return {name: keep_file(store, BytesIO(file.read_bytes()), name) for name, file in names.items()}


class By(TypedDict):
    """Who acts, and when: arguments of every use case."""

    actor: Actor
    now: datetime


@dataclass(slots=True)
class Case:
    """A story on its way; `actors` are those around the unit: unit, overseer, head, leadership, bureau, committee."""

    session: Session
    evidence: Mapping[str, KeptFile]
    story: Story
    organization_id: str
    checklist_item_id: str | None
    actors: Mapping[str, Actor]
    finding_id: str = ""
    extension_id: str = ""
    opinion_id: str = ""
    measures: Iterator[str] = field(init=False)
    comments: Iterator[str] = field(init=False)

    def __post_init__(self) -> None:
        self.measures, self.comments = iter(self.story.measures), iter(self.story.comments)

    def acts(self, days: Days) -> Iterator[Act]:
        """Every step of the story, to be made when its instant comes."""
        for line in self.story.steps:
            step = days.step(line)
            yield step.at, partial(self._act, step)

    def _act(self, step: Step, now: datetime) -> None:
        MOVES[step.move](self, step, {"actor": self.actors[step.by or ACTORS.get(step.move, "overseer")], "now": now})

    def log(self, step: Step, by: By) -> None:
        story = self.story
        if story.origin is Origin.UNIT:
            by["actor"] = self.actors["unit"]
        settled = None
        if step.move is Move.SETTLE:
            settled = Settlement([self._upload(ON_THE_SPOT, by)], next(self.comments))
        new = NewFinding(
            organization_id=self.organization_id,
            summary=story.summary,
            severity=story.severity,
            details=story.details,
            location=story.location,
            checklist_item_id=self.checklist_item_id,
            evidence_ids=[self._upload(BEFORE, by)] if story.location else [],
            settled=settled,
        )
        self.finding_id = log(self.session, new, **by).id

    def notify(self, step: Step, by: By) -> None:
        demand = Demand(self.finding_id, self.story.requirement, step.until, step.working_days)
        notify(self.session, demand, **by)

    def begin(self, step: Step, by: By) -> None:
        begin(self.session, self.finding_id, plan=self.story.plan, deadline=step.until, **by)

    def submit(self, _: Step, by: By) -> None:
        evidence_ids = [self._upload(name, by) for name in AFTERWARDS]
        submit(self.session, self.finding_id, measures=next(self.measures), evidence_ids=evidence_ids, **by)

    def review(self, step: Step, by: By) -> None:
        outcome, comment = Outcome(step.move.removeprefix("review_")), next(self.comments)
        new = NewReview(outcome, comment, remaining=comment if outcome is Outcome.PARTIAL else None)
        review(self.session, self.finding_id, new, **by)

    def ask_extension(self, step: Step, by: By) -> None:
        asked = ask(self.session, self.finding_id, deadline=step.deadline(), reason=self.story.reason, **by)
        self.extension_id = asked.id

    def grant_extension(self, _: Step, by: By) -> None:
        decide(self.session, self.extension_id, granted=True, comment=next(self.comments), **by)

    def refuse(self, _: Step, by: By) -> None:
        refuse(self.session, self.finding_id, reason=self.story.reason, **by)

    def opine(self, step: Step, by: By) -> None:
        measure, opinion = self.story.measure, self.story.opinion
        recorded = opine(self.session, self.finding_id, measure=measure, opinion=opinion, new_deadline=step.until, **by)
        self.opinion_id = recorded.id

    def reply(self, _: Step, by: By) -> None:
        reply(self.session, self.opinion_id, text=self.story.reply, **by)

    def reopen(self, step: Step, by: By) -> None:
        reopen(self.session, self.finding_id, reason=self.story.reason, deadline=step.deadline(), **by)

    def void(self, _: Step, by: By) -> None:
        void(self.session, self.finding_id, reason=self.story.reason, **by)

    def _upload(self, filename: str, by: By) -> str:
        return hand_in(self.session, self.evidence[filename], quota=EvidenceQuota(), **by).id


MOVES: Mapping[Move, Callable[[Case, Step, By], None]] = {
    Move.LOG: Case.log,
    Move.SETTLE: Case.log,
    Move.NOTIFY: Case.notify,
    Move.BEGIN: Case.begin,
    Move.SUBMIT: Case.submit,
    Move.REVIEW_PASS: Case.review,
    Move.REVIEW_PARTIAL: Case.review,
    Move.REVIEW_FAIL: Case.review,
    Move.ASK_EXTENSION: Case.ask_extension,
    Move.GRANT_EXTENSION: Case.grant_extension,
    Move.REFUSE: Case.refuse,
    Move.OPINE: Case.opine,
    Move.REPLY: Case.reply,
    Move.REOPEN: Case.reopen,
    Move.VOID: Case.void,
}
