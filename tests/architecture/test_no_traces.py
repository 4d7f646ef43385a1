"""The repository works anywhere: it names no package registry, and no folder of somebody's machine."""

import re

import pytest

from tests.architecture.sources import texts

REGISTRY = re.compile(
    r"pypi\.org|pythonhosted\.org|npmjs\.(org|com)|registry\.\w+\.|yarnpkg\.com|proxy\.golang\.org|crates\.io"
    r"|docker\.io/|ghcr\.io|quay\.io|(pypi|mirrors?)\.\w+\.\w+|--(extra-)?index-url[ =]",
)
MACHINE = re.compile(r"(?<![\w.~-])/(home|root|Users|work|mnt)/[\w.]")


def test_no_file_names_a_package_registry() -> None:
    assert [(str(file), found[0]) for file, text in texts() if (found := REGISTRY.search(text))] == []


def test_no_file_names_a_folder_of_a_machine() -> None:
    assert [(str(file), found[0]) for file, text in texts() if (found := MACHINE.search(text))] == []


@pytest.mark.parametrize("host", ["files.python" + "hosted.org", "mirrors." + "example.cn", "ghcr" + ".io/a/b"])
def test_a_registry_is_recognized(host: str) -> None:
    assert REGISTRY.search(f"url = {host}")


@pytest.mark.parametrize("folder", ["home/duban/a", "root/.venv", "Users/zhang"])
def test_a_folder_of_a_machine_is_recognized(folder: str) -> None:
    assert MACHINE.search(f"see /{folder}")
    assert not MACHINE.search(f"see docs/{folder}")
