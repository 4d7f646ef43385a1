"""What a unit has handed in about a finding, with its photographs, and what was said of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from api.http.context import RequestContext
from service.findings.read import evidence_by_act, reviews_of, submissions_of
from workflows.vocabulary import Outcome

PICTURES = ("image/jpeg", "image/png", "image/webp")  # that every browser shows


@dataclass(frozen=True, slots=True)
class Pieces:
    """What hangs at one act: pictures to look at, other files to save."""

    pictures: Sequence[Any] = ()
    files: Sequence[Any] = ()

    def __bool__(self) -> bool:
        return bool(self.pictures or self.files)


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A review with what its reviewer has photographed."""

    review: Any
    pieces: Pieces


@dataclass(frozen=True, slots=True)
class Submitted:
    """A submission with its photographs, and the reviews of it."""

    submission: Any
    pieces: Pieces
    reviews: Sequence[Reviewed]
    is_pending: bool


@dataclass(frozen=True, slots=True)
class History:
    """Everything that was handed in and said, the newest first."""

    found: Pieces = field(default_factory=Pieces)
    submitted: Sequence[Submitted] = ()
    failures: Sequence[Reviewed] = ()  # reviews that did not pass, oldest first

    @property
    def latest(self) -> Submitted | None:
        """The newest submission."""
        return self.submitted[0] if self.submitted else None

    @property
    def last_failure(self) -> Reviewed | None:
        """The newest review that did not pass."""
        return self.failures[-1] if self.failures else None


def history_of(context: RequestContext, finding: Any) -> History:
    """The history of a finding, as far as the caller sees acts."""
    session, actor = context.session, context.actor
    pieces = {act: _sorted_out(of_act) for act, of_act in evidence_by_act(session, finding, actor=actor).items()}
    reviews = [Reviewed(one, pieces.get(one.id, Pieces())) for one in reviews_of(session, finding, actor=actor)]
    submissions = submissions_of(session, finding, actor=actor)
    submitted = [_submitted(one, finding, pieces, reviews) for one in reversed(submissions)]
    failures = [one for one in reviews if one.review.outcome is not Outcome.PASS]
    return History(pieces.get(finding.id, Pieces()), submitted, failures)


def _submitted(submission: Any, finding: Any, pieces: Mapping[str, Pieces], reviews: Sequence[Reviewed]) -> Submitted:
    its = [one for one in reviews if one.review.submission_id == submission.id]
    pending = submission.id == finding.pending_submission_id
    return Submitted(submission, pieces.get(submission.id, Pieces()), its, pending)


def _sorted_out(pieces: Sequence[Any]) -> Pieces:
    pictures = [one for one in pieces if one.media_type in PICTURES]
    return Pieces(pictures, [one for one in pieces if one.media_type not in PICTURES])
