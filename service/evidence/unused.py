"""What nobody needs any longer: evidence that was never put to anything, and files without a row."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from service.evidence.evidence import hangs_nowhere
from service.files.store import EvidenceStore
from service.models import Evidence

UNATTACHED_FOR = timedelta(days=7)  # longer than a telephone is without a network, or a sheet unfinished
ORPHANED_AFTER = timedelta(days=1)  # far longer than any request, and than clocks of hosts differ
BATCH = 500


def unattached(session: Session, *, now: datetime, limit: int = BATCH) -> Sequence[str]:
    """The ids of up to so many pieces that hang nowhere a week after they were handed in."""
    old = select(Evidence.id).where(Evidence.uploaded_at < now - UNATTACHED_FOR, hangs_nowhere())
    return session.scalars(old.limit(limit)).all()


def forget_unattached(session: Session, ids: Sequence[str]) -> int:
    """Delete those of the rows that still hang nowhere; return how many.

    Their files go with `sweep_orphans` once this is committed: whoever dies in between leaves files without a row. A
    row that somebody is putting to something is locked and passed over; who comes later finds it gone.
    """
    locked = select(Evidence.id).where(Evidence.id.in_(ids)).with_for_update(skip_locked=True)
    ours = session.scalars(locked).all()  # from now on nobody puts them to anything
    gone = delete(Evidence).where(Evidence.id.in_(ours), hangs_nowhere()).returning(Evidence.id)
    return len(session.scalars(gone.execution_options(synchronize_session=False)).all())


def sweep_orphans(session: Session, store: EvidenceStore, *, now: datetime) -> int:
    """Remove files that no row refers to, and unfinished ones, that were put a day ago or longer; return how many."""
    put_before = now - ORPHANED_AFTER
    old = (sha256 for sha256, put_at in store.files() if put_at < put_before)
    removed = store.discard_unfinished(put_before=put_before)
    while batch := set(islice(old, BATCH)):
        referred = set(session.scalars(select(Evidence.sha256).where(Evidence.sha256.in_(batch))))
        removed += sum(store.remove(sha256, put_before=put_before) for sha256 in batch - referred)
    return removed
