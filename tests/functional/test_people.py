"""People over HTTP: administrators list, change, move, close, invite and import them; everybody minds the password."""

import io
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from service.audit.verify import verify
from service.models import Assignment, Invitation, Person, Token
from service.people.new_people import create_person
from service.people.tokens import issue_token
from service.settings import AccountRules
from tests.fakes.client import Json
from tests.worlds.http import PASSWORD, World
from tests.worlds.people import CENTRE, DISTRICT, OTHER_DISTRICT, UNIVERSITY
from workflows.vocabulary import Role

NEW_PASSWORD = "槐花五月满城香飘十里又一春"


def changes(world: World, who: str) -> list[Json]:
    return world["admin"].items(f"/people/{world.ids.person_ids[who]}/changes")


def path(world: World, who: str, act: str = "") -> str:
    return f"/people/{world.ids.person_ids[who]}{act}"


def upload(world: World, table: str, *, expect: int = 200, **query: str) -> Json:
    data = {"file": (io.BytesIO(table.encode("gb18030")), "人员.csv")}
    answer = world["admin"].call("POST", "/people/import", data=data, query_string=query)
    assert answer.status_code == expect, answer.text
    body: Json = answer.get_json()
    return body


def test_people_are_found_by_words_role_and_organization(world: World) -> None:
    admin = world["admin"]
    centre = world.ids.organization_ids[CENTRE]
    assert [one["name"] for one in admin.items("/people", q="周明")] == ["周明远"]
    assert {one["name"] for one in admin.items("/people", role="leader")} == {"李正言", "孔领导"}
    assert "孙晓" not in {one["name"] for one in admin.items("/people", organization_id=centre)}
    assert admin.items("/people", disabled="true") == []
    world["leadership"].get("/people", expect=403)


def test_a_change_says_from_what_to_what_who_and_why(world_on_each: World) -> None:
    world = world_on_each
    body = {"name": "孙　小", "telephone": "（0371）6666", "email": "sun＠exam。example", "reason": "改名"}
    changed = world["admin"].patch(path(world, "university"), body, if_match=None)
    assert (changed["name"], changed["telephone"], changed["email"]) == ("孙小", "(0371)6666", "sun@exam.example")
    (entry,) = changes(world, "university")
    assert (entry["act"], entry["reason"], entry["actor"]["name"]) == ("change", "改名", "吴管理")
    assert {"field": "name", "from": "孙晓", "to": "孙小"} in entry["changes"]
    assert world["university"].get("/me")["telephone"] == "(0371)6666"
    gone = world["admin"].patch(path(world, "university"), {"telephone": None}, if_match=None)
    assert gone["telephone"] is None


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"email": "zhou..er@exam.example"}, "email"),
        ({"telephone": "无"}, "telephone"),
        ({"language": "fr"}, "language"),
        ({}, "name"),
    ],
)
def test_a_change_that_cannot_be_is_refused_at_its_field(world: World, body: Json, field: str) -> None:
    problem = world["admin"].patch(path(world, "university"), body, if_match=None, expect=422)
    assert set(problem["errors"]) == {field}
    assert changes(world, "university") == []


def test_who_moves_loses_tokens_calendar_teams_and_districts_at_once(world_on_each: World) -> None:
    world = world_on_each
    feed = world["leader"].post("/me/calendar")["url"].partition("8000")[2]
    body = {"role": "district", "organization_id": world.ids.organization_ids[OTHER_DISTRICT]}
    moved = world["admin"].post(path(world, "leader", "/move"), body, expect=200)
    assert (moved["role"], moved["organization"]["name"]) == ("district", OTHER_DISTRICT)
    assert world["leader"].call("GET", "/me").status_code == 401
    assert world.anonymous.call("GET", feed).status_code == 404
    (team,) = world["university"].items("/teams")
    assert team["assignments"][0]["leader"] is None
    (entry,) = changes(world, "leader")
    assert entry["act"] == "move"


