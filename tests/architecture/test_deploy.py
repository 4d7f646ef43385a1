"""What docs/deploy ships for systemd, nginx, Prometheus and Grafana, read and not run: each names what there is."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from api.http.measures import Measures
from api.upkeep.metrics import OFFICE, PREFIX
from cli.main import main
from service.settings import FROM_FILES, NAMES
from service.store.heartbeats import KINDS, QUEUES
from tests.architecture.sources import ROOT

DEPLOY = ROOT / "docs" / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
PROGRAM = "/opt/duban/bin/duban"
SANDBOX = {
    "NoNewPrivileges": "yes",
    "CapabilityBoundingSet": "",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "PrivateDevices": "yes",
    "RestrictNamespaces": "yes",
    "SystemCallFilter": "@system-service",
    "UMask": "0077",
    "User": "duban",
    "EnvironmentFile": "/etc/duban/duban.env",
}
SYSTEMD_ANALYZE, NGINX_PROGRAM = shutil.which("systemd-analyze"), shutil.which("nginx")
NGINX = ROOT / "docs" / "nginx.example.conf"


def directives(unit: Path) -> dict[str, str]:
    lines = (line.partition("=") for line in unit.read_text().splitlines() if "=" in line and line[0] != "#")
    return {name: value for name, _, value in lines}


def parsed(words: list[str]) -> list[str]:
    """The command that words of a command line reach; click refuses unknown ones, options and values."""
    command: click.Command = main
    path: list[str] = []
    while isinstance(command, click.Group):
        name, found, words = command.resolve_command(click.Context(command), words)
        assert found
        assert name
        command, path = found, [*path, name]
        if hasattr(command, "parse_args") and isinstance(command, click.Group):
            context = click.Context(command)
            command.parse_args(context, words)
            words = [*context._protected_args, *context.args]
    command.make_context(path[-1], words)
    return path


def commands() -> Iterator[list[str]]:
    instances = {"duban-worker@.service": QUEUES[:2]}
    for unit in UNITS:
        program, *words = directives(unit)["ExecStart"].split()
        assert program == PROGRAM
        for instance in instances.get(unit.name, ("",)):
            yield [word.replace("%i", instance) for word in words]


def test_every_unit_starts_a_command_that_there_is_and_all_duties_are_served(tmp_path: Path) -> None:
    served = []
    for words in commands():
        known = [str(tmp_path) if word.startswith("/") else word for word in words]
        (tmp_path / "key").touch()
        parsed([str(tmp_path / "key") if known[i - 1] == "--key-file" else word for i, word in enumerate(known)])
        served.append(tuple(words))
    assert {words[0] for words in served} == {*KINDS, "backup"}
    assert sorted(words[1] for words in served if words[0] == "worker") == sorted(QUEUES)


def test_the_target_wants_every_process() -> None:
    wanted = set(re.findall(r"duban-\S+?\.service", (DEPLOY / "systemd" / "duban.target").read_text()))
    lasting = {unit.name for unit in UNITS} - {"duban-backup.service"}
    assert {re.sub(r"@\w+", "@", name) for name in wanted} == lasting
    assert {f"duban-worker@{queue}.service" for queue in QUEUES[:2]} <= wanted


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_no_process_may_become_more_than_it_is_and_each_is_started_again(unit: Path) -> None:
    found = directives(unit)
    assert found.items() >= SANDBOX.items()
    assert found["MemoryMax"]
    assert found.get("Restart") == (None if "backup" in unit.name else "always")


@pytest.mark.skipif(not SYSTEMD_ANALYZE, reason="no systemd: the units are read by the tests above")
def test_systemd_finds_nothing_to_say_about_the_units(tmp_path: Path) -> None:
    for unit in (DEPLOY / "systemd").iterdir():  # with a program and a user that this machine has
        text = unit.read_text().replace(PROGRAM, "/bin/true").replace("User=duban", "User=root")
        (tmp_path / unit.name.replace("@.", "@sweep.")).write_text(text.replace("Group=duban", "Group=root"))
    names = [str(file) for file in tmp_path.iterdir() if file.suffix != ".target"]
    done = subprocess.run([str(SYSTEMD_ANALYZE), "verify", *names], capture_output=True, text=True, check=False)
    ours = [line for line in done.stderr.splitlines() if "duban" in line]
    assert ours == []


def test_the_environment_names_settings_that_there_are() -> None:
    names = re.findall(r"^([A-Z_]+)=", (DEPLOY / "duban.env").read_text(), re.MULTILINE)
    assert names
    assert set(names) <= {*NAMES, *(f"{name}_FILE" for name in FROM_FILES)}


def measured() -> set[str]:
    """Every name that /metrics may show."""
    names = {family.name + ending for family in Measures().registry.collect() for ending in ("", "_total")}
    histograms = {f"{name}_{part}" for name in names for part in ("bucket", "sum", "count")}
    return names | histograms | {PREFIX + name for name in OFFICE}


def expressions() -> Iterator[str]:
    rules: Any = yaml.safe_load((DEPLOY / "prometheus-rules.yml").read_text())
    for group in rules["groups"]:
        for rule in group["rules"]:
            assert set(rule) == {"alert", "expr", "for", "labels", "annotations"}
            yield rule["expr"]
    dashboard = json.loads((DEPLOY / "grafana-dashboard.json").read_text())
    for panel in dashboard["panels"]:
        yield from (target["expr"] for target in panel["targets"])


def test_rules_and_panels_ask_for_figures_that_there_are() -> None:
    asked = {name for expression in expressions() for name in re.findall(r"\bduban_\w+", expression)}
    assert asked - measured() == set()
    assert asked >= {f"{PREFIX}{name}" for name in ("duty_served", "oldest_due_seconds", "last_backup_seconds")}
    assert all(
        text.count(opened) == text.count(closed) for text in expressions() for opened, closed in ("()", "{}", "[]")
    )


def test_the_proxy_s_file_is_whole_and_lets_nobody_else_s_word_count() -> None:
    text = "\n".join(line.split("#")[0] for line in NGINX.read_text().splitlines())
    depth = 0
    for token in re.findall(r"[^{};]*[{};]", text):
        depth += {"{": 1, "}": -1, ";": 0}[token[-1]]
        assert depth >= 0
        assert token[-1] == "}" or re.match(r"\s*[a-z0-9_]+(\s|[{;])", token), token
    assert depth == 0
    assert re.sub(r"[^{};]*[{};]", "", text).strip() == ""
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in text
    assert re.search(r"location = /metrics \{\s*return 404;\s*\}", text), "figures are for those within the house"


@pytest.mark.skipif(not NGINX_PROGRAM, reason="no nginx: the file is read by the test above")
def test_nginx_takes_the_file(tmp_path: Path) -> None:
    key, certificate = tmp_path / "key", tmp_path / "certificate"
    made = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-subj",
        "/CN=x",
    ]
    subprocess.run([*made, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    text = NGINX.read_text().replace("/etc/ssl/duban.example.crt", str(certificate))
    text = text.replace("/etc/ssl/private/duban.example.key", str(key))
    whole = tmp_path / "nginx.conf"
    whole.write_text(f"pid {tmp_path}/pid; error_log stderr; events {{}} http {{ access_log off;\n{text}\n}}")
    done = subprocess.run([str(NGINX_PROGRAM), "-t", "-c", whole], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
