"""The net under every sweep: rows are worked off together; one that fails is set aside, and the rest goes on."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from traceback import format_tb
from typing import Any, NamedTuple, TypeVar

import structlog
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import InstrumentedAttribute, Session

from service.models import Inspection, Round, SetAside, WeeklyReport
from service.store.bulk import insert_into
from service.store.db import lost_or_locked

Row = TypeVar("Row")
Work = TypeVar("Work")

AGAIN_AFTER = timedelta(minutes=5)  # when a row that was set aside is tried again
TASK_AGAIN_AFTER = timedelta(minutes=1)  # when a task that failed as a whole is tried again
LONGEST_ERROR = 2000  # characters
WHOLE = "00000000-0000-0000-0000-000000000000"  # stands for all rows of a task


class ClockTask(StrEnum):
    """What the clock works off by itself."""

    FINDINGS = "findings"  # due moves, reminders and escalations
    ACKNOWLEDGEMENTS = "acknowledgements"  # alerts that leaders left unacknowledged
    PROPOSALS = "proposals"  # findings on items that nobody confirmed in time
    REPORTS = "reports"  # weekly reports that are due, late or missing
    FEEDBACK = "feedback"  # sheets without feedback
    PLANS = "plans"  # the weekly reports that a round will owe
    EVENT_SEALS = "event_seals"  # checkpoints of events
    JOURNAL_SEALS = "journal_seals"  # checkpoints of the journal
    SECURITY_SEALS = "security_seals"  # checkpoints of the security log


# The instants by which the sweeps find their rows; findings keep their own note of what was set aside.
TIMERS: Mapping[str, InstrumentedAttribute[datetime | None]] = {
    ClockTask.PROPOSALS: Round.next_action_at,
    ClockTask.REPORTS: WeeklyReport.next_action_at,
    ClockTask.FEEDBACK: Inspection.next_action_at,
    ClockTask.PLANS: Round.replan_at,
}

_log = structlog.get_logger()


class Due(NamedTuple):
    """A row that fell due: its id, what people call it, and since when it is due."""

    id: str
    name: str
    since: datetime


def sweep_each(
    session: Session,
    task: ClockTask,
    rows: Iterable[tuple[Due, Row]],
    prepare: Callable[[Row, datetime], Work],
    write: Callable[[Sequence[Work]], None],
    *,
    now: datetime,
) -> None:
    """Write what `prepare` makes of each locked row and of the instant since when it is due; set aside what fails.

    A row that was set aside before is due since it first failed, and its note goes once it is written.
    """
    first_due = set_aside_since(session, task)

    def prepared(row: tuple[Due, Row]) -> Work:
        return prepare(row[1], min(row[0].since, first_due.get(row[0].id, row[0].since)))

    def set_aside(row: tuple[Due, Row], error: Exception) -> None:
        _set_aside(session, task, row[0], error, now)
        timer = TIMERS[task]
        put_off = update(timer.class_).where(timer.class_.id == row[0].id)
        session.execute(put_off.values({timer.key: now + AGAIN_AFTER}))

    written, _ = write_each(session, list(rows), prepared, write, set_aside)
    healed = [due.id for (due, _), _ in written if due.id in first_due]
    if healed:
        session.execute(delete(SetAside).where(SetAside.task == task, SetAside.row_id.in_(healed)))


def write_each(
    session: Session,
    rows: Sequence[Row],
    prepare: Callable[[Row], Work | None],
    write: Callable[[Sequence[Work]], None],
    set_aside: Callable[[Row, Exception], None],
) -> tuple[list[tuple[Row, Work]], int]:
    """Prepare each row, which must only read; write all that there is to write as one, or by halves until it works.

    Returns what was written, and how many rows were set aside. Raises `DBAPIError` when the database is lost or locked.
    """
    tried = list(prepare_each(rows, prepare))
    failed = [(row, work) for row, work in tried if isinstance(work, Exception)]
    for row, error in failed:
        set_aside(row, error)
    works = [(row, work) for row, work in tried if work is not None and not isinstance(work, Exception)]
    written, refused = _write(session, works, write, set_aside)
    return written, len(failed) + refused


def prepare_each(
    rows: Iterable[Row], prepare: Callable[[Row], Work | None]
) -> Iterator[tuple[Row, Work | Exception | None]]:
    """Each row with what `prepare` makes of it, or with the error that it raised."""
    for row in rows:
        try:
            yield row, prepare(row)
        except DBAPIError:
            raise  # the database fails, not the row
        except Exception as error:  # noqa: BLE001 - a row that fails must not stop the rest
            yield row, error


def set_aside_since(session: Session, task: ClockTask) -> dict[str, datetime]:
    """The rows of a task that are set aside, each with the instant at which it was due when it first failed."""
    return dict(session.execute(select(SetAside.row_id, SetAside.since).where(SetAside.task == task)).all())


def set_task_aside(session: Session, task: ClockTask, error: Exception, *, now: datetime) -> None:
    """Note that a task fails as a whole: it rests for a while, so that it does not keep the others from their work."""
    _set_aside(session, task, Due(WHOLE, "", now), error, now)


def resume_task(session: Session, task: ClockTask) -> None:
    """Note that a task which failed as a whole works again."""
    session.execute(delete(SetAside).where(SetAside.task == task, SetAside.row_id == WHOLE))


def resting_tasks(session: Session) -> dict[str, datetime]:
    """The tasks that failed as a whole, each with the instant at which it is tried again."""
    rows = session.execute(select(SetAside.task, SetAside.at).where(SetAside.row_id == WHOLE))
    return {task: at + TASK_AGAIN_AFTER for task, at in rows}


def still_set_aside(session: Session) -> list[SetAside]:
    """What is set aside and still to be done, the newest first; rows that the clock has nothing to do with are not."""
    notes = session.scalars(select(SetAside).order_by(SetAside.at.desc(), SetAside.row_id)).all()
    known = [note for note in notes if note.task in set(ClockTask)]  # a later version may have known others
    return [note for note in known if note.row_id == WHOLE or _is_awaited(session, note)]


def forget_settled(session: Session) -> None:
    """Forget what was set aside and has been settled otherwise, such as a report that was handed in."""
    for note in session.scalars(select(SetAside).where(SetAside.row_id != WHOLE)).all():
        if not _is_awaited(session, note):
            session.delete(note)
    session.flush()


def _write(
    session: Session,
    works: list[tuple[Row, Work]],
    write: Callable[[Sequence[Work]], None],
    set_aside: Callable[[Row, Exception], None],
) -> tuple[list[tuple[Row, Work]], int]:
    """Write all as one; what the database or the writer refuses is halved, so that only the culprit is set aside."""
    if not works:
        return [], 0
    try:
        with session.begin_nested():
            write([work for _, work in works])
    except Exception as error:  # whatever it is, it comes from one row and must not stop the rest
        if isinstance(error, DBAPIError) and lost_or_locked(error):
            raise
        if len(works) == 1:
            set_aside(works[0][0], error)
            return [], 1
        half = len(works) // 2
        first, refused = _write(session, works[:half], write, set_aside)
        second, refused_too = _write(session, works[half:], write, set_aside)
        return first + second, refused + refused_too
    return works, 0


def _set_aside(session: Session, task: ClockTask, due: Due, error: Exception, now: datetime) -> None:
    where = "".join(format_tb(error.__traceback__))
    _log.error("set_aside", task=str(task), name=due.name, error=repr(error), where=where)
    note: dict[str, Any] = {"at": now, "error": repr(error)[:LONGEST_ERROR], "name": due.name}
    insert = insert_into(session, SetAside).values(task=str(task), row_id=due.id, since=due.since, **note)
    session.execute(insert.on_conflict_do_update(index_elements=[SetAside.task, SetAside.row_id], set_=note))


def _is_awaited(session: Session, note: SetAside) -> bool:
    timer = TIMERS.get(note.task)
    if timer is None:  # a task that this version does not know
        return False
    at = select(timer).where(timer.class_.id == note.row_id)
    if timer.class_ is Round:
        at = at.where(Round.closed_at.is_(None))
    return session.scalar(at) is not None
