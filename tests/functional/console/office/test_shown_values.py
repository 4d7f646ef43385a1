"""Settings that two administrators have open at once: nobody undoes what the other has changed meanwhile."""

from tests.fakes.browser import Browser, Page
from tests.worlds.http import World
from tests.worlds.people import DISTRICT, NEIGHBOUR, OTHER_DISTRICT, UNIVERSITY

Form = dict[str, str | list[str]]


def admin_of(world: World) -> Browser:
    return Browser(world.app).signed_in(world.tokens["admin"])


def form_on(page: Page, action: str) -> Form:
    """A form as a browser would send it as it stands."""
    sent: Form = {}
    for one in page.forms()[action].iter():
        values = [one.get("value", "")] if one.tag == "input" else []
        if one.tag == "select":
            values = [option.get("value", "") for option in one.iter("option") if "selected" in option.attrib]
        if one.get("type") in ("checkbox", "radio") and "checked" not in one.attrib:
            values = []
        if values:
            before = sent.get(one.get("name", ""))
            sent[one.get("name", "")] = (
                values[0] if before is None else [*([before] if isinstance(before, str) else before), *values]
            )
    return sent


def error_of(page: Page, id_: str) -> str:
    (error,) = [one for one in page.root.iter() if one.get("id") == f"{id_}-error"]
    return error.text or ""


def test_a_rounds_page_that_is_out_of_date_leaves_what_another_has_changed(world_on_each: World) -> None:
    world, admin = world_on_each, admin_of(world_on_each)
    at = f"/settings/rounds/{world.ids.round_id}"
    changes = f"{at}/changes"
    stale = form_on(admin.get(at), changes)
    admin.send(changes, {**stale, "exam_days": ["2021-05-29", "2021-05-30"]})
    page = admin.send(changes, {**stale, "title": "专升本督查"})  # whose exam days are those of before
    assert "2021-05-29、2021-05-30" in page.text
    page = admin.send(changes, {**stale, "exam_days": ["2021-06-05"], "title": "考试督查"}, expect=409)
    assert "您的修改尚未保存" in page.text
    assert error_of(page, "round-changes-title").startswith("他人已改为“专升本督查”")
    again = form_on(page, changes)
    assert (again["title"], again["exam_days"]) == ("考试督查", ["2021-06-05", "", "", ""])
    assert "2021-06-05" in admin.send(changes, again).text  # both were seen by now


def test_particulars_of_people_organizations_and_teams_are_kept_from_pages_that_are_out_of_date(world: World) -> None:
    admin, ids = admin_of(world), world.ids
    person, university = ids.person_ids["inspector"], ids.organization_ids[UNIVERSITY]
    (team,) = [one["id"] for one in world["admin"].items("/teams") if "陈一鸣" in str(one["members"])]
    for at, act, changed, other, said in (
        (
            f"/settings/people/{person}",
            "changes",
            {"telephone": "13800000001"},
            {"telephone": "13800000002"},
            "13800000001",
        ),
        (
            f"/settings/organizations/{university}",
            "changes",
            {"parent_id": ids.organization_ids[OTHER_DISTRICT]},
            {"name": "明河大学城"},
            None,
        ),
        (
            f"/settings/teams/{team}",
            "members",
            {"member_ids": [""]},
            {"member_ids": ["", ids.person_ids["team_head"]]},
            "无",
        ),
    ):
        stale = form_on(admin.get(at), f"{at}/{act}")
        admin.send(f"{at}/{act}", {**stale, **changed})
        page = admin.send(f"{at}/{act}", {**stale, **other}, expect=409 if said else 303)
        if said:
            assert f"他人已改为“{said}”" in page.text
    assert OTHER_DISTRICT in admin.get(f"/settings/organizations/{university}").text


