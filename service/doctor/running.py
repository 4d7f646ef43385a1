"""Whether due moves are made, events are sealed, documents are made, and evidence has its files."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from operator import itemgetter

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.audit.checkpoints import unsealed_since
from service.doctor.check import SHOWN, Check, Status, fault, minutes, ok, several, warning
from service.files.store import EvidenceStore
from service.findings.sweep import next_due_at
from service.models import Document, Evidence, Finding
from service.statistics.tallies import differences
from service.store.schema import newest_revision, revision_of
from service.store.sweeping import ClockTask, still_set_aside
from service.wording.failures import failure_sentence
from service.wording.texts import word
from workflows.vocabulary import DocumentStatus

DUE_TOO_LONG = timedelta(minutes=1)
DUE_FAR_TOO_LONG = timedelta(minutes=5)
UNMADE_TOO_LONG = timedelta(minutes=10)
REMEMBERED = timedelta(days=14)  # how long a document that failed is shown
UNSEALED_TOO_LONG = timedelta(minutes=5)


def check_schema(session: Session) -> Check:
    """Whether database and program belong together."""
    return ok("schema") if revision_of(session.connection()) == newest_revision() else fault("schema")


def check_running(session: Session, *, now: datetime) -> Iterator[Check]:
    """The sweep, what it had to set aside, and the seals on the events."""
    yield check_sweep(session, now=now)
    yield check_set_aside(session)
    yield check_seals(session, now=now)


def check_seals(session: Session, *, now: datetime) -> Check:
    """Whether checkpoints cover what was written, but for the last minutes."""
    since = unsealed_since(session, settled=False)  # for whatever reason they are not sealed
    late = since is not None and now - since > UNSEALED_TOO_LONG
    return warning("checkpoints", age=minutes(since, now)) if since and late else ok("checkpoints")


def check_redis(ping: Callable[[], str | None]) -> Check:
    """Whether Redis answers; it carries hints only."""
    error = ping()
    return warning("redis", error=error) if error else ok("redis")


def check_tallies(session: Session) -> Check:
    """Whether figures are summed from as many findings as there are."""
    wrong = differences(session)
    return warning("tallies", count=wrong) if wrong else ok("tallies")


def check_evidence(session: Session, store: EvidenceStore) -> Check:
    """Whether every row has its file."""
    files = {sha256 for sha256, _ in store.files()}
    rows = session.execute(select(Evidence.sha256, Evidence.filename).order_by(Evidence.uploaded_at.desc()))
    lost = [filename for sha256, filename in rows if sha256 not in files]
    return fault("evidence", count=len(lost), which=lost) if lost else ok("evidence")


def check_documents(session: Session, *, now: datetime) -> Check:
    """Documents that failed within 14 days, and queued ones older than 10 minutes."""
    unmade = check_unmade(session, now=now)
    failed = (Document.status == DocumentStatus.FAILED, Document.requested_at > now - REMEMBERED)
    count = session.scalar(select(func.count()).where(*failed))
    if unmade.status is Status.FAULT or not count:
        return unmade
    newest = select(Document.title, Document.error).where(*failed).order_by(Document.requested_at.desc())
    lost = session.execute(newest.limit(SHOWN + 1)).all()
    error = partial(failure_sentence, lost[0].error)
    return warning("documents", count=count, which=[one.title for one in lost], error=error)


def check_unmade(session: Session, *, now: datetime) -> Check:
    """Documents that have been queued for more than 10 minutes: nobody makes them."""
    waiting = (Document.next_attempt_at.is_not(None), Document.requested_at < now - UNMADE_TOO_LONG)
    late = session.scalar(select(func.count()).where(*waiting))
    return fault("documents", count=late) if late else ok("documents")


def check_sweep(session: Session, *, now: datetime) -> Check:
    """Whether findings move when they have to; names those that did not."""
    due_at = next_due_at(session)
    if due_at is None or now - due_at <= DUE_TOO_LONG:
        return ok("sweep")
    late = select(Finding.number).where(Finding.next_action_at < now - DUE_TOO_LONG).order_by(Finding.next_action_at)
    which = session.scalars(late.limit(SHOWN + 1)).all()
    worse = now - due_at > DUE_FAR_TOO_LONG
    return (fault if worse else warning)("sweep", age=minutes(due_at, now), which=which)


def check_set_aside(session: Session) -> Check:
    """Findings, and whatever else the sweep failed on; the error is that of the newest."""
    aside = select(Finding.set_aside_at, Finding.number, Finding.set_aside_error).order_by(Finding.set_aside_at.desc())
    findings = session.execute(aside.where(Finding.set_aside_at.is_not(None)).limit(SHOWN + 1))
    found = [(at, ClockTask.FINDINGS, number, error) for at, number, error in findings if at]
    others = still_set_aside(session)
    found += [(note.at, ClockTask(note.task), note.name, note.error) for note in others]
    if not found:
        return ok("set_aside")
    found.sort(key=itemgetter(0), reverse=True)
    count = session.scalar(select(func.count()).where(Finding.set_aside_at.is_not(None))) or 0
    which = partial(_named, [(task, name) for _, task, name, _ in found])
    return fault("set_aside", count=count + len(others), which=which, error=found[0][3])


def _named(found: Sequence[tuple[ClockTask, str]], language: str) -> str:
    return several([f"{word(task, language)} {name}".rstrip() for task, name in found], language)
