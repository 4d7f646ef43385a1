"""The form of capture: what was typed stays where no round is meant any more, and where a sign-in has ended."""

from datetime import date

from sqlalchemy.orm import Session

from api.http.identifiers import NOBODY
from service.models import Organization, Person, Round
from service.rounds.rounds import add_team, assign
from tests.fakes.client import PNG
from tests.functional.console.test_capture import opened, units_of
from tests.worlds.http import PASSWORD, World
from tests.worlds.people import DISTRICT, UNIVERSITY
from tests.worlds.rows import make_round


def test_what_no_round_takes_any_more_is_shown_and_goes_along_to_another(world_on_each: World) -> None:
    world = world_on_each
    browser, page, form = opened(world, "inspector")
    form |= {"organization_id": units_of(page)[UNIVERSITY], "summary": "监控有盲区", "severity": "general"}
    with world.session() as session:
        session.get_one(Round, world.ids.round_id).closed_at = world.clock.at
        session.commit()
    refused = browser.send("/findings/new", form, files={"一.png": PNG}, expect=409)
    assert "监控有盲区" in refused.text
    assert "该单位目前没" in refused.text  # a round in which it takes part
    assert "/findings/new" not in refused.forms()
    with world.session() as session:
        session.get_one(Round, world.ids.round_id).closed_at = None
        add_second_round(session, world)
        session.commit()
    refused = browser.send("/findings/new", {**form, "round_id": NOBODY}, files={"一.png": PNG}, expect=422)
    again = {**refused.filled_in("/findings/new"), "round_id": world.ids.round_id}
    page = browser.send("/findings/new", again, expect=200)
    assert page.filled_in("/findings/new")["organization_id"] == world.ids.university_id
    browser.send("/findings/new", {**page.filled_in("/findings/new"), "summary": "监控有盲区"})
    (finding,) = world["inspector"].items("/findings")
    assert (finding["summary"], len(finding["evidence"])) == ("监控有盲区", 1)


def add_second_round(session: Session, world: World) -> None:
    """A round beside the first, in which the same team has the same district."""
    people = world.ids.person_ids
    days = {"starts_on": date(2021, 4, 1), "ends_on": date(2021, 6, 5)}
    round_ = make_round(session, "2021-自考", **days, exam_days=[])
    team = add_team(session, round_, "自考督查组", [session.get_one(Person, people["inspector"])])
    district = session.get_one(Organization, world.ids.organization_ids[DISTRICT])
    assign(session, round_, {district.id: (team, session.get_one(Person, people["leader"]))})


def test_what_was_typed_when_the_sign_in_had_ended_comes_back(world: World) -> None:
    browser, page, form = opened(world, "inspector")
    form |= {"organization_id": units_of(page)[UNIVERSITY], "summary": "监控有盲区", "severity": "general"}
    browser.client.delete_cookie("duban", domain="127.0.0.1")
    asked = browser.send("/findings/new", form, files={"一.png": PNG}, expect=401)
    action = next(one for one in asked.forms() if one.startswith("/sign-in?next="))
    fields = {**asked.filled_in(action), "username": "inspector", "password": PASSWORD}
    page = browser.send(
        "/findings/new", browser.send(action, fields, expect=200).filled_in("/findings/new"), expect=200
    )
    assert page.filled_in("/findings/new")["client_id"] == form["client_id"]
    assert 'value="监控有盲区"' in page.answer.get_data(as_text=True)
    assert world["inspector"].items("/findings") == []
