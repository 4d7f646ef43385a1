"""The timetable's signing: the newest checkpoints into a note, and every note into the folder."""

import structlog

from service.audit.notes.folder import last_note
from service.audit.notes.keys import read_key
from service.audit.notes.signing import export, newest_note, require_known, sign_newest, unsigned_since
from service.store import clock
from service.store.db import is_lost
from workers.resources import Resources

NOTE_EVERY = 5.0  # seconds

_log = structlog.get_logger()


class NoteKeeper:
    """Signs and exports what is new; what keeps it from that is logged once, and shown by the doctor."""

    def __init__(self) -> None:
        self._logged = ""

    def __call__(self, resources: Resources) -> None:
        """One turn; raises nothing but the errors of a lost database."""
        try:
            keep_notes(resources)
            self._logged = ""
        except Exception as error:  # the timetable has to go on, whatever it is
            if is_lost(error):
                raise
            if repr(error) != self._logged:
                self._logged = repr(error)
                _log.error("checkpoints_not_exported", error=self._logged)


def keep_notes(resources: Resources) -> None:
    """Sign the newest checkpoints if there is a key, and export what the folder lacks.

    Raises `Behind`, `BadKey` and OSError. A database that is older than its exported notes signs nothing: two notes
    of one number would make both worthless.
    """
    settings = resources.settings
    last = last_note(settings.checkpoint_dir)
    with resources.readers.begin() as session:
        if last:
            require_known(session, last)
        unsigned = unsigned_since(session)
        newest = newest_note(session)
    if unsigned and settings.checkpoint_key.exists():
        key = read_key(settings.checkpoint_key)
        with resources.sessions.begin() as session:
            newest = sign_newest(session, key, now=clock.now(session)) or newest
    if newest and (last is None or last.number < newest.number):
        with resources.readers.begin() as session:
            export(session, settings.checkpoint_dir)
