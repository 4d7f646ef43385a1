"""docker-compose.yml and Dockerfile, read and not run: the processes of the README, each with a health check."""

import re
from typing import Any

import pytest
import yaml

from service.settings import NAMES
from tests.architecture.sources import ROOT

SERVICES = {"db", "redis", "web", "worker", "renderer", "timetable", "mail"}
PROCESSES = {"web", "worker", "timetable"}
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
DOCKERFILE = re.sub(r"\\\n\s*", " ", (ROOT / "Dockerfile").read_text())
FINAL_STAGE = DOCKERFILE[DOCKERFILE.rindex("\nFROM ") :]


def service(name: str) -> dict[str, Any]:
    return dict(COMPOSE["services"][name])


def duban_commands() -> dict[str, list[str]]:
    commands = {name: service(name).get("command", []) for name in COMPOSE["services"]}
    return {name: command[1:] for name, command in commands.items() if command[:1] == ["duban"]}


def test_every_service_is_there() -> None:
    assert set(COMPOSE["services"]) == SERVICES | {"upgrade"}


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_a_service_that_stays_has_a_health_check(name: str) -> None:
    check = service(name)["healthcheck"]
    assert check["test"][0] == "CMD"
    assert check["interval"]


@pytest.mark.parametrize("name", ["worker", "timetable"])
def test_a_process_without_a_door_is_asked_for_its_own_pulse(name: str) -> None:
    assert service(name)["healthcheck"]["test"] == ["CMD", "duban", "doctor", "--process", name]


def test_every_queue_is_served_by_one_kind_of_worker() -> None:
    queues = pytest.importorskip("workers.queues")
    served = [name for command in duban_commands().values() if command[0] == "worker" for name in command[1:]]
    assert sorted(served) == sorted(queues.QUEUES)
    assert {"sweep", "deliver", "render"} <= set(queues.QUEUES)


def test_every_process_of_the_readme_is_there() -> None:
    readme = ROOT / "README.md"
    if not readme.exists():
        pytest.skip("there is no README.md yet")
    named = set(re.findall(r"\bduban (web|worker|timetable)\b", readme.read_text()))
    assert named == PROCESSES
    assert named == {command[0] for command in duban_commands().values()} - {"db"}


def test_every_command_is_one_of_the_command_line() -> None:
    main = pytest.importorskip("cli.main")
    for command in duban_commands().values():
        assert command[0] in main.main.commands


@pytest.mark.parametrize("name", sorted(PROCESSES | {"upgrade"}))
def test_our_processes_run_one_image_with_one_configuration(name: str) -> None:
    assert service(name)["image"] == "duban"
    assert service(name)["environment"] == service("web")["environment"]
    assert "data:/data" in service(name)["volumes"]


def test_the_configuration_is_one_that_the_product_reads() -> None:
    assert set(service("web")["environment"]) == set(NAMES)


def test_a_worker_can_be_scaled() -> None:
    assert not {"container_name", "ports"} & set(service("worker"))


def test_nothing_is_open_to_the_network() -> None:
    ports = [port for name in COMPOSE["services"] for port in service(name).get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_no_secret_has_a_default() -> None:
    settings = [*service("web")["environment"].items(), *service("db")["environment"].items()]
    secrets = [value for name, value in settings if re.search("SECRET|PASSWORD|DATABASE_URL", name)]
    assert len(secrets) == 3
    assert all(re.search(r"\$\{(DUBAN_SECRET_KEY|POSTGRES_PASSWORD):\?", value) for value in secrets)


def test_images_are_of_a_named_version() -> None:
    images = {service(name)["image"] for name in COMPOSE["services"]} - {"duban"}
    images |= set(re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE))
    assert len(images) >= 4
    assert all(re.search(r":v?\d", image) for image in images)


def test_the_image_runs_as_an_ordinary_user_and_is_watched() -> None:
    assert re.search(r"^USER (?!root|0)\w+", FINAL_STAGE, re.MULTILINE)
    assert re.search(r"^HEALTHCHECK .*CMD", FINAL_STAGE, re.MULTILINE)


def test_the_image_installs_by_hash_and_its_files_exist() -> None:
    installs = re.findall(r"pip install ([^&\n]*)", DOCKERFILE)
    assert installs
    assert all("--require-hashes" in words or "--no-index" in words for words in installs)
    copied = re.findall(r"^COPY (?!--from)(\S+)", DOCKERFILE, re.MULTILINE)
    assert all((ROOT / path).exists() for path in copied)
    ignored = (ROOT / ".dockerignore").read_text()
    assert all(f"!{path}\n" in ignored for path in copied)
