"""The secret key is changed: what was sealed before still opens, what is new takes the new key; the old one may go."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy.orm import Session

from api.http.client_address import address_hashes
from cli.main import main
from service.errors import Unavailable
from service.people.access.second_factor import prove_second, seal_anew
from service.people.tokens import signed_in_from
from service.settings import load_settings
from tests.functional.test_second_factor import code_of, set_up
from tests.worlds.http import World

NEW = "n" * 40


@pytest.fixture
def session(world: World) -> Session:
    return world.session()


def test_cursors_and_known_addresses_outlive_a_change_of_the_key_while_the_former_is_named(world: World) -> None:
    body = {"organization_id": world.ids.university_id, "summary": "考场监控有盲区", "severity": "major"}
    for number in range(2):
        world["inspector"].post("/findings", {**body, "summary": f"{number}号考场监控有盲区"})
    cursor = world["inspector"].get("/events", limit=1)["next_cursor"]
    with world.app.test_request_context("/", environ_base={"REMOTE_ADDR": "203.0.113.9"}):
        (before,) = address_hashes()
    changed = world.another(secret_key=NEW, former_keys=(world.resources.settings.secret_key,))
    page = changed["inspector"].get("/events", after=cursor, limit=1)
    assert page["items"]
    with changed.app.test_request_context("/", environ_base={"REMOTE_ADDR": "203.0.113.9"}):
        now, former = address_hashes()
    assert (now != before, former) == (True, before)
    alone = world.another(secret_key=NEW)
    assert alone["inspector"].get("/events", after=cursor, expect=422)["errors"].keys() == {"after"}
    assert alone["inspector"].get("/events", after=page["next_cursor"])["items"] is not None


def test_seeds_are_opened_with_the_former_key_and_encrypted_anew(world: World, session: Session) -> None:
    _, secret, _ = set_up(world)
    me, former = world.ids.person_ids["inspector"], world.resources.settings.secret_key
    now, code = world.clock.at, code_of(world, secret)
    with pytest.raises(Unavailable, match="secret_key_changed"):
        seal_anew(session, secret_keys=[NEW])
    assert seal_anew(session, secret_keys=[NEW, former]) == 1
    assert seal_anew(session, secret_keys=[NEW, former]) == 0
    prove_second(session, me, code, secret_keys=[NEW], now=now)


def test_an_address_that_is_known_under_the_former_key_is_known(world: World, session: Session) -> None:
    set_up(world)
    with world.app.test_request_context("/", environ_base={"REMOTE_ADDR": "127.0.0.1"}):
        (kept,) = address_hashes()
    me, now = world.ids.person_ids["inspector"], world.clock.at
    assert signed_in_from(session, me, ["another", kept], now=now)
    assert not signed_in_from(session, me, ["another"], now=now)


def test_the_key_of_the_data_folder_is_changed_by_command(world: World, tmp_path: Path) -> None:
    data = tmp_path / "data"
    environ = {"DUBAN_DATA_DIR": str(data), "DUBAN_DATABASE_URL": str(world.engine.url)}
    first = load_settings(environ)
    for command in ("change", "renew"):
        done = CliRunner().invoke(main, ["secret-key", command], env=environ)
        assert done.exit_code == 0, done.output
    second = load_settings(environ)
    assert second.secret_key != first.secret_key
    assert second.secret_keys == (second.secret_key, first.secret_key)
    assert (data / "secret.key.former").stat().st_mode & 0o777 == 0o600
    CliRunner().invoke(main, ["secret-key", "change"], env=environ)
    assert load_settings(environ).former_keys == (second.secret_key, first.secret_key)
    refused = CliRunner().invoke(main, ["secret-key", "change"], env={**environ, "DUBAN_SECRET_KEY": NEW})
    assert "DUBAN_SECRET_KEY_FORMER" in refused.output
    assert refused.exit_code == 1
