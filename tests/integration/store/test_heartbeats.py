"""Every process has a heartbeat of its own: none hides behind another, and none is missed that ended in order."""

import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from service.files.folder_identity import folder_identity
from service.store.heartbeats import (
    DUTIES,
    FORGOTTEN_AFTER,
    SILENT_AFTER,
    ThisProcess,
    beat,
    end,
    forget_stopped,
    processes,
    stopped,
    unserved_duties,
    web_hosts_elsewhere,
)
from tests.build.heartbeats import add_beat, let_all_run

NOW = datetime(2021, 3, 29, 9, 0, tzinfo=UTC)
LONG_AGO = NOW - SILENT_AFTER - timedelta(seconds=1)


def missed(session: Session) -> tuple[list[str], list[int]]:
    beats = processes(session)
    return unserved_duties(beats, NOW), [one.pid for one in stopped(beats, NOW)]


def test_a_process_is_heard_of_until_it_ends_in_order(session: Session) -> None:
    process = ThisProcess("worker", ("worker sweep",))
    beat(session, process, now=NOW - timedelta(minutes=5))
    beat(session, process, now=NOW)
    session.expire_all()
    (found,) = processes(session)
    assert (found.at, found.started_at, found.pid) == (NOW, NOW - timedelta(minutes=5), os.getpid())
    end(session, process)
    assert processes(session) == []


def test_a_worker_that_stopped_does_not_hide_behind_those_of_other_queues(session: Session) -> None:
    let_all_run(session, now=NOW)
    (deliverer,) = (one for one in processes(session) if one.duties == "worker deliver")
    deliverer.at = LONG_AGO
    assert missed(session) == (["worker deliver"], [1])


def test_one_of_several_that_stopped_is_missed_until_another_takes_its_place(session: Session) -> None:
    let_all_run(session, now=NOW)
    for one in processes(session):
        one.started_at = LONG_AGO - timedelta(days=1)
    add_beat(session, "worker", "worker sweep", at=LONG_AGO, pid=7)
    assert missed(session) == ([], [7])
    add_beat(session, "worker", "worker sweep", at=NOW, started_at=LONG_AGO + timedelta(seconds=1))
    assert missed(session) == ([], [])


def test_a_beat_of_the_future_is_from_before_the_clock_was_set_back(session: Session) -> None:
    let_all_run(session, now=NOW + timedelta(days=1))
    assert missed(session)[0] == list(DUTIES)


def test_what_others_do_is_forgotten_after_a_while_and_what_nobody_does_is_not(session: Session) -> None:
    let_all_run(session, now=NOW)
    add_beat(session, "worker", "worker sweep", at=NOW - FORGOTTEN_AFTER * 2, pid=7)
    add_beat(session, "timetable", at=NOW - FORGOTTEN_AFTER * 2, pid=8)
    forget_stopped(session, now=NOW)
    assert {one.pid for one in processes(session)} == {1}
    for one in processes(session):
        one.at = NOW - FORGOTTEN_AFTER * 2
    forget_stopped(session, now=NOW)
    assert len(processes(session)) == len(DUTIES) + 2


def test_a_new_process_knows_which_of_its_host_were_killed(session: Session) -> None:
    killed = subprocess.Popen([sys.executable, "-c", ""])
    killed.wait()
    for pid in (killed.pid, os.getppid()):
        beat(session, ThisProcess("worker", ("worker sweep",), pid=pid), now=NOW)
    beat(session, ThisProcess("worker", ("worker sweep",)), now=NOW)
    assert {one.pid for one in processes(session)} == {os.getppid(), os.getpid()}


def test_a_worker_learns_that_no_web_process_has_its_folder(session: Session) -> None:
    assert web_hosts_elsewhere(session, "a-1", now=NOW) == [], "nobody serves"
    beat(session, ThisProcess("web", host="front", folder="a-1"), now=NOW)
    assert web_hosts_elsewhere(session, "a-1", now=NOW) == []
    assert web_hosts_elsewhere(session, "b-1", now=NOW) == ["front"]
    assert web_hosts_elsewhere(session, None, now=NOW) == [], "it could not be told"
    beat(session, ThisProcess("web", host="second", folder="b-1", pid=2), now=NOW)
    assert web_hosts_elsewhere(session, "b-1", now=NOW) == []


def test_a_folder_is_known_again_and_a_copy_of_it_is_another(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    known = folder_identity(tmp_path / "one")
    assert known
    assert folder_identity(tmp_path / "one") == known
    shutil.copytree(tmp_path / "one", tmp_path / "copy")
    assert folder_identity(tmp_path / "copy") != known
    assert folder_identity(tmp_path / "nowhere") is None