def test_a_unit_s_post_is_no_centre_s_and_stands_alone(world: World) -> None:
    university = world.ids.organization_ids[UNIVERSITY]
    wrong = world["admin"].post(path(world, "leader", "/move"), {"organization_id": university}, expect=422)
    assert "role" in wrong["errors"]
    post = {"role": "university", "organization_id": university}
    assert "role" in world["admin"].post(path(world, "leader", "/posts"), post, expect=422)["errors"]


def test_one_person_has_several_posts_with_one_sign_in(world_on_each: World) -> None:
    world = world_on_each
    post = {"role": "leadership", "organization_id": world.ids.organization_ids[CENTRE]}
    added = world["admin"].post(path(world, "leader", "/posts"), post)
    assert [one["role"] for one in added["posts"]] == ["leader", "leadership"]
    assert [one["role"] for one in world["leader"].get("/me")["posts"]] == ["leader", "leadership"]
    assert {one["name"] for one in world["admin"].items("/people", role="leadership")} == {"李正言", "王建平"}
    left = world["admin"].post(path(world, "leader", "/posts/removal"), post, expect=200)
    assert [one["role"] for one in left["posts"]] == ["leader"]
    main = {"role": "leader", "organization_id": world.ids.organization_ids[CENTRE]}
    world["admin"].post(path(world, "leader", "/posts/removal"), main, expect=422)
    assert [entry["act"] for entry in changes(world, "leader")] == ["change", "add"]


def test_a_closed_account_opens_again(world_on_each: World) -> None:
    world = world_on_each
    closed = world["admin"].post(path(world, "inspector", "/disabling"), {"reason": "借调"}, expect=200)
    assert closed["disabled_at"]
    assert world["inspector"].call("GET", "/me").status_code == 401
    sign_in = {"username": "inspector", "password": PASSWORD}
    assert world.anonymous.call("POST", "/tokens", json=sign_in).status_code == 401
    assert world["admin"].post(path(world, "inspector", "/enabling"), expect=200)["disabled_at"] is None
    world.anonymous.post("/tokens", sign_in)
    assert [entry["act"] for entry in changes(world, "inspector")] == ["enable", "disable"]


def test_the_last_administrator_able_to_sign_in_stays(world_on_each: World) -> None:
    world = world_on_each
    admin = world["admin"]
    assert admin.post(path(world, "admin", "/disabling"), expect=409)["code"] == "last_administrator"
    admin.post(path(world, "admin", "/move"), {"role": "leader"}, expect=409)
    post = {"role": "admin", "organization_id": world.ids.organization_ids[CENTRE]}
    admin.post(path(world, "inspector", "/posts"), post)  # who has a password
    admin.post(path(world, "admin", "/disabling"), expect=200)
    other = world["inspector"]
    assert other.post(path(world, "inspector", "/posts/removal"), post, expect=409)["code"] == "last_administrator"


def test_an_invitation_leads_to_a_password_once(world_on_each: World) -> None:
    world = world_on_each
    body = {"person_ids": [world.ids.person_ids["university"]]}
    (old,) = world["admin"].post("/people/invitations", body)["items"]
    (new,) = world["admin"].post("/people/invitations", body)["items"]
    assert new["link"].endswith(f"/invitation#{new['code']}")
    answer = {"token": old["code"], "password": NEW_PASSWORD}
    assert world.anonymous.post("/invitations/accept", answer, expect=403)["code"] == "invitation_over"
    typed = new["code"].replace("-", " ").lower()
    world.anonymous.post("/invitations/accept", {"token": typed, "password": "短"}, expect=422)
    token = world.anonymous.post("/invitations/accept", {"token": typed, "password": NEW_PASSWORD})["token"]
    world.tokens["university"] = token
    assert world["university"].get("/me")["name"] == "孙晓"
    world.anonymous.post("/tokens", {"username": "university", "password": NEW_PASSWORD})
    world.anonymous.post("/invitations/accept", {"token": typed, "password": NEW_PASSWORD}, expect=403)


def test_an_invitation_ends_after_a_fortnight_or_with_the_account(world: World) -> None:
    codes = world["admin"].post("/people/invitations", {"all_without_password": True})["items"]
    assert "inspector" not in {one["username"] for one in codes}
    of = {one["username"]: {"token": one["code"], "password": NEW_PASSWORD} for one in codes}
    world["admin"].post(path(world, "leader", "/disabling"), expect=200)
    world.anonymous.post("/invitations/accept", of["leader"], expect=403)
    world.clock.at += timedelta(days=14)
    world.anonymous.post("/invitations/accept", of["district"], expect=403)


