"""Stories: what happens to one finding, told in TOML and played by the use cases that serve everybody else."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from importlib import resources
from io import BytesIO

import msgspec
from sqlalchemy.orm import Session

from demo.fast_clock import Act
from demo.steps import Days, Step
from service.evidence import upload
from service.files.store import EvidenceStore
from service.findings.escalations import refuse, reopen, void
from service.findings.extensions import ask, decide
from service.findings.handling_opinions import opine, reply
from service.findings.log import NewFinding, Settlement, log
from service.findings.rectification_notices import Demand, begin, notify
from service.findings.reviews import NewReview, review
from service.findings.submissions import submit
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


@dataclass(slots=True)
class Case:
    """A story on its way; `actors` are those around the unit: unit, overseer, head, leadership, bureau, committee."""

    session: Session
    store: EvidenceStore
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

    def _act(self, step: Step, _now: datetime) -> None:
        MOVES[step.move](self, step, self.actors[step.by or ACTORS.get(step.move, "overseer")])

    def log(self, step: Step, overseer: Actor) -> None:
        story = self.story
        actor = self.actors["unit"] if story.origin is Origin.UNIT else overseer
        photos = [self._upload(actor, "现场照片.png", step.at)] if story.location else []
        settled = None
        if step.move is Move.SETTLE:
            settled = Settlement([self._upload(actor, "当场整改后.png", step.at)], next(self.comments))
        new = NewFinding(
            organization_id=self.organization_id,
            summary=story.summary,
            severity=story.severity,
            details=story.details,
            location=story.location,
            checklist_item_id=self.checklist_item_id,
            evidence_ids=photos,
            settled=settled,
        )
        self.finding_id = log(self.session, new, actor=actor, now=step.at).id

    def notify(self, step: Step, actor: Actor) -> None:
        demand = Demand(self.finding_id, self.story.requirement, step.until, step.working_days)
        notify(self.session, demand, actor=actor, now=step.at)

    def begin(self, step: Step, actor: Actor) -> None:
        plan = self.story.plan
        begin(self.session, self.finding_id, actor=actor, now=step.at, plan=plan, deadline=step.until)

    def submit(self, step: Step, actor: Actor) -> None:
        evidence_ids = [self._upload(actor, name, step.at) for name in ("整改后照片.jpg", "整改情况说明.pdf")]
        measures = next(self.measures)
        submit(self.session, self.finding_id, measures=measures, evidence_ids=evidence_ids, actor=actor, now=step.at)

    def review(self, step: Step, actor: Actor) -> None:
        outcome, comment = Outcome(step.move.removeprefix("review_")), next(self.comments)
        new = NewReview(outcome, comment, remaining=comment if outcome is Outcome.PARTIAL else None)
        review(self.session, self.finding_id, new, actor=actor, now=step.at)

    def ask_extension(self, step: Step, actor: Actor) -> None:
        assert step.until  # noqa: S101 - the line says it
        asked = ask(
            self.session, self.finding_id, deadline=step.until, reason=self.story.reason, actor=actor, now=step.at
        )
        self.extension_id = asked.id

    def grant_extension(self, step: Step, actor: Actor) -> None:
        comment = next(self.comments)
        decide(self.session, self.extension_id, granted=True, comment=comment, actor=actor, now=step.at)

    def refuse(self, step: Step, actor: Actor) -> None:
        refuse(self.session, self.finding_id, reason=self.story.reason, actor=actor, now=step.at)

    def opine(self, step: Step, actor: Actor) -> None:
        self.opinion_id = opine(
            self.session,
            self.finding_id,
            measure=self.story.measure,
            opinion=self.story.opinion,
            new_deadline=step.until,
            actor=actor,
            now=step.at,
        ).id

    def reply(self, step: Step, actor: Actor) -> None:
        reply(self.session, self.opinion_id, text=self.story.reply, actor=actor, now=step.at)

    def reopen(self, step: Step, actor: Actor) -> None:
        assert step.until  # noqa: S101 - the line says it
        reason = self.story.reason
        reopen(self.session, self.finding_id, reason=reason, deadline=step.until, actor=actor, now=step.at)

    def void(self, step: Step, actor: Actor) -> None:
        void(self.session, self.finding_id, reason=self.story.reason, actor=actor, now=step.at)

    def _upload(self, actor: Actor, filename: str, now: datetime) -> str:
        """A file of that kind (png, jpg or pdf), uploaded under the name; the evidence's id."""
        content = (resources.files("demo") / "files" / f"evidence.{filename.rpartition('.')[2]}").read_bytes()
        stream = BytesIO(content)
        return upload(self.session, self.store, stream=stream, filename=filename, actor=actor, now=now).id


MOVES: Mapping[Move, Callable[[Case, Step, Actor], None]] = {
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
