"""What the week is played with is what is shipped; the week itself is `make week`."""

from tests.architecture.sources import ROOT
from tests.week.units import environment_of, unit, units_of

FOLDER = ROOT / "docs" / "deploy" / "systemd"


def test_every_process_is_taken_from_its_unit_in_the_targets_order() -> None:
    found = units_of(FOLDER)
    assert [" ".join(one.command[1:3]) for one in found] == [
        "web --host",
        "worker sweep",
        "worker deliver",
        "worker render",
        "timetable",
        "watchdog",
    ]
    assert {(one.restarts, one.environment_file) for one in found} == {(True, "/etc/duban/duban.env")}
    assert not unit(FOLDER, "duban-backup.service").restarts
    assert environment_of("# of all\nDUBAN_DATA_DIR=/var/lib/duban\n") == {"DUBAN_DATA_DIR": "/var/lib/duban"}
