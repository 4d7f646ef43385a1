"""docker-compose.yml and Dockerfile, read and not run: the processes of the README, each with a health check."""

import re
from typing import Any

import pytest
import yaml

from service.settings import NAMES
from tests.architecture.sources import ROOT

SERVICES = {"db", "redis", "web", "worker", "renderer", "timetable", "watchdog", "mail"}
ONCE = {"upgrade", "grant", "key"}
OURS = {"web", "worker", "renderer", "timetable", "watchdog"} | ONCE
PROCESSES = {"web", "worker", "timetable", "watchdog"}
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
DOCKERFILE = re.sub(r"\\\n\s*", " ", (ROOT / "Dockerfile").read_text())
FINAL_STAGE = DOCKERFILE[DOCKERFILE.rindex("\nFROM ") :]


def service(name: str) -> dict[str, Any]:
    return dict(COMPOSE["services"][name])


def duban_commands() -> dict[str, list[str]]:
    commands = {name: service(name).get("command", []) for name in COMPOSE["services"]}
    return {name: command[1:] for name, command in commands.items() if command[:1] == ["duban"]}


def test_every_service_is_there() -> None:
    assert set(COMPOSE["services"]) == SERVICES | ONCE


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_a_service_that_stays_has_a_health_check(name: str) -> None:
    check = service(name)["healthcheck"]
    assert check["test"][0] == "CMD"
    assert check["interval"]


@pytest.mark.parametrize("name", ["worker", "timetable", "watchdog"])
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
    named = set(re.findall(r"\bduban (web|worker|timetable|watchdog)\b", readme.read_text()))
    assert named == PROCESSES
    assert named == {command[0] for command in duban_commands().values()} - {"db", "audit"}


def test_every_command_is_one_of_the_command_line() -> None:
    main = pytest.importorskip("cli.main")
    for command in duban_commands().values():
        assert command[0] in main.main.commands


@pytest.mark.parametrize("name", sorted(OURS))
def test_our_processes_run_one_image_with_one_configuration(name: str) -> None:
    assert service(name)["image"] == "duban"
    of_the_role = {"DUBAN_DATABASE_URL", "ROLE_PASSWORD"}
    given, usual = service(name)["environment"], service("web")["environment"]
    assert {key: value for key, value in given.items() if key not in of_the_role} == {
        key: value for key, value in usual.items() if key not in of_the_role
    }
    assert "data:/data" in service(name)["volumes"]


def test_only_what_ends_at_once_works_as_the_owner_of_the_tables() -> None:
    urls = {name: service(name)["environment"]["DUBAN_DATABASE_URL"] for name in OURS}
    assert {name for name, url in urls.items() if url.startswith("postgresql://duban:")} == {"upgrade", "grant"}
    assert {name for name, url in urls.items() if url.startswith("postgresql://duban_app:")} == OURS - {
        "upgrade",
        "grant",
    }
    assert service("grant")["command"] == ["duban", "db", "grant", "duban_app"]
    waits = {name: service(name)["depends_on"] for name in ("web", "worker", "renderer", "timetable")}
    assert all(wait["grant"] == {"condition": "service_completed_successfully"} for wait in waits.values())


def test_the_signing_key_is_with_the_timetable_alone() -> None:
    holders = {name for name in OURS if any("keys:/keys" in volume for volume in service(name)["volumes"])}
    assert holders == {"timetable", "key"}
    assert "keys:/keys:ro" in service("timetable")["volumes"]


@pytest.mark.parametrize("name", sorted(SERVICES | ONCE))
def test_no_container_may_become_more_than_it_is(name: str) -> None:
    given = service(name)
    assert (given["read_only"], given["cap_drop"]) == (True, ["ALL"])
    assert given["security_opt"] == ["no-new-privileges:true"]
    assert given["mem_limit"]
    assert given["pids_limit"]
    assert given["cpus"]
    assert not {"privileged", "cap_add", "network_mode", "pid"} & set(given)
    assert given.get("user") != "root"


def test_database_and_redis_are_reached_by_our_processes_alone() -> None:
    assert COMPOSE["networks"]["books"] == {"internal": True}
    inside = {name for name in COMPOSE["services"] if "books" in service(name)["networks"]}
    assert inside == OURS | {"db", "redis"}
    assert [service(name)["networks"] for name in ("db", "redis", "mail")] == [["books"], ["books"], ["mail"]]


def test_redis_asks_for_a_password() -> None:
    command = service("redis")["command"]
    assert command[command.index("--requirepass") + 1].startswith("${REDIS_PASSWORD:?")
    assert service("web")["environment"]["DUBAN_REDIS_URL"].startswith("redis://:${REDIS_PASSWORD:?")


def test_the_configuration_is_one_that_the_product_reads() -> None:
    assert set(service("web")["environment"]) == set(NAMES)


def test_a_worker_can_be_scaled() -> None:
    assert not {"container_name", "ports"} & set(service("worker"))


def test_nothing_is_open_to_the_network() -> None:
    ports = [port for name in COMPOSE["services"] for port in service(name).get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_no_secret_has_a_default() -> None:
    settings = [item for name in ("web", "grant", "db", "redis") for item in service(name)["environment"].items()]
    secret = re.compile("(?<!CLIENT_)SECRET(?!_KEY_FORMER)|PASSWORD(?!_PROFILE)|AUTH|DATABASE_URL|REDIS_URL")
    secrets = [value for name, value in settings if secret.search(name)]
    assert len(secrets) == 9
    assert all(re.search(r"\$\{(DUBAN_SECRET_KEY|\w+_PASSWORD):\?", value) for value in secrets)


def test_images_are_of_a_named_version() -> None:
    images = {service(name)["image"] for name in COMPOSE["services"]} - {"duban"}
    images.add(service("web")["build"]["args"]["PYTHON"])
    assert images == set(COMPOSE["x-images"].values()), "each is named in one place, where its digest is set"
    assert all(re.search(r":v?\d", image) for image in images)
    assert set(re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)) == {"${PYTHON}"}
    assert f"ARG PYTHON={COMPOSE['x-images']['python']}\n" in DOCKERFILE


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
