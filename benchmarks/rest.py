"""Start and rest: how soon `duban up` answers, what importing costs, and what an idle office uses."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import psutil

from benchmarks.http import ROUNDS, running
from benchmarks.lines import Line
from benchmarks.run import Run
from cli.processes.child_processes import duban_command

SETTLED_AFTER = 10.0  # seconds after it answers
ANSWERS_WITHIN = 60.0  # seconds
LOOK = 4  # of the time that an idle office is watched


def measure(run: Run) -> Iterator[Line]:
    """Seconds of starting on the default installation, SQLite and embedded Redis; CPU and memory of all processes."""
    environ = run.environ("")
    del environ["DUBAN_DATABASE_URL"]
    environ.pop("PYTHONDONTWRITEBYTECODE", None)  # modules are compiled once, as in an installation
    environ["PYTHONPYCACHEPREFIX"] = str(run.folder / "bytecode")
    yield Line("import api.app: s", _took([sys.executable, "-c", "import api.app"], environ), 0.6)
    yield Line("duban --help: s", _took(duban_command("--help"), environ), 0.2)
    _start(environ, [])  # the first: it makes the data folder
    started: list[float] = []
    for _ in range(ROUNDS - 1):
        _start(environ, started)
    with running(duban_command("up", "--port", str(_free_port())), environ) as up:
        port = int(up.args[-1])  # type: ignore[index,arg-type]  # a list of our own words
        started.append(_answered(port))
        time.sleep(SETTLED_AFTER)
        busy, memory = _rest(psutil.Process(up.pid), run.sizes.idle)
    yield Line("duban up, a later start, until it answers: s", started, 4.0)
    yield Line("idle, all processes: % of a core", busy, 1.5)
    yield Line("idle, all processes: MB of memory (proportional)", memory, 350)


def _took(command: list[str], environ: dict[str, str]) -> list[float]:
    took = []
    for turn in range(ROUNDS + 1):
        began = time.perf_counter()
        subprocess.run(command, env=environ, check=True, stdout=subprocess.DEVNULL)
        if turn:
            took.append(time.perf_counter() - began)
    return took


def _start(environ: dict[str, str], started: list[float]) -> None:
    port = _free_port()
    with running(duban_command("up", "--port", str(port)), environ):
        started.append(_answered(port))


def _answered(port: int) -> float:
    """Seconds until it says that it is well."""
    began = time.perf_counter()
    while time.perf_counter() - began < ANSWERS_WITHIN:
        try:
            with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5):
                return time.perf_counter() - began
        except (URLError, OSError):
            time.sleep(0.02)
    raise TimeoutError(f"no answer within {ANSWERS_WITHIN:.0f} s")


def _rest(up: psutil.Process, seconds: float) -> tuple[list[float], list[float]]:
    """CPU in percent of a core, and megabytes that are its own: pages that several share are divided among them."""
    busy, memory = [], []
    for _ in range(ROUNDS):
        family = [up, *up.children(recursive=True)]
        before, began = sum(map(_cpu, family)), time.monotonic()
        time.sleep(seconds / LOOK)
        busy.append((sum(map(_cpu, family)) - before) / (time.monotonic() - began) * 100)
        memory.append(sum(map(_proportional, family)))
    return busy, memory


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _proportional(process: psutil.Process) -> float:
    for line in Path(f"/proc/{process.pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1000
    raise LookupError("the kernel does not tell")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port
