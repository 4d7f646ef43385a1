"""The notice's round of 2021, played through the API from 29 March to 6 June: ten weeks of an office's life.

Who is slow is always the same: the third university reports late each week, the seventh never; the fifth lets its
findings lie. One district office is late in even weeks. Otherwise everybody does what the notice asks for.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from tests.fakes.client import Json
from tests.journeys.office import Office
from tests.worlds.http import SHANGHAI, local

WEEKS = 10
FIRST_THURSDAY = local(4, 1, 17)
LATE, NEVER, IDLE = "university-03", "university-07", "university-05"
FORGETFUL = "university-09"  # leaves one item of its self-check unseen
LATE_OFFICE = "district-管城区"
CAMPAIGNS = ("cheating_devices", "online_environment", "surroundings", "impersonation", "training_agencies")


@dataclass(slots=True)
class Season:
    """What is played, and what was done in it."""

    office: Office
    dice: Random
    inspected: int = 0
    handed_in: dict[str, list[str]] = field(default_factory=dict)  # who → on time, late …

    def play(self) -> None:
        """Ten weeks, then the exam."""
        self._self_checks()
        for week in range(WEEKS):
            thursday = FIRST_THURSDAY + timedelta(weeks=week)
            self._at(thursday - timedelta(days=2, hours=7))  # Tuesday 10:00
            self._inspect(week)
            self._run_campaigns(week)
            self._at(thursday - timedelta(days=1, hours=7))  # Wednesday 10:00
            self._put_right()
            self._review()
            self._decide()
            self._report(week, thursday)

    def _at(self, at: datetime) -> None:
        self.office.go(max(at, self.office.clock.at))

    def _self_checks(self) -> None:
        """On the first days every unit goes through its own checklist."""
        self._at(local(3, 30, 9))
        for unit in (*self.office.universities, *self.office.districts):
            sheet = self._open(unit, unit)
            items = self.office[unit].items(f"/inspections/{sheet['id']}/answers")
            wrong = set(self.dice.sample(range(1, len(items)), 1)) if self.dice.random() < 0.5 else set()
            seen = items[1:] if unit == FORGETFUL else items
            self._answer(unit, sheet, seen, wrong)
            deadline = self._friday_in_a_week().isoformat()
            self._close(unit, sheet, {"deadline": deadline, "summary": "已逐项自查。"})

    def _inspect(self, week: int) -> None:
        """Each team and some district offices look at a university, at some items of the checklist."""
        universities = self.office.universities
        for number in range(4):
            unit = universities[(week * 4 + number * 7) % len(universities)]
            self._visit(self.office.team_of[self.office.above[unit]], unit)
        for number in range(3):
            unit = universities[(week * 3 + number * 11 + 1) % len(universities)]
            self._visit(self.office.above[unit], unit)
        if week == 1:
            self._visit(self.office.team_of[self.office.above[IDLE]], IDLE)

    def _visit(self, who: str, unit: str) -> None:
        sheet = self._open(who, unit)
        items = self.office[who].items(f"/inspections/{sheet['id']}/answers")
        looked_at = self.dice.sample(items, 12)
        wrong = {0, 1} if unit == IDLE else set(range(self.dice.choice((0, 0, 1, 2))))
        self._answer(who, sheet, looked_at, wrong)
        self._close(who, sheet, {"deadline": self._friday_in_a_week().isoformat(), "summary": "已现场查看。"})
        self.inspected += 1

    def _open(self, who: str, unit: str) -> Json:
        body = {
            "organization_id": self.office.places[unit],
            "methods": ["documents", "on_site"],
            "rooms": ["视频监考室"],
        }
        return self.office[who].post("/inspections", body)

    def _answer(self, who: str, sheet: Json, items: list[Json], wrong: set[int]) -> None:
        said = ("not_in_place" if place in wrong else "in_place" for place in range(len(items)))
        ids = (item["item"]["id"] for item in items)
        answers = [{"item_id": id_, "answer": word, "version": 0} for id_, word in zip(ids, said, strict=True)]
        self.office[who].post(f"/inspections/{sheet['id']}/answers", {"answers": answers}, expect=200)

    def _close(self, who: str, sheet: Json, body: Json) -> None:
        self.office[who].post(f"/inspections/{sheet['id']}/closing", body, expect=200)

    def _friday_in_a_week(self) -> datetime:
        """17:00 of the Friday of next week, before the exam."""
        here = self.office.clock.at.astimezone(SHANGHAI)
        friday = here + timedelta(days=4 - here.weekday() + 7)
        return min(friday.replace(hour=17, minute=0, second=0, microsecond=0), local(6, 4, 12))

    def _run_campaigns(self, week: int) -> None:
        for place, district in enumerate(self.office.districts):
            code = CAMPAIGNS[(week + place) % len(CAMPAIGNS)]
            body = {
                "acted_on": self.office.clock.at.astimezone(SHANGHAI).date().isoformat(),
                "lead_department": "区市场监管局",
                "departments": ["区公安分局"],
                "summary": "检查考点周边商户。",
                "results": [{"name": "检查商户", "value": 10 + week, "unit": "家"}],
            }
            self.office[district].post(f"/campaigns/{code}/actions", body)

    def _put_right(self) -> None:
        """Whoever is told of findings receives the notice, puts them right and says so."""
        for unit in (*self.office.universities, *self.office.districts):
            for finding in self.office[unit].items("/findings", limit=200):
                if finding["organization"]["id"] == self.office.places[unit] and self._wants(unit, finding):
                    self._submit(unit, finding)

    def _wants(self, unit: str, finding: Json) -> bool:
        if unit == IDLE and finding["state"] in ("notified", "overdue"):
            return False  # until the leadership team has spoken
        return "submit" in finding["allowed_moves"] and not finding["awaiting_review"]

    def _submit(self, unit: str, finding: Json) -> None:
        body = {"measures": "已整改到位。", "evidence_ids": [self.office[unit].upload()["id"]]}
        self.office[unit].post(f"/findings/{finding['id']}/submissions", body)

    def _review(self) -> None:
        """The other side looks at it; every eighth time it is not good enough."""
        reviewers = (*sorted(set(self.office.team_of.values())), *self.office.districts)
        for who in reviewers:
            for finding in self.office[who].items("/findings", awaiting_review="true", limit=200):
                if "review_pass" in finding["allowed_moves"]:
                    outcome = "fail" if self.dice.random() < 0.125 else "pass"
                    body = {"outcome": outcome, "comment": "现场复查。"}
                    self.office[who].post(f"/findings/{finding['id']}/reviews", body)
            for finding in self.office[who].items("/findings", state="found", limit=200):
                if "notify" in finding["allowed_moves"]:  # the clock proposed it
                    body = {"requirement": "请立即落实。", "deadline": self._friday_in_a_week().isoformat()}
                    self.office[who].move(f"/findings/{finding['id']}/notification", body)

    def _decide(self) -> None:
        """The leadership team gives its opinion on what has come up, with a new deadline."""
        for finding in self.office["leadership"].items("/findings", state="escalated", limit=200):
            if finding["latest_opinion"] is None:
                opinion = {"measure": "talk", "opinion": "约谈分管负责同志。"}
                deadline = self._friday_in_a_week().isoformat()
                self.office["leadership"].post(
                    f"/findings/{finding['id']}/handling-opinions", {**opinion, "new_deadline": deadline}
                )

    def _report(self, week: int, thursday: datetime) -> None:
        """Universities by Thursday, district offices by Friday; some are late, one never reports."""
        self._at(thursday - timedelta(hours=2))
        for unit in self.office.universities:
            if unit not in (LATE, NEVER):
                self._hand_in(unit, week)
        self._at(thursday + timedelta(hours=16))
        self._hand_in(LATE, week)
        late = LATE_OFFICE if week % 2 else None
        self._at(thursday + timedelta(hours=23))
        for district in self.office.districts:
            if district != late:
                self._hand_in(district, week)
        if late:
            self._at(thursday + timedelta(days=1, hours=2))
            self._hand_in(late, week)

    def _hand_in(self, who: str, week: int) -> None:
        query = {"organization_id": self.office.places[who], "week": week + 1}
        (report,) = self.office[who].items("/reports", **query)
        words = {"self_check": f"第{week + 1}周自查正常。", "difficulties": [{"text": "经费紧张，请协调。"}]}
        self.office[who].post(f"/reports/{report['id']}/submissions", {"words": words})
