"""What people do in a demo, with real use cases: each verb is one act at the playback's present instant."""

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from sqlalchemy.orm import Session

from demo.pictures import jpeg, pdf, png
from demo.playback import Playback
from service.alerts import inbox
from service.evidence import upload
from service.files.store import EvidenceStore
from service.findings import escalations, extensions, reviews, submissions
from service.findings import handling_opinions as opinions
from service.findings import log as findings
from service.findings import rectification_notices as notices
from service.findings.acknowledgements import next_unacknowledged_at
from service.findings.log import NewFinding
from service.findings.rectification_notices import Demand
from service.findings.reviews import NewReview
from workflows.findings.facts import Actor
from workflows.vocabulary import Measure, Outcome


@dataclass(frozen=True, slots=True)
class Stage:
    """Where scripts act: the books, the evidence store, and the time it is."""

    session: Session
    store: EvidenceStore
    playback: Playback

    @property
    def now(self) -> datetime:
        return self.playback.now

    def log(self, actor: Actor, new: NewFinding) -> "Case":
        """Log a finding."""
        return Case(self, findings.log(self.session, new, actor=actor, now=self.now).id)

    def photo(self, actor: Actor, name: str) -> str:
        """Upload a picture; returns the evidence's id."""
        return self._keep(actor, f"{name}.png", png(f"{name}{self.now}"))

    def scan(self, actor: Actor, name: str) -> str:
        """Upload a picture as a scanner makes it."""
        return self._keep(actor, f"{name}.jpg", jpeg(f"{name}{self.now}"))

    def document(self, actor: Actor, name: str, *lines: str) -> str:
        """Upload a page of text."""
        return self._keep(actor, f"{name}.pdf", pdf([name, "", *lines]))

    def acknowledge_all(self, actor: Actor) -> None:
        """Acknowledge whatever waits in a leader's inbox."""
        if next_unacknowledged_at(self.session) is None:  # nobody is waited for: spares the look into the inbox
            return
        for alert in inbox.alerts(self.session, actor=actor, unacknowledged=True, limit=200).items:
            inbox.acknowledge(self.session, alert.id, actor=actor, now=self.now)

    def _keep(self, actor: Actor, filename: str, content: bytes) -> str:
        with BytesIO(content) as stream:
            kept = upload(self.session, self.store, stream=stream, filename=filename, actor=actor, now=self.now)
            return kept.id


@dataclass(frozen=True, slots=True)
class Case:
    """One finding on the stage."""

    stage: Stage
    id: str

    def notify(
        self, actor: Actor, requirement: str, *, deadline: datetime | None = None, working_days: int | None = None
    ) -> None:
        demand = Demand(self.id, requirement, deadline, working_days)
        notices.notify(self.stage.session, demand, actor=actor, now=self.stage.now)

    def begin(self, actor: Actor, *, plan: str | None = None, deadline: datetime | None = None) -> None:
        notices.begin(self.stage.session, self.id, actor=actor, now=self.stage.now, plan=plan, deadline=deadline)

    def submit(self, actor: Actor, measures: str, *evidence_ids: str) -> None:
        submissions.submit(
            self.stage.session, self.id, measures=measures, evidence_ids=evidence_ids, actor=actor, now=self.stage.now
        )

    def review(self, actor: Actor, outcome: Outcome, comment: str, *, remaining: str | None = None) -> None:
        new = NewReview(outcome, comment, remaining=remaining)
        reviews.review(self.stage.session, self.id, new, actor=actor, now=self.stage.now)

    def ask_extension(self, actor: Actor, deadline: datetime, reason: str) -> str:
        return extensions.ask(
            self.stage.session, self.id, deadline=deadline, reason=reason, actor=actor, now=self.stage.now
        ).id

    def decide(self, actor: Actor, extension_id: str, comment: str, *, granted: bool) -> None:
        extensions.decide(
            self.stage.session, extension_id, granted=granted, comment=comment, actor=actor, now=self.stage.now
        )

    def opine(self, actor: Actor, measure: Measure, opinion: str, *, new_deadline: datetime | None = None) -> str:
        return opinions.opine(
            self.stage.session,
            self.id,
            measure=measure,
            opinion=opinion,
            new_deadline=new_deadline,
            actor=actor,
            now=self.stage.now,
        ).id

    def reply(self, actor: Actor, opinion_id: str, text: str) -> None:
        opinions.reply(self.stage.session, opinion_id, actor=actor, now=self.stage.now, text=text)

    def refuse(self, actor: Actor, reason: str) -> None:
        escalations.refuse(self.stage.session, self.id, actor=actor, now=self.stage.now, reason=reason)

    def reopen(self, actor: Actor, reason: str, deadline: datetime) -> None:
        escalations.reopen(
            self.stage.session, self.id, reason=reason, deadline=deadline, actor=actor, now=self.stage.now
        )

    def void(self, actor: Actor, reason: str) -> None:
        escalations.void(self.stage.session, self.id, actor=actor, now=self.stage.now, reason=reason)
