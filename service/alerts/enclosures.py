"""Papers that a message is to carry: the report on a finding that has gone up, to those whom it is addressed to."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from sqlalchemy.orm import Session

from service.alerts.channels.transport import Attachment
from service.alerts.letter_items import LetterItem
from service.alerts.texts import ReadableAlert
from service.models import Person
from service.wording import FindingAlertFields
from service.wording.above import BOTH
from workflows.vocabulary import UPWARD_ROLES, Addressee, DocumentKind, Move, Role, State

MOST = 5  # papers in one message: whoever gets more reads them in the system


class WantedPaper(NamedTuple):
    """A report on what an alert tells of; one that was made before it would not know of that."""

    kind: DocumentKind
    subject_id: str
    number: str  # of the finding
    since: datetime
    path: str  # of the finding, where the paper itself is not there
    above: Sequence[Addressee] = BOTH  # the offices that a report upward is addressed to


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper that goes along, or that the message says where to find."""

    title: str
    path: str  # where a link leads
    attachment: Attachment | None = None
    document_id: str = ""

    @property
    def reference(self) -> dict[str, str]:
        """What `Encloser.reopen` finds the attachment by."""
        names = (self.attachment.name, self.attachment.ascii_name) if self.attachment else ("", "")
        return dict(zip(("document_id", "name", "ascii_name"), (self.document_id, *names), strict=True))


@dataclass(frozen=True, slots=True)
class Papers:
    """What goes along with one message."""

    papers: Sequence[Paper] = ()
    more: int = 0  # that are too many to be enclosed


class Encloser(Protocol):
    """Who has papers made, and hands them out."""

    def order(self, session: Session, reader: Person, wanted: Sequence[WantedPaper], *, now: datetime) -> bool:
        """Have the papers made that are not there yet, as far as the reader may see them; whether all are ready.

        Also true where it is no use to wait any longer. Never raises on account of a paper.
        """

    def papers(self, reader: Person, wanted: Sequence[WantedPaper]) -> list[Paper]:
        """The papers that the reader may see, those that are ready with their content; opens a session of its own."""

    def reopen(self, document_id: str, name: str, ascii_name: str) -> Attachment | None:
        """A paper as it was enclosed before; None when it is gone."""


def wanted_papers(items: Sequence[LetterItem]) -> list[WantedPaper]:
    """The reports that a message with these items carries, each once (notice, part 4, paragraph 3).

    The leadership team gets the one it is to decide on, bureau and committee the one with the handling opinion; of what
    a later step has settled, and to whoever reads brief messages, there is none.
    """
    wanted = [paper for item in items for alert in item.alerts for paper in _wanted(alert)]
    return list({(paper.kind, paper.subject_id): paper for paper in wanted}.values())


def _wanted(alert: ReadableAlert) -> Iterator[WantedPaper]:
    fields, details = alert.fields, alert.details
    if details is None or not isinstance(fields, FindingAlertFields):
        return
    went_up = fields.to_state is State.ESCALATED and fields.from_state is not State.ESCALATED
    if Role.LEADERSHIP in details.reader_roles and went_up and fields.escalation_level == 1:
        kind, subject_id = DocumentKind.LEADERSHIP_REPORT, alert.subject_id
    elif details.reader_roles & {*UPWARD_ROLES} and fields.kind == Move.OPINE and "handling_opinion_id" in fields.data:
        kind, subject_id = DocumentKind.UPWARD_REPORT, fields.data["handling_opinion_id"]
    else:
        return
    yield WantedPaper(kind, subject_id, fields.number, alert.created_at, alert.path, fields.above)
