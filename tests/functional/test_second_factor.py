"""The second factor: set up, asked for after the password, lost and reset, and demanded of roles."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pyotp
import pytest
from sqlalchemy import select

from service.models import SecondFactor
from service.settings import AccountRules
from tests.fakes.client import Client, Json
from tests.worlds.http import PASSWORD, World
from workflows.vocabulary import Role

STEP = timedelta(seconds=30)


def first_step(world: World) -> tuple[Client, Json]:
    answer = world.anonymous.post("/tokens", {"username": "inspector", "password": PASSWORD})
    return Client(world.app, answer["token"]), answer


def code_of(world: World, secret: str) -> str:
    return pyotp.TOTP(secret).at(world.clock.at)


def set_up(world: World) -> tuple[Client, str, list[str]]:
    """The inspector with a second factor, its seed, and the recovery codes."""
    inspector, _ = first_step(world)
    secret = inspector.post("/me/second-factor", {"current_password": PASSWORD})["secret"]
    answer = inspector.post("/me/second-factor/confirmation", {"code": code_of(world, secret)})
    world.clock.at += STEP
    return inspector, secret, answer["recovery_codes"]


def given(client: Client, code: str) -> int:
    status: int = client.call("POST", "/tokens/second-factor", json={"code": code}).status_code
    return status


def test_a_sign_in_has_two_steps_from_then_on(world_on_each: World) -> None:
    world = world_on_each
    inspector, secret, codes = set_up(world)
    assert inspector.get("/me/second-factor")["recovery_codes"] == len(set(codes)) == 10
    assert world["inspector"].get("/me", expect=401)["code"] == "unauthenticated"  # other sign-ins have ended
    begun, answer = first_step(world)
    assert answer["next_step"] == "second_factor"
    for path in ("/findings", "/me", "/me/tokens"):
        assert begun.get(path, expect=403)["code"] == "second_factor_first"
    assert begun.post("/me/second-factor", expect=403)["next_step"] == "second_factor"
    full = begun.post("/tokens/second-factor", {"code": code_of(world, secret)})
    assert full["next_step"] is None
    Client(world.app, full["token"]).get("/findings")
    assert given(begun, code_of(world, secret)) == 401  # the first step's token has done its duty
    assert {one["kind"] for one in inspector.items("/me/tokens")} == {"sign_in"}


def test_a_code_is_taken_once_though_it_is_still_shown(world_on_each: World) -> None:
    world = world_on_each
    _, secret, _ = set_up(world)
    code = code_of(world, secret)
    assert given(first_step(world)[0], code) == 201
    assert given(first_step(world)[0], code) == 403
    world.clock.at += STEP
    assert given(first_step(world)[0], code) == 403
    assert given(first_step(world)[0], code_of(world, secret)) == 201


def test_a_recovery_code_opens_once_and_new_ones_end_the_old(world: World) -> None:
    inspector, secret, (first, second, *_) = set_up(world)
    assert len(first.replace("-", "")) * 5 >= 112, "bits below which a plain hash could be guessed through"
    assert given(first_step(world)[0], first.lower()) == 201
    assert given(first_step(world)[0], first) == 403
    fresh = inspector.post("/me/second-factor/recovery-codes", {"code": code_of(world, secret)})["recovery_codes"]
    assert given(first_step(world)[0], second) == 403
    assert given(first_step(world)[0], fresh[0]) == 201


def test_five_wrong_codes_and_the_guesser_waits_also_with_another_token(world: World) -> None:
    _, secret, _ = set_up(world)
    begun, _ = first_step(world)
    assert [given(begun, "000000") for _ in range(6)] == [403] * 5 + [429]
    told = world["admin"].items("/security-log", kind="second_factor")
    assert {one["outcome"] for one in told} == {"success", "failure"}  # set up, and tried in vain
    assert given(first_step(world)[0], code_of(world, secret)) == 429


def test_the_first_step_holds_for_ten_minutes(world: World) -> None:
    _, secret, _ = set_up(world)
    begun, _ = first_step(world)
    world.clock.at += timedelta(minutes=10)
    assert given(begun, code_of(world, secret)) == 401


def test_an_administrator_resets_it_on_record_and_nobody_else(world: World) -> None:
    inspector, _, _ = set_up(world)
    path = f"/people/{world.ids.person_ids['inspector']}"
    assert (
        inspector.post("/me/second-factor", {"current_password": PASSWORD}, expect=409)["code"] == "second_factor_there"
    )
    world["leader"].delete(f"{path}/second-factor", expect=403)
    world["admin"].delete(f"{path}/second-factor")
    assert inspector.get("/me", expect=401)["code"] == "unauthenticated"
    assert first_step(world)[1]["next_step"] is None
    assert [one["actor_role"] for one in world["admin"].items(f"{path}/changes")] == ["admin", "inspector"]


def test_the_seed_is_in_no_answer_again_and_not_in_the_database(world: World) -> None:
    inspector, _ = first_step(world)
    answer = inspector.post("/me/second-factor", {"current_password": PASSWORD})
    assert answer["uri"].startswith("otpauth://totp/")
    with world.session() as session:
        kept = session.scalars(select(SecondFactor.secret)).one()
    assert answer["secret"] not in kept
    assert answer["secret"] not in str(inspector.get("/me/second-factor"))
    assert inspector.post("/me/second-factor/confirmation", {"code": "000000"}, expect=403)["code"] == "wrong_code"
    assert first_step(world)[1]["next_step"] is None  # unconfirmed, it is not asked for


def demanded(world: World, *roles: Role) -> None:
    settings: Any = replace(world.resources.settings, accounts=AccountRules(second_factor_roles=frozenset(roles)))
    world.app.extensions["duban"] = replace(world.resources, settings=settings)


@pytest.mark.parametrize(("role", "step"), [(Role.INSPECTOR, "set_up_second_factor"), (Role.ADMIN, None)])
def test_whoever_the_office_demands_it_of_sets_it_up_before_anything_else(
    world: World, role: Role, step: str | None
) -> None:
    demanded(world, role)
    inspector, answer = first_step(world)
    assert answer["next_step"] == step
    if step is None:
        inspector.get("/findings")
        return
    assert inspector.get("/findings", expect=403)["code"] == "set_up_second_factor_first"
    secret = inspector.post("/me/second-factor", {"current_password": PASSWORD})["secret"]
    inspector.post("/me/second-factor/confirmation", {"code": code_of(world, secret)})
    inspector.get("/findings")


def test_who_sets_one_up_shows_the_password_and_wrong_ones_are_counted_and_on_record(world: World) -> None:
    inspector, _ = first_step(world)
    assert inspector.post("/me/second-factor", expect=422)["errors"]["current_password"]
    assert inspector.post("/me/second-factor", {"current_password": "wrong"}, expect=403)["code"] == "wrong_password"
    assert inspector.get("/me/second-factor")["set_up_at"] is None
    assert [one["outcome"] for one in world["admin"].items("/security-log", kind="password")] == ["failure"]
    inspector.post("/me/second-factor", {"current_password": PASSWORD})
    world["leader"].post("/me/second-factor")  # has no password
