"""A host in a folder: the program installed from its wheel, settings, and a supervisor that does what systemd would."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from tests.architecture.sources import ROOT
from tests.week.units import Unit, environment_of, unit, units_of

PLACES = ("/opt/duban", "/etc/duban", "/var/lib/duban-backups", "/var/lib/duban")  # as units and pages name them


class Host:
    """Everything below one folder; what stands at /opt/duban elsewhere stands at FOLDER/opt/duban."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.web_port = 0
        self.supervised: list[Supervised] = []
        for place in PLACES:
            self.at(place).mkdir(mode=0o700 if "/lib/" in place else 0o755, parents=True, exist_ok=True)

    def at(self, path: str) -> Path:
        """Where a path of the pages is on this host."""
        return self.folder / path.lstrip("/")

    def here(self, word: str) -> str:
        """A word of a command or setting, with paths of this host, and the port of this host's web process."""
        if word == "8000":
            return str(self.web_port)
        place = next((place for place in PLACES if word == place or word.startswith(f"{place}/")), None)
        return str(self.at(word)) if place else word

    @property
    def units(self) -> Path:
        """The units that the wheel has brought."""
        return self.at("/opt/duban/share/doc/duban/docs/deploy/systemd")

    def install(self, wheel: Path) -> None:
        """Make a fresh environment with the locked packages, and the program from its wheel."""
        prefix = self.at("/opt/duban")
        subprocess.run([sys.executable, "-m", "venv", prefix], check=True)
        with zipfile.ZipFile(wheel) as archive:
            (lock,) = (name for name in archive.namelist() if name.endswith("requirements/run.txt"))
            (self.folder / "run.txt").write_bytes(archive.read(lock))
        pip = [str(prefix / "bin" / "pip"), "install", "--quiet", "--no-compile", "--disable-pip-version-check"]
        subprocess.run([*pip, "--require-hashes", "-r", str(self.folder / "run.txt")], check=True, capture_output=True)
        self.install_program(wheel)

    def install_program(self, wheel: Path) -> None:
        """The program alone, in place of the one that is there."""
        pip = [str(self.at("/opt/duban/bin/pip")), "install", "--quiet", "--no-compile", "--disable-pip-version-check"]
        subprocess.run([*pip, "--no-deps", "--force-reinstall", str(wheel)], check=True, capture_output=True)

    def write_settings(self, changes: Mapping[str, str]) -> None:
        """The shipped environment file with the office's own values."""
        text = (self.units.parent / "duban.env").read_text()
        shipped = {name: self.here(value) for name, value in environment_of(text).items()}
        settings = {name: value for name, value in {**shipped, **changes}.items() if value}
        lines = "".join(f"{name}={value}\n" for name, value in settings.items())
        self.at("/etc/duban/duban.env").write_text(lines)

    def environment(self, **changes: str) -> dict[str, str]:
        """What a process of this host has in its environment."""
        settings = environment_of(self.at("/etc/duban/duban.env").read_text())
        plain = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "HOME": str(self.folder)}
        return {name: value for name, value in (plain | settings | changes).items() if value}

    def duban(self, *words: str, **changes: str) -> str:
        """What a command prints, with settings changed for it alone; RuntimeError when it fails."""
        command = [str(self.at("/opt/duban/bin/duban")), *words]
        where = self.at("/var/lib/duban")
        done = subprocess.run(
            command,
            env=self.environment(**changes),
            cwd=where,
            umask=0o077,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(words)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done.stdout + done.stderr

    def start(self) -> None:
        """`systemctl start duban.target`."""
        self.supervised = [Supervised(self, one) for one in units_of(self.units)]

    def stop(self, *, at_once: bool = False) -> None:
        """`systemctl stop duban.target`, or the loss of the machine."""
        for one in self.supervised:
            one.stop(at_once=at_once)
        self.supervised = []

    def run_unit(self, name: str) -> None:
        """`systemctl start` of a unit that ends by itself."""
        one = unit(self.units, name)
        self.duban(*map(self.here, one.command[1:]))

    def lose_data(self) -> None:
        """The disk is gone."""
        shutil.rmtree(self.at("/var/lib/duban"))


class Supervised:
    """A process of a unit, started again whenever it ends."""

    def __init__(self, host: Host, unit_: Unit) -> None:
        self.unit, self._host, self._over = unit_, host, threading.Event()
        self.starts = 0
        self.process = self._start()
        self._watching = threading.Thread(target=self._watch, daemon=True)
        self._watching.start()

    def stop(self, *, at_once: bool) -> None:
        """SIGTERM, and SIGKILL when the unit's time is over; at once: SIGKILL."""
        self._over.set()
        self.process.send_signal(signal.SIGKILL if at_once else signal.SIGTERM)
        try:
            self.process.wait(self.unit.stop_within)
        except subprocess.TimeoutExpired as late:
            os.killpg(self.process.pid, signal.SIGKILL)
            raise RuntimeError(f"{self.unit.name} did not stop within {self.unit.stop_within:.0f} s") from late
        if at_once:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
        self._watching.join()

    def _start(self) -> subprocess.Popen[bytes]:
        host = self._host
        self.starts += 1
        with (host.folder / f"{self.unit.name}.log").open("ab") as log:
            return subprocess.Popen(
                [host.here(word) for word in self.unit.command],
                env=host.environment(),
                cwd=host.at(self.unit.working_directory),
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                umask=0o077,
            )

    def _watch(self) -> None:
        while True:
            self.process.wait()
            if self._over.wait(self.unit.restart_after) or not self.unit.restarts:
                return
            self.process = self._start()


def build_wheel(folder: Path) -> Path:
    """The wheel of this tree."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    return wheel
