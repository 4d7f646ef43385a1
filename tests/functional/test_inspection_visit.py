"""An inspectors' visit: two people, two days, 71 items; three not in place, one of them put right on the spot."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.checklists.catalogues import NOTICE_2021_35, Catalogue, shipped
from service.models import Checklist, ChecklistItem
from service.store.db import sessions
from tests.fakes.client import Json
from tests.worlds.http import DEADLINE, World, local
from tests.worlds.people import UNIVERSITY

FIRST_DAY, SECOND_DAY = local(4, 12, 10), local(4, 13, 9)
CAMERAS, CLOCKS, SAFE = 14, 20, 54  # rows of annex 1: spare equipment, clocks on the wall, the strongroom
SPLIT = 36  # the inspector's rows end here, the team head's begin


def print_whole_annex(session: Session) -> None:
    """Annex 1 as the notice has it; the world comes with row 12 alone."""
    checklist = session.scalars(select(Checklist).where(Checklist.annex == 1)).one()
    annex: Catalogue = shipped(NOTICE_2021_35)[0]
    for position, (number, row) in enumerate(annex.numbered(), 1):
        if position != 12:
            session.add(
                ChecklistItem(
                    round_id=checklist.round_id,
                    checklist_id=checklist.id,
                    position=position,
                    number=number,
                    category=row.category,
                    requirement_zh=row.zh,
                    requirement_en=row.en,
                    completion=row.completion,
                )
            )
    session.commit()


def said(items: list[Json], rows: range, **found: Json) -> Json:
    """Everything in these rows is in place, but for what was found."""
    return {
        "answers": [
            {"item_id": one["item_id"], "version": one["version"], "answer": "in_place", **found.get(f"row{row}", {})}
            for row, one in enumerate(items, 1)
            if row in rows
        ]
    }


def test_a_visit_of_two_days_by_two_people_ends_in_one_notice(world_on_each: World) -> None:
    with sessions(world_on_each.engine)() as session:
        print_whole_annex(session)
    visit = Visit(world_on_each)
    visit.the_inspector_does_the_first_half()
    visit.the_head_does_the_rest_on_a_tablet_that_was_loaded_the_day_before()
    visit.the_head_closes()
    visit.the_unit_receives_one_notice()
    visit.everybody_hears()


class Visit:
    """The sheet, and what happens to it."""

    def __init__(self, world: World) -> None:
        self.world = world
        head = {"methods": ["documents", "on_site"], "rooms": ["试卷保管室", "3号楼"], "client_id": "平板-1"}
        inspection = world["inspector"].post("/inspections", {"organization_id": world.ids.university_id, **head})
        self.path = f"/inspections/{inspection['id']}"
        self.items = world["inspector"].items(f"{self.path}/answers")  # as they were in the beginning
        self.closed: Json = {}

    def the_inspector_does_the_first_half(self) -> None:
        """Spare cameras are missing; clocks stand still, and are put right at once."""
        assert [one["item"]["number"] for one in self.items] == [f"1-{row}" for row in range(1, 72)]
        inspector = self.world["inspector"]
        photo = inspector.upload(filename="挂钟.png")
        on_the_spot = {"evidence_ids": [photo["id"]], "comment": "当场更换电池并校准"}
        found: Json = {
            f"row{CAMERAS}": {
                "answer": "not_in_place",
                "note": "仅有备用摄像机1台",
                "finding": {"location": "信息中心"},
            },
            f"row{CLOCKS}": {
                "answer": "not_in_place",
                "finding": {"summary": "3号楼挂钟停走"},
                "settled": on_the_spot,
            },
        }
        inspector.post(f"{self.path}/answers", said(self.items, range(1, SPLIT), **found), expect=200)
        self.world.go(FIRST_DAY + timedelta(hours=6))
        assert self.world["university"].items("/inspections") == []

    def the_head_does_the_rest_on_a_tablet_that_was_loaded_the_day_before(self) -> None:
        """One row was answered since: the tablet hears of it, and nothing of the batch is kept until it is loaded."""
        self.world.go(SECOND_DAY)
        head = self.world["team_head"]
        found = {"answer": "not_in_place", "note": "双人双锁未落实", "finding": {"severity": "major"}}
        safe: Json = {f"row{SAFE}": found}
        stale = head.post(f"{self.path}/answers", said(self.items, range(SPLIT - 1, 72), **safe), expect=409)
        assert [one["number"] for one in stale["stale"]] == [f"1-{SPLIT - 1}"]
        assert head.get(self.path)["answered"]["not_seen"] == 36
        reloaded = head.items(f"{self.path}/answers")
        head.post(f"{self.path}/answers", said(reloaded, range(SPLIT, 72), **safe), expect=200)
        told = [alert["kind"] for alert in self.world["leader"].items("/alerts")]
        assert told == ["log.major"], "a major hazard does not wait for the end of the visit"

    def the_head_closes(self) -> None:
        self.world.go(SECOND_DAY + timedelta(hours=7))
        seen = self.world["team_head"].get(self.path)
        assert seen["answered"] == {"in_place": 68, "not_in_place": 3, "not_applicable": 0, "not_seen": 0}
        states = {one["checklist_item"]["number"]: (one["state"], one["severity"]) for one in seen["findings"]}
        assert states == {
            f"1-{CAMERAS}": ("found", "general"),
            f"1-{CLOCKS}": ("verified", "general"),
            f"1-{SAFE}": ("found", "major"),
        }
        strongroom = next(one for one in seen["findings"] if one["severity"] == "major")
        term = {"id": strongroom["id"], "requirement": "立即落实双人双锁", "deadline": local(4, 14).isoformat()}
        closing = {"summary": "总体到位，两项需整改", "deadline": DEADLINE.isoformat(), "findings": [term]}
        self.closed = self.world["team_head"].post(f"{self.path}/closing", closing, expect=200)
        assert (self.closed["closed_by"]["name"], self.closed["light"]) == ("周明远", "green")

    def the_unit_receives_one_notice(self) -> None:
        """With a deadline for all and one of its own; the unit reads the whole sheet now, and signs for both."""
        unit = self.world["university"]
        (notice,) = unit.items("/rectification-notices")
        assert notice["id"] == self.closed["notice"]["id"]
        assert {one["requirement"]: one["deadline"] for one in notice["findings"]} == {
            self.items[CAMERAS - 1]["requirement"]["zh"]: "2021-04-23T09:00:00Z",
            "立即落实双人双锁": "2021-04-14T09:00:00Z",
        }
        shown = [one["item"]["number"] for one in unit.items(f"{self.path}/answers") if one["answer"] == "not_in_place"]
        assert shown == [f"1-{row}" for row in (CAMERAS, CLOCKS, SAFE)]
        received = unit.post(f"/rectification-notices/{notice['id']}/receipt", {}, expect=200)
        assert {one["state"] for one in received["findings"]} == {"rectifying"}
        assert {one["kind"] for one in unit.items("/documents")} == {"inspection_feedback", "rectification_notice"}

    def everybody_hears(self) -> None:
        """Leader, office and team hear the figures, the unit its feedback; the clock has nothing to say."""
        for who in ("leader", "district", "inspector", "university"):
            (feedback,) = [one for one in self.world[who].items("/alerts") if one["kind"] == "inspection.feedback"]
            assert "共查看71项，发现问题3个，其中立行立改1个" in feedback["text"]
            assert (UNIVERSITY in feedback["text"]) is (who != "university")
        assert self.world["other_leader"].items("/alerts") == []
        self.world.go(local(4, 20))
        assert not [one for one in self.world["inspector"].items("/alerts") if one["kind"] == "inspection.breach"]
