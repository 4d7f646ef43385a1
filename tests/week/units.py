"""The shipped units, read as systemd would: which processes there are, with what, in which order, started again how."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Unit:
    """A service that is to run, with the paths that the unit names."""

    name: str
    command: tuple[str, ...]
    environment_file: str
    working_directory: str
    restarts: bool
    restart_after: float  # seconds
    stop_within: float  # seconds


def units_of(folder: Path, target: str = "duban.target") -> list[Unit]:
    """The services that the target wants, in its order."""
    wanted = re.findall(r"\S+\.service", " ".join(_values(folder / target, "Wants")))
    return [unit(folder, name) for name in wanted]


def unit(folder: Path, name: str) -> Unit:
    """One service; `duban-worker@sweep.service` is an instance of `duban-worker@.service`."""
    stem, at, instance = name.removesuffix(".service").partition("@")
    file = folder / f"{stem}{at}.service"

    def one(key: str, usual: str = "") -> str:
        return next(_values(file, key), usual).replace("%i", instance)

    return Unit(
        name,
        tuple(one("ExecStart").split()),
        one("EnvironmentFile"),
        one("WorkingDirectory"),
        one("Restart") == "always",
        float(one("RestartSec", "0.1")),
        float(one("TimeoutStopSec", "90")),
    )


def environment_of(text: str) -> dict[str, str]:
    """The settings of an environment file."""
    lines = (line.partition("=") for line in text.splitlines() if "=" in line and not line.startswith("#"))
    return {name: value for name, _, value in lines}


def _values(file: Path, key: str) -> Iterator[str]:
    for line in file.read_text().splitlines():
        name, equals, value = line.partition("=")
        if equals and name == key:
            yield value
