"""Every page × every caller × own, a stranger's and no object: nothing leaks, and a stranger's looks like none."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from api.http.access import rule_of
from tests.fakes.browser import Browser
from tests.fakes.crawler import Crawler
from tests.functional.scope_matrix import UNKNOWN, leaks, told_apart
from tests.functional.scope_objects import SIDES
from tests.functional.scope_world import ScopeWorld, open_scope_world
from tests.worlds.people import PEOPLE
from workflows.vocabulary import Role

ROWS: dict[str, dict[str, Any]] = tomllib.loads((Path(__file__).parent / "pages.toml").read_text("utf-8"))
ID = re.compile(r"<id:[^>]+>")
CALLERS = ("inspector", "university", "neighbour", "other_university", "other_leader", "leadership", "bureau", "admin")
CRAWLERS = (*(one for one in PEOPLE if not one.startswith("other_") and one != "neighbour"), "other_university")
BESIDE_ADMIN = {Role.SECURITY_ADMIN, Role.AUDITOR}  # whose work `admin` does in an office that keeps nobody apart


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ScopeWorld]:
    with open_scope_world(sqlite_template, tmp_path_factory.mktemp("page_scope")) as built:
        yield built


def rules(app: Flask) -> list[Rule]:
    return [one for one in app.url_map.iter_rules() if one.endpoint.startswith("console_")]


def methods(rule: Rule) -> set[str]:
    return (rule.methods or set()) - {"HEAD", "OPTIONS"}


def may(app: Flask, rule: Rule, role: Role) -> bool:
    """Whether the role gets any further than the rule of the page, and what its row says."""
    if role not in ROWS.get(rule.rule, {}).get("may", [role]):
        return False
    access = rule_of(app.view_functions[rule.endpoint])
    roles = access.roles | ({Role.ADMIN} if access.roles & BESIDE_ADMIN else frozenset())
    return role in roles if access.roles else True


def sees(world: ScopeWorld, rule: Rule, who: str, side: str) -> bool:
    """Whether the caller sees that side's object of the page."""
    row = ROWS[rule.rule]
    return world.objects.sees(who, side, row.get("seen_as", row["object"]))


def about_object(rule: Rule) -> bool:
    return "object" in ROWS.get(rule.rule, {})


def asked(world: ScopeWorld, who: str, method: str, rule: Rule, object_id: str) -> TestResponse:
    path = ID.sub(object_id, rule.rule)
    for name, value in ROWS[rule.rule].get("also", {}).items():
        path = path.replace(f"<{name}>", value)
    browser = Browser(world.app).signed_in(world.tokens[who])
    answer = browser.ask(method, path, headers=dict(browser.headers))
    world.wrong += [f"{who} reads {mark} at {path}" for mark in leaks(answer, who, world.objects, object_id)]
    return answer


def test_every_page_about_an_object_has_its_row(world: ScopeWorld) -> None:
    about = {rule.rule for rule in rules(world.app) if ID.search(rule.rule)}
    assert about == {one for one, row in ROWS.items() if "object" in row}, (
        "write the missing rows into pages.toml, take out the others"
    )


def test_a_strangers_object_looks_like_none_on_every_page(world: ScopeWorld) -> None:
    for rule in (one for one in rules(world.app) if about_object(one)):
        name = ROWS[rule.rule]["object"]
        for who, role in ((one, PEOPLE[one][0]) for one in CALLERS):
            for side in SIDES:
                object_id, allowed = world.objects.values(side)[name], may(world.app, rule, role)
                if allowed and sees(world, rule, who, side):
                    continue
                for method in methods(rule):
                    answer = asked(world, who, method, rule, object_id)
                    unknown = asked(world, who, method, rule, UNKNOWN)
                    told = [told_apart(one, object_id, UNKNOWN) for one in (answer, unknown)]
                    assert told[0] == told[1], f"{who} at {rule.rule}"
                    assert answer.status_code == (404 if allowed else 403), f"{who} {method} {rule.rule}"
    assert world.wrong == []


def test_ones_own_object_is_shown_and_tells_nothing_of_strangers(world: ScopeWorld) -> None:
    for rule in (one for one in rules(world.app) if about_object(one) and "GET" in methods(one)):
        name = ROWS[rule.rule]["object"]
        for who, role in ((one, PEOPLE[one][0]) for one in CALLERS):
            for side in SIDES:
                if may(world.app, rule, role) and sees(world, rule, who, side):
                    answer = asked(world, who, "GET", rule, world.objects.values(side)[name])
                    assert answer.status_code == 200, f"{who} at {rule.rule}: {answer.status_code}"
    assert world.wrong == []


def test_pages_about_no_object_answer_by_their_rule_and_tell_nothing_of_strangers(world: ScopeWorld) -> None:
    for rule in (one for one in rules(world.app) if "<" not in one.rule and "GET" in methods(one)):
        for who, role in ((one, PEOPLE[one][0]) for one in CALLERS):
            browser = Browser(world.app).signed_in(world.tokens[who])
            answer = browser.ask("GET", rule.rule)
            world.wrong += [f"{who} reads {mark} at {rule.rule}" for mark in leaks(answer, who, world.objects)]
            expected = (200, 204, 303) if may(world.app, rule, role) else (403,)
            assert answer.status_code in expected, f"{who} at {rule.rule}: {answer.status_code}"
    assert world.wrong == []


@pytest.mark.parametrize("who", CRAWLERS)
def test_every_link_leads_somewhere_and_every_form_has_a_route(world: ScopeWorld, who: str) -> None:
    def note(answer: TestResponse) -> None:
        world.wrong += [f"{who} reads {mark} at {answer.request.path}" for mark in leaks(answer, who, world.objects)]

    crawler = Crawler(Browser(world.app).signed_in(world.tokens[who]), note)
    crawler.crawl()
    assert crawler.wrong == []
    assert len(crawler.read) > 20
    assert world.wrong == []
