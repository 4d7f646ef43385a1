"""Queues, workers, failed jobs, mails that were not sent, and what audits found."""

from api.schemas.paging import PagingQuery
from api.schemas.request_fields import RequestSchema, Text, Word
from api.schemas.response_fields import ResponseSchema, at, count, id_, named, part, several, text, word, yes_no
from service.alerts.hold.unsent import DeliveryState


class QueueSchema(ResponseSchema):
    """How it stands with a queue."""

    name = text()
    waiting = count()
    running = count()
    failed = count()
    listeners = count()


class WorkerSchema(ResponseSchema):
    """A worker that was heard of and did not end in order."""

    host = text()
    pid = count()
    duties = text()
    started_at = at()
    seen_at = at(attribute="at")


class QueuesSchema(ResponseSchema):
    """The queues and their workers."""

    redis_answers = yes_no(maybe=True)
    queues = several(part(QueueSchema))
    workers = several(part(WorkerSchema))


class FailedJobSchema(ResponseSchema):
    """A job that failed."""

    id = id_()
    queue = text()
    failed_at = at(maybe=True)
    reason = text(maybe=True)


class DeliverySchema(ResponseSchema):
    """A mail that waits or was given up."""

    rest_from = "delivery"

    id = id_()
    state = word(DeliveryState)
    channel = text()
    person = named()
    address = text(maybe=True)
    created_at = at()
    attempts = count()
    next_attempt_at = at(maybe=True)
    given_up_at = at(maybe=True)
    error = text(maybe=True)


class DeliveryQuery(PagingQuery):
    """In which state."""

    state = Word(DeliveryState)


class DroppingBody(RequestSchema):
    """Why it is not sent."""

    reason = Text(1000, required=True)


class TrialBody(RequestSchema):
    """Where a trial mail goes."""

    address = Text(254, required=True)


class TrialSchema(ResponseSchema):
    """What came of a trial mail."""

    sent = yes_no()
    detail = text()


class CoveredBookSchema(ResponseSchema):
    """How far a book is under checkpoints."""

    book = text()
    checkpoint = count(maybe=True)
    covered_at = at(maybe=True)
    hash = text(maybe=True)


class AuditResultsSchema(ResponseSchema):
    """Whether the record holds, as far as it was looked at."""

    holds = yes_no(maybe=True)
    watched_at = at(maybe=True)
    broken = several(text())
    verified_at = at(maybe=True)
    faults = count(maybe=True)
    books = several(part(CoveredBookSchema))
