"""Two sessions that make the same move at once, through real web processes: one wins, the other gets 409."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from service.store.db import connect, sessions
from service.store.schema import upgrade
from tests.build.racing import run_together
from tests.fakes.client import BASE, PNG, Json
from tests.fakes.duban import Duban
from tests.worlds.http import Ids, build_round

pytestmark = pytest.mark.timeout(300)
TWINS = 20
AGAIN = 4  # races of each kind: one alone could be won by accident
Call = tuple[str, str, Json] | tuple[str, str, Json, str]  # who, path, body, Idempotency-Key


@dataclass
class Web:
    """Web processes over one database, called by everybody in the round."""

    ids: Ids
    http: httpx.Client

    def bearer(self, who: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.ids.tokens[who]}"}

    def get(self, who: str, path: str, **query: str) -> Json:
        answer = self.http.get(path, params=query, headers=self.bearer(who))
        assert answer.status_code == 200, answer.text
        seen: Json = answer.json()
        return seen

    def upload(self, who: str) -> str:
        answer = self.http.post("/evidence", files={"file": ("整改照片.png", PNG)}, headers=self.bearer(who))
        made: str = answer.json()["id"]
        return made

    def post(self, who: str, path: str, body: Json, key: str | None = None) -> httpx.Response:
        named = {"Idempotency-Key": key} if key else {}
        return self.http.post(path, json=body, headers={**self.bearer(who), **named})

    def done(self, who: str, path: str, **body: Any) -> Json:
        answer = self.post(who, path, body)
        assert answer.status_code in (200, 201), answer.text
        made: Json = answer.json()
        return made

    def at_once(self, *calls: Call) -> list[httpx.Response]:
        """The answers to calls made at the same moment."""
        answers: list[httpx.Response] = []
        assert run_together(*(lambda call=call: answers.append(self.post(*call)) for call in calls)) == []
        return answers


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def web(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    folder = tmp_path_factory.mktemp("web")
    url = _database(request, folder)
    engine = connect(url)
    with sessions(engine).begin() as session:
        ids = build_round(session, now=datetime.now(UTC) - timedelta(days=1))
    engine.dispose()
    settings = {"DUBAN_DATABASE_URL": url, "DUBAN_DATA_DIR": str(folder / "data")}
    with Duban("web", "--port", "0", folder=folder, settings=settings) as process:
        process.says("serving at=")
        found = re.search(r"serving at=(http://[\d.:]+)", process.log())
        assert found
        with httpx.Client(base_url=found[1] + BASE, timeout=30) as http:
            yield Web(ids, http)


def _database(request: pytest.FixtureRequest, folder: Path) -> str:
    if request.param == "sqlite":
        (folder / "duban.db").touch()
        url = f"sqlite:///{folder / 'duban.db'}"
    else:
        url = request.getfixturevalue("postgresql").create_database("same_move_twice")
    upgrade(url)
    return url


def in_days(number: int) -> str:
    return (datetime.now(UTC) + timedelta(days=number)).isoformat()


def found(web: Web) -> str:
    unit = web.ids.university_id
    made: str = web.done("inspector", "/findings", organization_id=unit, summary="保密室门禁失灵", severity="general")[
        "id"
    ]
    return made


def notified(web: Web) -> str:
    finding = found(web)
    web.done("inspector", f"/findings/{finding}/notification", requirement="当日修复", deadline=in_days(6))
    return finding


def submitted(web: Web) -> str:
    finding = notified(web)
    pieces = [web.upload("university")]
    web.done("university", f"/findings/{finding}/submissions", measures="已修复", evidence_ids=pieces)
    return finding


def verified(web: Web) -> str:
    finding = submitted(web)
    web.done("inspector", f"/findings/{finding}/reviews", outcome="pass", comment="现场复查合格")
    return finding


def escalated(web: Web) -> str:
    finding = notified(web)
    web.done("inspector", f"/findings/{finding}/refusal", reason="拒不整改")
    return finding


def asked(web: Web) -> str:
    finding = notified(web)
    web.done("university", f"/findings/{finding}/extensions", deadline=in_days(8), reason="设备未到货")
    return finding


@dataclass(frozen=True)
class Race:
    """A move, who make it, on what, and where it leads."""

    before: Callable[[Web], str]
    path: str
    body: Callable[[], Json]
    who: tuple[str, str]
    after: str

    def __str__(self) -> str:
        return self.path.rpartition("/")[2]


OVERSEERS, UNIT = ("inspector", "team_head"), ("university", "university")
RACES = [
    Race(
        found,
        "/findings/{}/notification",
        lambda: {"requirement": "当日修复", "deadline": in_days(6)},
        OVERSEERS,
        "notified",
    ),
    Race(notified, "/findings/{}/receipt", lambda: {"plan": "今日派人"}, UNIT, "rectifying"),
    Race(submitted, "/findings/{}/reviews", lambda: {"outcome": "pass", "comment": "合格"}, OVERSEERS, "verified"),
    Race(notified, "/findings/{}/refusal", lambda: {"reason": "拒不整改"}, OVERSEERS, "escalated"),
    Race(notified, "/findings/{}/extensions", lambda: {"deadline": in_days(8), "reason": "未到货"}, UNIT, "notified"),
    Race(
        escalated,
        "/findings/{}/escalations",
        lambda: {"from_level": 1, "reason": "久拖不决"},
        ("leader", "leadership"),
        "escalated",
    ),
    Race(
        verified,
        "/findings/{}/reopening",
        lambda: {"reason": "又发现", "deadline": in_days(5)},
        OVERSEERS,
        "rectifying",
    ),
    Race(found, "/findings/{}/voiding", lambda: {"reason": "重复登记"}, ("team_head", "team_head"), "found"),
]


@pytest.mark.parametrize("race", RACES, ids=str)
def test_of_two_who_make_the_same_move_one_wins_and_the_other_gets_409(web: Web, race: Race) -> None:
    for _ in range(AGAIN):
        finding, body = race.before(web), race.body()
        path = race.path.format(finding)
        answers = web.at_once(*((who, path, body) for who in race.who))
        won, lost = sorted(answers, key=lambda answer: answer.status_code)
        assert won.status_code in (200, 201), won.text
        assert lost.status_code == 409, lost.text
        problem = lost.json()
        assert problem["state"] == race.after
        assert isinstance(problem["allowed_moves"], list)
        assert problem["type"].startswith("urn:duban:problem:")
        assert web.get("inspector", f"/findings/{finding}")["state"] == race.after
        events = web.get("inspector", f"/findings/{finding}/events")["items"]
        moves = [event["move"] for event in events]
        assert len(moves) == len(set(moves)) or race.before is escalated, moves


def test_of_two_who_decide_an_extension_one_wins(web: Web) -> None:
    for _ in range(AGAIN):
        finding = asked(web)
        (extension,) = web.get("inspector", f"/findings/{finding}/extensions")["items"]
        path, word = f"/extensions/{extension['id']}/decision", "已研究"
        answers = web.at_once(
            ("inspector", path, {"granted": True, "comment": word}),
            ("team_head", path, {"granted": False, "comment": word}),
        )
        assert sorted(answer.status_code for answer in answers) == [200, 409], [answer.text for answer in answers]


def test_a_pass_and_a_newer_submission_do_not_cross(web: Web) -> None:
    for _ in range(AGAIN):
        finding = submitted(web)
        pending = web.get("inspector", f"/findings/{finding}")["pending_submission"]["id"]
        newer = {"measures": "补充材料", "evidence_ids": [web.upload("university")]}
        passing = {"outcome": "pass", "comment": "合格", "submission_id": pending}
        path = f"/findings/{finding}"
        answers = web.at_once(("university", f"{path}/submissions", newer), ("inspector", f"{path}/reviews", passing))
        assert sorted(answer.status_code for answer in answers) == [201, 409], [answer.text for answer in answers]


def test_twenty_twins_with_one_key_have_one_effect_and_one_answer(web: Web) -> None:
    body = {"organization_id": web.ids.university_id, "summary": "考务室无人值守", "severity": "major"}
    for number in range(3):
        key, summary = f"twins-{number}", f"考务室无人值守（{number}）"
        sent = {**body, "summary": summary}
        answers = web.at_once(*[("inspector", "/findings", sent, key)] * TWINS)
        assert {answer.status_code for answer in answers} == {201}, [answer.text for answer in answers]
        assert len({answer.content for answer in answers}) == 1
        listed = web.get("inspector", "/findings", q=summary)["items"]
        assert [one["id"] for one in listed] == [answers[0].json()["id"]]
        events = web.get("inspector", f"/findings/{listed[0]['id']}/events")["items"]
        assert [event["move"] for event in events] == ["log"]
        other = web.post("inspector", "/findings", {**sent, "severity": "general"}, key)
        assert other.status_code == 422, other.text


def test_twins_among_strangers_bodies_have_one_effect(web: Web) -> None:
    body = {"organization_id": web.ids.university_id, "severity": "general"}
    bodies = [{**body, "summary": f"试卷袋封条破损（{number % 4}）"} for number in range(TWINS)]
    answers = web.at_once(*(("inspector", "/findings", sent, "twins-and-others") for sent in bodies))
    made = [answer for answer in answers if answer.status_code == 201]
    assert {answer.status_code for answer in answers} == {201, 422}
    assert (len(made), len({answer.content for answer in made})) == (TWINS // 4, 1)
