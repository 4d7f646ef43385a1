"""People by pages: found, added, invited, moved, closed; codes are shown once, and who may not sees nothing."""

import re

from tests.fakes.asked import statements
from tests.fakes.browser import Browser, Page
from tests.worlds.http import World, local
from tests.worlds.people import CENTRE, UNIVERSITY


def browser_of(world: World, who: str) -> Browser:
    return Browser(world.app).signed_in(world.tokens[who])


def secrets_in(page: Page) -> list[str]:
    return ["".join(one.itertext()) for one in page.root.iter("code")]


def add(world: World, admin: Browser, **fields: str) -> Page:
    centre = world.ids.organization_ids[CENTRE]
    new = {"username": "lin.xia", "name": "林夏", "role": "inspector", "organization_id": centre, "language": "zh"}
    return admin.send("/settings/people", {**new, **fields})


def test_somebody_is_added_invited_and_signs_in_with_the_code(world_on_each: World) -> None:
    world = world_on_each
    admin = browser_of(world, "admin")
    page = add(world, admin, email="lin.xia@exam.example")
    at = next(one for one in page.forms() if one.endswith("/invitation"))
    assert page.title.startswith("林夏")
    assert "尚未登录" in page.text
    shown = admin.send(at, {"reason": "新到岗"}, expect=200)
    (code,) = secrets_in(shown)
    newcomer = Browser(world.app)
    today = newcomer.send("/invitation", {"token": code, "password": "海棠-晚风-2021-渡口"})
    assert "林夏" in today.text
    changes = admin.get(at.removesuffix("/invitation"))
    assert "新到岗" in changes.text
    assert "吴管理" in changes.text


def test_a_password_that_was_reset_opens_the_account_and_must_be_changed(world: World) -> None:
    id_ = world.ids.person_ids["inspector"]
    shown = browser_of(world, "admin").send(f"/settings/people/{id_}/password", {}, expect=200)
    username, password = secrets_in(shown)
    page = Browser(world.app).send("/sign-in", {"username": username, "password": password})
    assert "请先换成自己的" in page.text
    assert browser_of(world, "inspector").ask("GET", "/").location.startswith("/sign-in")


def test_what_is_refused_is_said_beside_the_field_and_what_was_typed_stays(world: World) -> None:
    admin = browser_of(world, "admin")
    fields = {"username": "inspector", "name": "重名者", "role": "inspector", "language": "zh"}
    page = admin.send("/settings/people", fields, expect=422)

    assert 'value="重名者"' in page.answer.get_data(as_text=True)
    assert "必填" in page.text or "请" in page.text
    fields["organization_id"] = world.ids.organization_ids[CENTRE]
    assert "用户名" in admin.send("/settings/people", fields, expect=422).text


def test_particulars_change_and_a_blank_takes_an_address_away(world: World) -> None:
    admin, id_ = browser_of(world, "admin"), world.ids.person_ids["university"]
    at = f"/settings/people/{id_}"
    admin.send(f"{at}/changes", {"name": "孙晓", "email": "", "telephone": "0371-5550 0000", "language": "zh"})
    person = world["admin"].get(f"/people/{id_}")
    assert (person["email"], person["telephone"]) == (None, "0371-5550 0000")
    assert "university@exam.example → 无" in admin.get(at).text


def test_who_leaves_hands_districts_and_teams_over_in_the_same_step(world: World) -> None:
    admin, gone = browser_of(world, "admin"), world.ids.person_ids["leader"]
    successor = add(world, admin, username="gao", name="高接任", role="leader")
    to = successor.answer.request.path.rpartition("/")[2]
    page = admin.send(f"/settings/people/{gone}/disabling", {"to_person_id": to, "reason": "退休"})
    assert "已停用" in page.text
    labour = world["admin"].items(f"/rounds/{world.ids.round_id}/labour")
    assert to in [share["leader"]["id"] for share in labour if share["leader"]]
    assert gone not in [share["leader"]["id"] for share in labour if share["leader"]]


def test_further_posts_are_given_and_taken_away(world: World) -> None:
    admin, id_ = browser_of(world, "admin"), world.ids.person_ids["leader"]
    post = {"role": "leadership", "organization_id": world.ids.organization_ids[CENTRE]}
    page = admin.send(f"/settings/people/{id_}/posts", post)
    assert "兼任职务" in page.text
    page = admin.send(f"/settings/people/{id_}/post-removal", page.filled_in(f"/settings/people/{id_}/post-removal"))
    assert world["admin"].get(f"/people/{id_}")["posts"] == [
        {"role": "leader", "organization": world["admin"].get(f"/people/{id_}")["organization"]}
    ]


def test_people_are_found_by_word_role_and_standing(world: World) -> None:
    admin = browser_of(world, "admin")
    assert "孙晓" in admin.get("/settings/people?q=孙").text
    assert "孙晓" not in admin.get("/settings/people?role=leader").text
    assert "没有符合条件的人员" in admin.get("/settings/people?standing=closed").text
    university = world.ids.organization_ids[UNIVERSITY]
    assert "陈一鸣" not in admin.get(f"/settings/people?organization_id={university}").text
    assert re.search("不在|请", admin.get("/settings/people?role=nobody", expect=422).text)


def test_the_last_administrator_stays(world: World) -> None:
    id_ = world.ids.person_ids["admin"]
    page = browser_of(world, "admin").send(f"/settings/people/{id_}/disabling", {}, expect=409)
    assert "请" in page.text
    assert world["admin"].get("/me")["id"] == id_


def test_a_list_of_people_costs_the_same_with_more_of_them(world: World) -> None:
    admin = browser_of(world, "admin")
    admin.get("/settings/people")
    with statements(world.engine) as few:
        admin.get("/settings/people")
    for number in range(8):
        add(world, admin, username=f"new{number}", name=f"新人{number}")
    with statements(world.engine) as many:
        admin.get("/settings/people")
    assert len(few) == len(many) <= 8


def test_nobody_else_sees_that_there_are_such_pages(world: World) -> None:
    world.go(local(4, 12, 11))
    id_ = world.ids.person_ids["university"]
    for who in ("inspector", "university", "leadership", "bureau"):
        browser = browser_of(world, who)
        assert browser.ask("GET", "/settings/people").status_code == 403
        assert browser.ask("GET", f"/settings/people/{id_}").status_code == 403
        assert "/settings/people" not in browser.get("/settings").links()
