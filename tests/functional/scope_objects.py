"""Two districts with the same objects in each, so that everybody's own is a stranger's: what the scope matrix asks for.

Everything is made by calls of the API. Texts carry marks (`mk-…`), each with the callers who may ever read it.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from service.reports.plan import plan_due
from tests.fakes.client import PNG, Client, Json
from tests.worlds.http import OPENS_AT, World, make_documents
from tests.worlds.people import CENTRE, DISTRICT, NEIGHBOUR, OTHER_DISTRICT, OTHER_UNIVERSITY, PEOPLE, UNIVERSITY
from tests.worlds.rows import make_round

SOON, LATER = OPENS_AT + timedelta(days=2), OPENS_AT + timedelta(days=4)
LAST_YEAR = date(2020, 6, 1)
SIDES = ("", "other_")
UNITS = {"": UNIVERSITY, "other_": OTHER_UNIVERSITY}
DISTRICTS = {"": DISTRICT, "other_": OTHER_DISTRICT}
ABOVE = ("bureau", "committee")
FINDINGS = ("found", "notified", "submitted", "asked", "escalated", "reported", "verified", "self_found")


@dataclass(slots=True)
class Objects:
    """The objects by side and name, who sees each, and who may read each mark."""

    world: World
    last_round_id: str
    ids: dict[tuple[str, str], str] = field(default_factory=dict)  # (side, 'finding.found') → id
    marks: dict[str, set[str]] = field(default_factory=dict)  # text → callers who may read it

    def sees(self, caller: str, side: str, name: str) -> bool:
        """Whether the caller sees that side's object."""
        return caller in viewers(side, name)

    def side_of(self, caller: str) -> str:
        """The side that a caller stands on; those above stand on the first."""
        return "other_" if caller.startswith("other_") else ""

    def other(self, side: str) -> str:
        return "" if side else "other_"

    def values(self, side: str) -> dict[str, str]:
        """What `$name` stands for in requests about that side."""
        named = {name: id_ for (of, name), id_ in self.ids.items() if of == side}
        return {
            **named,
            "organization": self.world.ids.organization_ids[UNITS[side]],
            "district": self.world.ids.organization_ids[DISTRICTS[side]],
            "round": self.world.ids.round_id,
            "last_round": self.last_round_id,
            "centre": self.world.ids.organization_ids[CENTRE],
            "person": self.world.ids.person_ids[f"{side}university"],
            "official": self.world.ids.person_ids[f"{side}inspector"],
            "campaign": "cheating_devices",
            "checklist": self.world.ids.checklist_id,
            "checklist_item": self.world.ids.checklist_item_id,
            "soon": SOON.isoformat(),
            "later": LATER.isoformat(),
        }


def viewers(side: str, name: str) -> set[str]:
    """Who sees an object, by the contract's paragraph on scope."""
    inside = {f"{side}{who}" for who in ("inspector", "team_head", "district", "university", "leader")} | {"leadership"}
    kind, _, state = name.partition(".")
    match kind, state:
        case (("round" | "checklist" | "campaign" | "team" | "person" | "official" | "organization" | "district"), _):
            return set(PEOPLE)  # no secret, or for administrators alone, whoever it is
        case ("finding", "found") | ("action", _) | ("evidence", "action"):
            return inside - {f"{side}university"}  # a unit sees general findings from notification, campaigns never
        case ("inspection", "open") | ("evidence", "sheet"):
            return inside - {f"{side}university"}  # what others write about a unit, it sees once they have closed it
        case ("finding" | "notice" | "opinion", "reported"):
            return inside | set(ABOVE)
        case ("evidence", "loose") | ("alert" | "token" | "saved_filter", _):
            return {f"{side}university"}
        case _:
            return inside


def build_objects(world: World) -> Objects:
    """Make everything in both districts of a world that has just been opened."""
    with world.session() as session:
        plan_due(session, now=OPENS_AT)
        closed_at = OPENS_AT - timedelta(300)
        last = make_round(session, "2020-30", starts_on=LAST_YEAR, ends_on=LAST_YEAR, closed_at=closed_at)
        session.commit()
    objects = Objects(world, last.id)
    sides = [_Side(objects, side) for side in SIDES]
    for side in sides:
        side.build()
    make_documents(world.app)
    for side in sides:
        side.seal()
    _mark_places(objects)
    return objects


