"""限期整改通知书 and 签收."""

from typing import Any, ClassVar

from marshmallow import ValidationError, validates_schema

from api.schemas.request_fields import Id, Instant, Part, RequestSchema, Several, Text, WholeNumber
from api.schemas.response_fields import ResponseSchema, at, count, id_, named, part, several, text, word
from workflows.vocabulary import State

LONGEST_TERM = 250  # working days: a year


class DemandSchema(ResponseSchema):
    """One finding of a notice; `deadline` is null until a term counted from receipt begins."""

    id = id_()
    number = text()
    summary = text()
    state = word(State)
    requirement = text(maybe=True)
    deadline = at(maybe=True)
    working_days = count(maybe=True)


class NoticeSchema(ResponseSchema):
    """A numbered notice to one unit, with those of its findings that the caller sees."""

    rest_from = "notice"

    id = id_()
    number = text()
    organization = named()
    issued_at = at()
    issued_by = named()
    received_at = at(maybe=True)
    findings = several(part(DemandSchema))


class NotificationBody(RequestSchema):
    """What has to be done by when: a deadline, or working days from receipt."""

    requirement = Text(required=True)
    deadline = Instant()
    working_days = WholeNumber(1, LONGEST_TERM)

    one_of: ClassVar = ("deadline", "working_days")

    @validates_schema
    def _one_of_two(self, demand: dict[str, Any], **_: Any) -> None:
        given = [name for name in self.one_of if name in demand]
        if not given:
            raise ValidationError("deadline_missing", "deadline")
        if len(given) > 1:
            raise ValidationError("deadline_or_working_days", "working_days")


class DemandBody(NotificationBody):
    """The same for one finding of several."""

    id = Id(required=True)


class NoticeBody(RequestSchema):
    """A notice that carries several findings of one unit."""

    organization_id = Id(required=True)
    findings = Several(Part(DemandBody), least=1, required=True)


class NoticeReceiptBody(RequestSchema):
    """签收 of a whole notice."""

    plan = Text(allow_none=True)


class ReceiptBody(NoticeReceiptBody):
    """签收; the unit sets the deadline itself for what it found itself."""

    deadline = Instant(allow_none=True)
