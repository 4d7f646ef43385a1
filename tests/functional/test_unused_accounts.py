"""Accounts that nobody has used for a while are listed for administrators."""

from datetime import timedelta

from tests.worlds.http import PASSWORD, World


def test_accounts_that_nobody_has_used_are_listed(world: World) -> None:
    world.clock.at += timedelta(hours=2)  # a day and two hours after everybody was added
    admin, body = world["admin"], {"username": "inspector", "password": PASSWORD}
    assert world.anonymous.call("POST", "/tokens", json=body).status_code == 201
    assert world.anonymous.call("POST", "/tokens", json={**body, "username": "leader"}).status_code == 401
    world["university"].get("/me")
    admin.call("POST", f"/people/{world.ids.person_ids['district']}/disabling", json={"reason": "调离"})
    unused = {one["id"] for one in admin.items("/people", unused_days=1)}
    ids = world.ids.person_ids
    assert unused.isdisjoint({ids[who] for who in ("inspector", "university", "district", "admin")})
    assert {ids[who] for who in ("leader", "leadership")} <= unused, "tried in vain is not used"
    assert admin.items("/people", unused_days=30) == [], "everybody is newer"
    admin.get("/people", expect=422, unused_days=181)
