"""Two generators of clients take the OpenAPI document without a word, and one client of theirs is used."""

import ast
import compileall
import importlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import httpx
import pytest

from tests.worlds.http import World

# What generators call a class or field that has no name, or the same name as another: Kind1, field_2, light_type_0.
NUMBERED = re.compile(r"(?<!sha256)(?<=\d)$")


@pytest.fixture
def openapi(world: World, tmp_path: Path) -> Path:
    file = tmp_path / "openapi.json"
    file.write_bytes(world.anonymous.call("GET", "/openapi.json").data)
    return file


def generated(module: str, *arguments: str, folder: Path) -> str:
    """What a generator says, which ends well."""
    command = [sys.executable, "-m", module, *arguments]
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))  # it formats with the ruff there
    environment = {**os.environ, "PATH": path}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, timeout=120, check=False)
    said = (done.stdout + done.stderr).decode()
    assert done.returncode == 0, said
    return said


def names(file: Path) -> Iterator[str]:
    """The names of a module's classes and of their fields, and its own."""
    yield file.stem
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.ClassDef):
            yield node.name
            fields = (each for each in node.body if isinstance(each, ast.AnnAssign))
            yield from (each.target.id for each in fields if isinstance(each.target, ast.Name))


def numbered(files: Iterator[Path]) -> list[str]:
    return sorted({name for file in files for name in names(file) if NUMBERED.search(name)})


def test_models_are_generated_without_a_warning_and_without_numbered_names(openapi: Path, tmp_path: Path) -> None:
    said = generated(
        "datamodel_code_generator",
        *("--input", str(openapi), "--input-file-type", "openapi", "--output", "models.py"),
        *("--output-model-type", "pydantic_v2.BaseModel", "--formatters", "builtin"),
        folder=tmp_path,
    )
    assert said == ""
    assert numbered(iter([tmp_path / "models.py"])) == []
    assert compileall.compile_file(tmp_path / "models.py", quiet=1)


def test_a_client_is_generated_without_a_warning_and_works(
    openapi: Path, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = generated(
        "openapi_python_client",
        *("generate", "--path", str(openapi), "--output-path", "made", "--meta", "none"),
        folder=tmp_path,
    )
    assert "warning" not in said.lower()
    assert "error" not in said.lower()
    assert numbered((tmp_path / "made").rglob("*.py")) == []
    assert compileall.compile_dir(tmp_path / "made", quiet=1)
    monkeypatch.syspath_prepend(str(tmp_path))
    logs_and_lists_findings(world)


def logs_and_lists_findings(world: World) -> None:
    """A caller with the generated client: one finding is logged, found in the list, and a bad one refused."""
    client = module("client").AuthenticatedClient(
        "http://duban",
        world["inspector"].token,
        httpx_args={"transport": httpx.WSGITransport(app=world.app)},
    )
    models = module("models")
    body = models.FindingBody(
        organization_id=world.ids.university_id, summary="考场监控有盲区", severity=models.Severity.GENERAL
    )
    logged = module("api.findings.log_finding").sync(client=client, body=body)
    states = [models.State.FOUND, models.State.OVERDUE]
    (listed,) = module("api.findings.list_findings").sync(client=client, state=states).items
    assert (listed.id, listed.state, listed.summary) == (logged.id, models.State.FOUND, "考场监控有盲区")
    assert listed.deadline is None
    refused = module("api.escalations.void_finding").sync(logged.id, client=client, body=models.ReasonBody(reason=" "))
    assert (refused.status, list(refused.errors.additional_properties)) == (422, ["reason"])


def module(name: str) -> ModuleType:
    return importlib.import_module(f"made.{name}")