def test_everybody_changes_the_own_password_and_goes_on_with_the_token(world_on_each: World) -> None:
    world = world_on_each
    other = world.anonymous.post("/tokens", {"username": "inspector", "password": PASSWORD})["token"]
    wrong = {"current_password": "不是这个密码吧", "new_password": NEW_PASSWORD}
    answer = world["inspector"].call("PUT", "/me/password", json=wrong)
    assert (answer.status_code, answer.get_json()["code"]) == (403, "wrong_password")
    short = world["inspector"].call("PUT", "/me/password", json={"current_password": PASSWORD, "new_password": "短"})
    assert set(short.get_json()["errors"]) == {"new_password"}
    right = {"current_password": PASSWORD, "new_password": NEW_PASSWORD}
    assert world["inspector"].call("PUT", "/me/password", json=right).status_code == 204
    assert world["inspector"].get("/me")["name"] == "陈一鸣"
    world.tokens["inspector"] = other
    assert world["inspector"].call("GET", "/me").status_code == 401


def test_a_present_password_cannot_be_guessed_at_will(world: World) -> None:
    wrong = {"current_password": "不是这个密码吧", "new_password": NEW_PASSWORD}
    statuses = [world["inspector"].call("PUT", "/me/password", json=wrong).status_code for _ in range(11)]
    assert statuses == [*[403] * 10, 429]


def test_a_table_in_gbk_with_chinese_headings_is_imported(world_on_each: World) -> None:
    world = world_on_each
    table = f"用户名,姓名,职务,单位,邮箱\nwang.gang,王　刚,督查组组长,{CENTRE},wang@exam.example\n,,,,\n"
    assert upload(world, table, dry_run="true")["added"] == 1
    assert world["admin"].items("/people", q="wang.gang") == []
    done = upload(world, table)
    assert [(line["line"], line["name"], line["outcome"]) for line in done["lines"]] == [(2, "王刚", "added")]
    assert upload(world, table)["unchanged"] == 1
    wrong = upload(world, table.replace("wang@", "wang@@"), expect=422)
    assert set(wrong["errors"]) == {"2.email"}


def test_whom_a_notice_names_is_the_person_of_the_account_that_comes(world_on_each: World) -> None:
    world = world_on_each
    add_named(world, "王刚", "inspector")
    body = {
        "username": "wang",
        "name": "王 刚",
        "role": "team_head",
        "organization_id": world.ids.organization_ids[CENTRE],
    }
    made = world["admin"].post("/people", body)
    assert (made["role"], made["to_be_joined"]) == ("team_head", [])
    assert len(world["admin"].items("/people", q="王刚")) == 1


def test_who_is_doubtful_is_joined_on_record(world_on_each: World) -> None:
    world = world_on_each
    named = add_named(world, "王建平", "leader")
    leadership = world["admin"].get(path(world, "leadership"))
    assert [one["id"] for one in leadership["to_be_joined"]] == [named]
    joined = world["admin"].post(path(world, "leadership", "/joining"), {"named_id": named}, expect=200)
    assert [one["role"] for one in joined["posts"]] == ["leadership", "leader"]
    assert world["leadership"].get("/me")["district_ids"] == [world.ids.organization_ids[DISTRICT]]
    assert [entry["act"] for entry in changes(world, "leadership")] == ["merge"]
    wrong = {"named_id": world.ids.person_ids["leader"]}
    world["admin"].post(path(world, "leadership", "/joining"), wrong, expect=422)


def add_named(world: World, name: str, role: str) -> str:
    """Somebody whom a notice names; a leader has the first district."""
    with world.session() as session:
        centre = world.ids.organization_ids[CENTRE]
        made = create_person(
            session, username=None, name=name, role=Role(role), organization_id=centre, now=world.clock.at
        )
        session.flush()
        if role == "leader":
            mine = Assignment.district_id == world.ids.organization_ids[DISTRICT]
            session.execute(update(Assignment).where(mine).values(leader_id=made.id))
        session.commit()
        return made.id


