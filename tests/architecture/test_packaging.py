"""What is installed elsewhere is complete: the wheel carries its data and pages, the archive all, locks hashes."""

import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.architecture.sources import PACKAGES, ROOT, imported, modules, tree, written_files

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
SHARED = f"duban-{PROJECT['version']}.data/data/share/doc/duban/"
NAMED = re.compile(r"\b(?:docs|requirements)/[\w./-]+\.\w+")
FOR_DEVELOPERS = ("CONTRIBUTING.md", "Dockerfile")  # in the source archive
PINNED = re.compile(r"^([\w.-]+)(?:\[[\w,]+\])?==([\w.!+-]+)", re.MULTILINE)


def pins(lock: str) -> dict[str, str]:
    return dict(PINNED.findall((ROOT / "requirements" / lock).read_text()))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    targets = ["-t", "sdist", "-t", "wheel"]
    subprocess.run([sys.executable, "-m", "hatchling", "build", *targets, "-d", folder], cwd=ROOT, check=True)
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> set[str]:
    (file,) = built.glob("*.whl")
    with zipfile.ZipFile(file) as archive:
        return set(archive.namelist())


def test_the_wheel_carries_every_file_of_the_packages(wheel: set[str]) -> None:
    assert {str(file) for file in written_files() if file.parts[0] in PACKAGES} <= wheel


def test_the_wheel_carries_nothing_else(wheel: set[str]) -> None:
    known = {*PACKAGES, f"duban-{PROJECT['version']}.dist-info", f"duban-{PROJECT['version']}.data"}
    assert {Path(name).parts[0] for name in wheel} <= known
    assert {name for name in wheel if ".data/" in name and not name.startswith(SHARED)} == set()


def test_the_wheel_brings_what_its_sentences_and_pages_name(wheel: set[str]) -> None:
    spoken = [
        file for file in written_files() if file.parts[0] in PACKAGES and file.suffix in (".py", ".toml", ".html")
    ]
    named = {
        name for file in spoken for name in NAMED.findall((ROOT / file).read_text()) if file.parts[-2] != "versions"
    }
    assert {"docs/policy.md", "docs/round.example.toml"} <= named
    assert {name for name in named if SHARED + name not in wheel} == set()
    links = {
        (page, (ROOT / page.parent / link).resolve().relative_to(ROOT))
        for page in written_files()
        if page.suffix == ".md" and SHARED + str(page) in wheel
        for link in re.findall(r"\]\((?!https?:|#)([^)#]+)", (ROOT / page).read_text())
    }
    brought = {Path(name) for name in wheel} | {Path(name.removeprefix(SHARED)) for name in wheel}
    folders = {folder for file in brought for folder in file.parents}
    assert len(links) > 50
    lost = {f"{page} → {link}" for page, link in links if link not in brought | folders}
    assert {one for one in lost if not one.endswith(FOR_DEVELOPERS)} == set()


def test_the_source_archive_is_the_repository(built: Path) -> None:
    (file,) = built.glob("*.tar.gz")
    with tarfile.open(file) as archive:
        held = {name.partition("/")[2] for name in archive.getnames()}
    assert {str(file) for file in written_files() if file.name != ".gitignore"} - held == set()


@pytest.mark.parametrize("lock", ["build.txt", "run.txt", "test.txt"])
def test_every_pin_of_a_lock_has_a_hash(lock: str) -> None:
    entries = re.split(r"\n(?=\S)", (ROOT / "requirements" / lock).read_text())
    packages = [entry for entry in entries if not entry.startswith("#")]
    assert packages
    assert [entry for entry in packages if not PINNED.match(entry) or "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize(
    ("lock", "wanted"),
    [
        ("run.txt", PROJECT["dependencies"]),
        ("test.txt", PROJECT["dependencies"] + PROJECT["optional-dependencies"]["test"]),
    ],
)
def test_a_lock_holds_what_the_project_asks_for(lock: str, wanted: list[str]) -> None:
    pinned = pins(lock)
    requirements = [Requirement(line) for line in wanted]
    assert [str(need) for need in requirements if pinned.get(need.name, "") not in need.specifier] == []


@pytest.mark.parametrize(
    ("folders", "declared"),
    [
        (PACKAGES, PROJECT["dependencies"]),
        (("tests", "benchmarks", "tools"), PROJECT["dependencies"] + PROJECT["optional-dependencies"]["test"]),
    ],
)
def test_what_is_imported_is_asked_for_by_name(folders: tuple[str, ...], declared: list[str]) -> None:
    names = {meant.partition(".")[0] for file in modules(*folders) for _, meant in imported(tree(file))}
    apart = peers_own() if "benchmarks" in folders else set()
    foreign = names - sys.stdlib_module_names - {*PACKAGES, *folders, *apart, ""}
    asked = {Requirement(line).name for line in declared}
    origin = packages_distributions()
    missing = [
        name for name in sorted(foreign) if asked.isdisjoint(canonicalize_name(of) for of in origin.get(name, []))
    ]
    assert missing == [], "name them in pyproject.toml, then 'make lock'"


def peers_own() -> set[str]:
    """What peers of the benchmark import in an environment of their own."""
    lines = (ROOT / "requirements" / "bench.in").read_text(encoding="utf-8").splitlines()
    names = (Requirement(line).name for line in lines if not line.startswith("#"))
    return {name.replace("-", "_").removesuffix("_2") for name in names}


def test_the_locks_agree_with_each_other() -> None:
    tested = pins("test.txt")
    assert (pins("run.txt") | pins("build.txt")).items() <= tested.items()
