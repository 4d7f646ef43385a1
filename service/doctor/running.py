"""Whether the processes run, due moves are made, events are sealed, documents are made, and evidence has its files."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from operator import itemgetter

from alembic.runtime.migration import MigrationContext
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.audit.checkpoints import unsealed_since
from service.doctor.check import SHOWN, Check, fault, minutes, ok, several, warning
from service.files.store import EvidenceStore
from service.findings.sweep import next_due_at
from service.models import Document, Evidence, Finding
from service.store.heartbeats import last_beats
from service.store.schema import newest_revision
from service.store.sweeping import ClockTask, still_set_aside
from service.wording.failures import failure_sentence
from service.wording.texts import word
from workflows.vocabulary import DocumentStatus

PROCESSES = ("worker", "timetable")  # the web process is seen to run by whoever asks it
SILENT_AFTER = timedelta(minutes=1)
DUE_TOO_LONG = timedelta(minutes=1)
DUE_FAR_TOO_LONG = timedelta(minutes=5)
UNMADE_TOO_LONG = timedelta(minutes=10)
REMEMBERED = timedelta(days=14)  # how long a document that failed is shown
UNSEALED_TOO_LONG = timedelta(minutes=5)


def check_schema(session: Session) -> Check:
    """Whether database and program belong together."""
    has = MigrationContext.configure(session.connection()).get_current_revision()
    return ok("schema") if has == newest_revision() else fault("schema")


def check_running(session: Session, *, now: datetime) -> Iterator[Check]:
    """The sweep, what it had to set aside, the processes, and the seals on the events."""
    yield _sweep(session, now)
    yield _set_aside(session)
    yield check_processes(session, PROCESSES, now=now)
    since = unsealed_since(session, settled=False)  # for whatever reason they are not sealed
    late = since is not None and now - since > UNSEALED_TOO_LONG
    yield warning("checkpoints", age=minutes(since, now)) if since and late else ok("checkpoints")


def check_processes(session: Session, names: Sequence[str], *, now: datetime) -> Check:
    """Whether each of these kinds of process has had a heartbeat within a minute."""
    beats = last_beats(session)
    silent = [name for name in names if name not in beats or now - beats[name] > SILENT_AFTER]
    return fault("processes", which=silent) if silent else ok("processes")


def check_redis(ping: Callable[[], str | None]) -> Check:
    """Whether Redis answers; it carries hints only."""
    error = ping()
    return warning("redis", error=error) if error else ok("redis")


def check_evidence(session: Session, store: EvidenceStore) -> Check:
    """Whether every row has its file."""
    files = {sha256 for sha256, _ in store.files()}
    rows = session.execute(select(Evidence.sha256, Evidence.filename).order_by(Evidence.uploaded_at.desc()))
    lost = [filename for sha256, filename in rows if sha256 not in files]
    return fault("evidence", count=len(lost), which=lost) if lost else ok("evidence")


def check_documents(session: Session, *, now: datetime) -> Iterator[Check]:
    """Documents that failed within 14 days, and queued ones older than 10 minutes."""
    failed = select(Document).where(Document.status == DocumentStatus.FAILED, Document.requested_at > now - REMEMBERED)
    lost = session.scalars(failed.order_by(Document.requested_at.desc())).all()
    late = session.scalar(
        select(func.count()).where(Document.next_attempt_at.is_not(None), Document.requested_at < now - UNMADE_TOO_LONG)
    )
    if late:
        yield fault("documents", count=late)
    elif lost:
        error = partial(failure_sentence, lost[0].error)
        yield warning("documents", count=len(lost), which=[one.title for one in lost], error=error)
    else:
        yield ok("documents")


def _sweep(session: Session, now: datetime) -> Check:
    due_at = next_due_at(session)
    if due_at is None or now - due_at <= DUE_TOO_LONG:
        return ok("sweep")
    worse = now - due_at > DUE_FAR_TOO_LONG
    return (fault if worse else warning)("sweep", age=minutes(due_at, now))


def _set_aside(session: Session) -> Check:
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