def test_nobody_becomes_two_of_the_three_administrators(world: World) -> None:
    centre = world.ids.organization_ids[CENTRE]
    for who, role in (("admin", "security_admin"), ("leader", "auditor")):
        refused = world["admin"].post(path(world, who, "/posts"), {"role": role, "organization_id": centre}, expect=422)
        assert "请分别指定人员" in refused["errors"]["role"][0]
    world["admin"].post(path(world, "leader", "/move"), {"role": "auditor"}, expect=200)


def test_kept_apart_the_security_administrator_changes_people_and_is_not_the_last_to_go(world: World) -> None:
    world["admin"].post(path(world, "leader", "/move"), {"role": "security_admin"}, expect=200)
    with world.session() as session:
        leader = session.get_one(Person, world.ids.person_ids["leader"])
        leader.password_hash = "x"  # somebody who can sign in
        world.tokens["security_admin"] = issue_token(session, person=leader, now=world.clock.at)
        session.commit()
    apart = world.another(accounts=AccountRules(separate_administration=True))
    apart["admin"].post(path(world, "inspector", "/move"), {"role": "team_head"}, expect=403)
    apart["admin"].get(path(world, "inspector"))
    security = apart["security_admin"]
    security.post(path(world, "inspector", "/move"), {"role": "team_head"}, expect=200)
    assert [one["actor_role"] for one in security.items(path(world, "inspector", "/changes"))] == ["security_admin"]
    last = security.post(path(world, "leader", "/move"), {"role": "leader"}, expect=409)
    assert last["code"] == "last_administrator"
    security.get("/security-log", expect=403)


def test_somebody_who_left_is_anonymous_for_good_and_the_record_still_holds(world_on_each: World) -> None:
    world = world_on_each
    admin, who = world["admin"], "university"
    change = {"name": "孙晓晓", "email": "sun.new@exam.example", "telephone": "0371-6666", "reason": "更正"}
    admin.patch(path(world, who), change, if_match=None)
    admin.post("/people/invitations", {"person_ids": [world.ids.person_ids[who]]})
    assert admin.post(path(world, who, "/anonymizing"), {"reason": "离任"}, expect=409)["code"] == "account_is_open"
    admin.post(path(world, who, "/disabling"), expect=200)
    admin.post(path(world, who, "/anonymizing"), {"reason": " "}, expect=422)
    gone = admin.post(path(world, who, "/anonymizing"), {"reason": "离任"}, expect=200)
    assert (gone["name"], gone["has_password"]) == ("已离任人员1", False)
    assert [gone[field] for field in ("username", "email", "telephone")] == [None] * 3
    assert admin.post(path(world, who, "/anonymizing"), {"reason": "再来"}, expect=200)["name"] == "已离任人员1"
    last, *_ = told = changes(world, who)
    assert (last["reason"], last["changes"]) == ("离任", [{"field": "name", "from": None, "to": "已离任人员1"}])
    assert "孙晓" not in str(told)
    assert "exam.example" not in str(told)
    for act, body in (("", {"name": "孙晓"}), ("/enabling", {})):
        call = admin.call("PATCH" if not act else "POST", path(world, who, act), json=body)
        assert (call.status_code, call.get_json()["code"]) == (409, "person_is_anonymous")
    with world.session() as session:
        for table in (Token, Invitation):
            assert not session.scalars(select(table).where(table.person_id == world.ids.person_ids[who])).all()
        assert verify(session) == []


def test_whom_an_open_round_names_becomes_anonymous_only_by_force(world: World) -> None:
    admin = world["admin"]
    for who in ("inspector", "leader"):
        admin.post(path(world, who, "/disabling"), expect=200)
        refused = admin.post(path(world, who, "/anonymizing"), {"reason": "离任"}, expect=409)
        assert refused["code"] == "person_is_needed"
    assert admin.post(path(world, "leader", "/anonymizing"), {"reason": "离任", "force": True}, expect=200)["name"]
