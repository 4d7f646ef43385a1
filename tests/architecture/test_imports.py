"""import-linter's contracts of pyproject.toml hold, and say what the architecture says."""

import subprocess
import sys
import tomllib
from typing import Any

import pytest

from tests.architecture.sources import PACKAGES, ROOT

CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]


def contract(words: str) -> dict[str, Any]:
    (found,) = (contract for contract in CONTRACTS["contracts"] if words in contract["name"])
    return dict(found)


def test_every_contract_holds() -> None:
    linted = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as lint; lint()", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert linted.returncode == 0, linted.stdout + linted.stderr


def test_imports_go_one_way() -> None:
    assert contract("Imports go one way")["layers"] == ["cli", "demo", "api | workers", "service", "workflows"]
    assert set(CONTRACTS["root_packages"]) == set(PACKAGES)


@pytest.mark.parametrize(
    ("package", "strangers"),
    [
        ("workflows", {"flask", "sqlalchemy", "redis", "rq", "marshmallow"}),
        ("service", {"flask", "rq", "redis", "marshmallow", "click"}),
    ],
)
def test_inner_packages_know_no_strangers(package: str, strangers: set[str]) -> None:
    contracts = (contract for contract in CONTRACTS["contracts"] if contract.get("source_modules") == [package])
    assert strangers <= {name for contract in contracts for name in contract["forbidden_modules"]}