@dataclass(frozen=True, slots=True)
class _Side:
    objects: Objects
    side: str

    def by(self, who: str) -> Client:
        return self.objects.world[who if who in ABOVE or who == "leadership" else f"{self.side}{who}"]

    def build(self) -> None:
        inside = viewers(self.side, "finding.notified")
        (team,) = [one for one in self.by("inspector").items("/teams") if one["assignments"]]
        self._keep("team", team["id"])
        for state in FINDINGS:
            self._log(state)
        for state in ("notified", "submitted", "asked", "escalated", "reported", "verified"):
            self._notify(state)
        for state in ("submitted", "verified", "reported"):
            self._submit(state)
        self._move("verified", "reviews", "inspector", outcome="pass", comment=self._mark("comment", inside))
        asked = self._move("asked", "extensions", "university", deadline=LATER.isoformat(), reason=self._mark("ask"))
        self._keep("extension.asked", asked["id"])
        self._escalate(inside)
        self._keep("evidence.loose", self._photograph("loose", {f"{self.side}university"}))
        self._keep("evidence.centre", self.by("inspector").upload()["id"])
        self._act()
        self._put_on_paper()
        self._inspect()
        (told,) = [one for one in self.by("university").items("/alerts") if one["finding_id"] == self._id("notified")]
        self._keep("alert.notified", told["id"])
        self._report(inside)
        self.by("university").post("/me/tokens", {"name": self._mark("token", viewers(self.side, "token") | {"admin"})})
        (made,) = [one for one in self.by("university").items("/me/tokens") if one["kind"] == "access_token"]
        self._keep("token", made["id"])
        own = {"name": self._mark("filter", viewers(self.side, "saved_filter")), "query": "state=overdue"}
        self._keep("saved_filter", self.by("university").post("/me/finding-filters", own)["id"])

    def _log(self, state: str) -> None:
        who = "university" if state == "self_found" else "inspector"
        seen = viewers(self.side, f"finding.{state}")
        body = {"severity": "general", "summary": self._mark(f"summary-{state}", seen)}
        unit = self.objects.world.ids.organization_ids[UNITS[self.side]]
        made = self.by(who).post("/findings", {"organization_id": unit, **body})
        self._keep(f"finding.{state}", made["id"])
        self.objects.marks[made["id"]] = seen

    def _notify(self, state: str) -> None:
        self._move(state, "notification", "inspector", requirement="立即更换", deadline=SOON.isoformat())
        (notice,) = [
            one
            for one in self.by("university").items("/rectification-notices", limit=200)
            if one["findings"][0]["id"] == self._id(state)
        ]
        self._keep(f"notice.{state}", notice["id"])

    def _put_on_paper(self) -> None:
        order = {"kind": "rectification_notice", "subject_id": self.objects.ids[self.side, "notice.notified"]}
        made = self.by("inspector").post("/documents", order)
        fetched = {"admin"}  # of what is fetched the security log keeps the id
        self.objects.marks[made["id"]] = viewers(self.side, "document.notice") | fetched
        self._keep("document.notice", made["id"])

    def seal(self) -> None:
        """Put the sealed scan beside the notice, which is made by now."""
        scan = {"evidence_id": self.by("inspector").upload()["id"]}
        notice = self.objects.ids[self.side, "document.notice"]
        self.by("inspector").post(f"/documents/{notice}/scan", scan, expect=200)

    def _submit(self, state: str) -> None:
        piece = self._photograph(state, viewers(self.side, "finding.submitted"))  # never for those above
        self._keep(f"evidence.{state}", piece)
        made = self._move(state, "submissions", "university", measures="已更换", evidence_ids=[piece])
        self._keep(f"submission.{state}", made["id"])

    def _escalate(self, inside: set[str]) -> None:
        district_up = inside - {f"{self.side}university"}
        self._move("reported", "reviews", "inspector", outcome="fail", comment="未到位")
        for state in ("escalated", "reported"):
            self._move(state, "refusal", "inspector", reason=self._mark(f"refusal-{state}", district_up))
        words = self._mark("opinion", district_up | set(ABOVE))
        opinion = self._move("reported", "handling-opinions", "leadership", measure="talk", opinion=words)
        self._keep("opinion.reported", opinion["id"])
        centre = district_up - {f"{self.side}district"} | set(ABOVE)
        reply = {"text": self._mark("reply", centre)}
        self.by("bureau").post(f"/handling-opinions/{opinion['id']}/replies", reply)

    def _act(self) -> None:
        seen, office = viewers(self.side, "action"), self.by("district")
        photograph = self._photograph("action", seen, who="district")
        self._keep("evidence.action", photograph)
        body = {"acted_on": "2021-04-09", "lead_department": "公安局", "summary": self._mark("action", seen)}
        made = office.post("/campaigns/cheating_devices/actions", {**body, "evidence_ids": [photograph]})
        self._keep("action", made["id"])
        self._keep("evidence.office", office.upload()["id"])

    def _report(self, inside: set[str]) -> None:
        """One that was handed in, and the next, of which there is a draft."""
        submitted, drafted, *_ = self.by("university").items("/reports")
        words = {
            "self_check": self._mark("words", inside),
            "difficulties": [{"text": self._mark("difficulty", inside)}],
        }
        self.by("university").post(f"/reports/{submitted['id']}/submissions", {"words": words})
        draft = {"words": {"plan": self._mark("draft", {f"{self.side}university"})}}
        self.by("university").patch(f"/reports/{drafted['id']}", draft, if_match='"1"')
        for state, report in (("submitted", submitted), ("drafted", drafted)):
            self._keep(f"report.{state}", report["id"])
            self.objects.marks[report["id"]] = inside

    def _inspect(self) -> None:
        """A sheet that the unit does not see yet, one that it does, and its own."""
        hidden = viewers(self.side, "inspection.open")
        piece = self._photograph("sheet", hidden, who="inspector")
        self._keep("evidence.sheet", piece)
        found = {"summary": self._mark("sheet-found", hidden)}
        words = {"note": self._mark("sheet-open", hidden), "evidence_ids": [piece], "finding": found}
        self._sheet("open", "inspector", answer="not_in_place", **words)
        self._sheet("closed", "inspector", answer="in_place", note=self._mark("sheet-closed"))
        summary = {"summary": self._mark("closing")}
        self.by("inspector").post(
            f"/inspections/{self.objects.ids[self.side, 'inspection.closed']}/closing", summary, expect=200
        )
        self._sheet("self_check", "university", answer="in_place", note=self._mark("sheet-own"))

    def _sheet(self, state: str, who: str, **answer: Any) -> None:
        head = {"note": self._mark(f"head-{state}", viewers(self.side, f"inspection.{state}"))}
        unit = self.objects.world.ids.organization_ids[UNITS[self.side]]
        made = self.by(who).post("/inspections", {"organization_id": unit, **head})
        self._keep(f"inspection.{state}", made["id"])
        self.objects.marks[made["id"]] = viewers(self.side, f"inspection.{state}")
        one = {"item_id": self.objects.world.ids.checklist_item_id, "version": 0, **answer}
        self.by(who).post(f"/inspections/{made['id']}/answers", {"answers": [one]}, expect=200)

    def _move(self, state: str, url: str, who: str, **body: Any) -> Json:
        answer = self.by(who).call("POST", f"/findings/{self._id(state)}/{url}", json=body)
        assert answer.status_code in (200, 201), answer.get_data(as_text=True)
        made: Json = answer.get_json()
        return made

    def _photograph(self, state: str, seen: set[str], *, who: str = "university") -> str:
        mark = self._mark(f"photograph-{state}", seen)
        made: str = self.by(who).upload(PNG + mark.encode(), f"{mark}.png")["id"]
        return made

    def _mark(self, what: str, seen: set[str] | None = None) -> str:
        mark = f"mk-{self.side or 'first_'}{what}-{uuid4().hex[:8]}"
        self.objects.marks[mark] = viewers(self.side, "finding.notified") if seen is None else seen
        return mark

    def _keep(self, name: str, id_: str) -> None:
        self.objects.ids[self.side, name] = id_

    def _id(self, state: str) -> str:
        return self.objects.ids[self.side, f"finding.{state}"]


def _mark_places(objects: Objects) -> None:
    """The names of districts and universities are for those who have to do with them, and for everyone above."""
    high = {"leadership", "admin", *ABOVE}
    for side in SIDES:
        near = {f"{side}{who}" for who in ("inspector", "team_head", "district", "university", "leader")} | high
        objects.marks[UNITS[side]] = near
        objects.marks[DISTRICTS[side]] = near | ({"neighbour"} if not side else set())
    objects.marks[NEIGHBOUR] = ({"neighbour", *viewers("", "finding.found")} | high) - {"university"}
    assert {who for seen in objects.marks.values() for who in seen} <= set(PEOPLE)
