"""Saved filters over HTTP: one's own, under names of one's own, and told when the list no longer takes them."""

from sqlalchemy import update

from service.models import SavedFilter
from service.people.saved_filters.saved_filters import MOST_FILTERS
from tests.worlds.http import World

AT = "/me/finding-filters"
LATE = "state=overdue&state=escalated&sort=deadline"


def test_a_filter_is_saved_renamed_put_first_and_taken_away_by_its_owner_alone(world_on_each: World) -> None:
    world = world_on_each
    mine = world["inspector"].post(AT, {"name": " 逾期的 ", "query": LATE, "first": True})
    assert (mine["name"], mine["query"], mine["first"], mine["holds"]) == ("逾期的", LATE, True, True)
    assert world["team_head"].items(AT) == []
    at = f"{AT}/{mine['id']}"
    for call in (("PATCH", {"name": "别人的"}), ("DELETE", None)):
        assert world["team_head"].call(call[0], at, json=call[1]).status_code == 404
    other = world["inspector"].post(AT, {"name": "重大", "query": "severity=major", "first": True})
    assert [(one["name"], one["first"]) for one in world["inspector"].items(AT)] == [("逾期的", False), ("重大", True)]
    world["inspector"].call("PATCH", at, json={"name": "全部逾期"})
    assert world["inspector"].call("PATCH", at, json={"name": other["name"]}).get_json()["errors"].keys() == {"name"}
    world["inspector"].delete(at)
    assert [one["name"] for one in world["inspector"].items(AT)] == ["重大"]


def test_what_the_list_would_not_take_is_no_filter(world: World) -> None:
    for query in ("state=nonsense", "nonsense=1", "sort=deadline", "cursor=x&state=found", "organization_id=1", "q"):
        problem = world["inspector"].post(AT, {"name": "不行", "query": query}, expect=422)
        assert problem["errors"].keys() == {"query"}, query


def test_a_query_is_kept_as_an_address_has_it(world: World) -> None:
    kept = world["inspector"].post(AT, {"name": "井号", "query": "?q=a#b&state=found&state=overdue"})
    assert kept["query"] == "q=a%23b&state=found&state=overdue"


def test_one_that_the_list_no_longer_takes_is_marked(world: World) -> None:
    world["inspector"].post(AT, {"name": "旧的", "query": LATE})
    with world.session() as session:
        session.execute(update(SavedFilter).values(query="state=of-an-earlier-release"))
        session.commit()
    assert [one["holds"] for one in world["inspector"].items(AT)] == [False]


def test_names_are_ones_own_and_so_many_at_most(world: World) -> None:
    for number in range(MOST_FILTERS):
        world["inspector"].post(AT, {"name": f"第{number}个", "query": "severity=major"})
    assert world["inspector"].post(AT, {"name": "多一个", "query": LATE}, expect=422)["errors"].keys() == {"name"}
    world["team_head"].post(AT, {"name": "第1个", "query": LATE})
    assert world["team_head"].post(AT, {"name": "第1个", "query": LATE}, expect=422)["errors"].keys() == {"name"}