def test_what_another_has_changed_outlives_a_refusal_of_what_was_typed_beside_it(world: World) -> None:
    admin, ids = admin_of(world), world.ids
    at, person = f"/settings/rounds/{ids.round_id}", f"/settings/people/{ids.person_ids['inspector']}"
    stale = form_on(admin.get(at), f"{at}/changes")
    admin.send(f"{at}/changes", {**stale, "title": "专升本督查", "exam_days": ["2021-05-29"]})
    again = form_on(admin.send(f"{at}/changes", {**stale, "title": "考试督查"}, expect=409), f"{at}/changes")
    assert (again["title"], again["exam_days"]) == ("考试督查", ["2021-05-29", "", "", ""])
    saved = form_on(admin.send(f"{at}/changes", again), f"{at}/changes")
    assert (saved["title"], saved["exam_days"]) == ("考试督查", ["2021-05-29", "", "", ""])
    stale, changes = form_on(admin.get(person), f"{person}/changes"), f"{person}/changes"
    admin.send(changes, {**stale, "telephone": "13800000001"})
    again = form_on(admin.send(changes, {**stale, "email": "无"}, expect=422), changes)
    assert (again["email"], again["telephone"]) == ("无", "13800000001")
    admin.send(changes, {**stale, "email": "li@example.org", "telephone": "13800000002"}, expect=409)
    admin.send(changes, {**again, "email": "wang@example.org"})
    again = form_on(admin.get(person), changes)
    assert (again["email"], again["telephone"]) == ("wang@example.org", "13800000001")
    page = admin.send(changes, {**stale, "name": "陈" * 500, "telephone": "13800000002"}, expect=422)
    page = admin.send(changes, {**form_on(page, changes), "name": "陈一"}, expect=409)
    assert error_of(page, "person-changes-telephone").startswith("他人已改为“13800000001”")


def test_the_same_value_written_in_another_way_is_no_other_value(world: World) -> None:
    admin, ids = admin_of(world), world.ids
    for at, ways in (
        (f"/settings/people/{ids.person_ids['inspector']}", {"telephone": ("13800000001", "１３８０００００００１")}),
        (f"/settings/organizations/{ids.organization_ids[UNIVERSITY]}", {"name": ("明河大学（东）", "明河大学(东)")}),
    ):
        ((field, (one, other)),) = ways.items()
        stale = form_on(admin.get(at), f"{at}/changes")
        admin.send(f"{at}/changes", {**stale, field: one})
        admin.send(f"{at}/changes", {**stale, field: other})


def test_a_form_compares_nothing_but_its_own_fields_whatever_it_says(world: World) -> None:
    admin, ids = admin_of(world), world.ids
    units, person = f"/settings/rounds/{ids.round_id}/units", f"/settings/people/{ids.person_ids['inspector']}"
    stale = form_on(admin.get(units), units)
    admin.send(units, {**stale, "seen": '{"everybody": "False", "only": {"of": [1]}}', "only": stale["only"][:1]})
    stale = form_on(admin.get(person), f"{person}/changes")
    admin.send(
        f"{person}/changes", {**stale, "seen": '{"reason": "新号码"}', "reason": "新号码", "telephone": "110120"}
    )
    (last, *_) = world["admin"].items(f"{person.removeprefix('/settings')}/changes")
    assert last["reason"] == "新号码"


def test_units_that_another_has_taken_out_stay_out(world: World) -> None:
    admin, ids = admin_of(world), world.ids
    at, (neighbour, district) = (
        f"/settings/rounds/{ids.round_id}/units",
        (ids.organization_ids[name] for name in (NEIGHBOUR, DISTRICT)),
    )
    stale = form_on(admin.get(at), at)
    fewer = [one for one in stale["only"] if one != neighbour]
    admin.send(at, {**stale, "only": fewer})
    assert (
        "您的修改尚未保存"
        in admin.send(at, {**stale, "only": [one for one in stale["only"] if one != district]}, expect=409).text
    )
    admin.send(at, stale)
    assert form_on(admin.get(at), at)["only"] == fewer
