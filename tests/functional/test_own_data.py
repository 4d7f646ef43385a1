"""Everybody is handed what is held about oneself: all of it, and nothing of others."""

import json

from tests.worlds.http import World
from workflows.security import SecurityKind


def test_everybody_is_handed_what_is_held_about_oneself_and_nothing_of_others(world: World) -> None:
    finding, people = world.submitted(), world.ids.person_ids
    world["admin"].call("PATCH", f"/people/{people['inspector']}", json={"telephone": "13800000001"})
    mine = world["inspector"].get("/me/data")
    text = json.dumps(mine, ensure_ascii=False)
    held = {(kind["kind"], rows["record"]): rows["items"] for kind in mine["kinds"] for rows in kind["held"]}
    (me,) = held["account", "people"]
    assert (me["id"], me["telephone"]) == (people["inspector"], "13800000001")
    assert [one["field"] for one in held["changes", "personal_changes"]] == ["telephone"]
    assert {one["finding_id"] for one in held["acts", "events"]} == {finding["finding_id"]}
    assert [one["id"] for one in held["acts", "findings"]] == [finding["finding_id"]]
    assert held["access", "tokens"]
    assert [id_ for who, id_ in people.items() if who != "inspector" and id_ in text] == []
    assert [secret for secret in (world.tokens["inspector"], "argon2", "考场监控") if secret in text] == []
    assert all(kind[fact] for kind in mine["kinds"] for fact in ("what", "why", "kept", "seen_by"))
    asked = {"person_id": people["inspector"], "kind": str(SecurityKind.DATA_EXPORT)}
    assert len(world["admin"].items("/security-log", **asked)) == 1
