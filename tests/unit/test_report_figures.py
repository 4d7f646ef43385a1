"""The figures of weekly reports as they are stored: to the letter, and read again however old they are."""

from copy import deepcopy
from typing import Any

import msgspec

from workflows.report_figures import Figures

FLOWS = {
    "found": 3,
    "proposed": 1,
    "notified": 2,
    "put_right": 1,
    "overdue": 0,
    "escalated": 0,
    "voided": 0,
    "reopened": 1,
}
COUNTS = {**FLOWS, "new": 4, "carried_over": 2, "open": 5, "to_date": {**FLOWS, "found": 9}}
OF_UNIVERSITY: dict[str, Any] = {
    "since": None,
    "until": "2026-04-16T09:00:00.123456+00:00",
    "total": COUNTS,
    "major": COUNTS,
    "categories": [{"category": "组织领导情况", **COUNTS}],
    "sheets": [
        {"about": "own", "kind": "self_check", "origin": "unit", "sheets": 1, "units": 1, "items": 70}
        | {"in_place": 60, "not_in_place": 4, "not_applicable": 1, "not_seen": 5}
    ],
}
OF_DISTRICT: dict[str, Any] = {
    **OF_UNIVERSITY,
    "since": "2026-04-10T09:00:00+00:00",
    "own": COUNTS,
    "universities": COUNTS,
    "campaigns": [
        {"campaign": "surroundings", "actions": 2, "results": [{"name": "收缴", "unit": None, "value": 1.5}]},
        {"campaign": "training_agencies", "actions": 0, "results": []},
    ],
    "common_problems": [
        {
            "checklist_item": {"id": "item", "number": "1-2", "category": "组织领导情况"},
            "requirement": {"zh": "组织领导情况", "en": None},
            "findings": 3,
            "open": 2,
            "put_right": 1,
            "universities": [
                {"id": "college", "name": "明河龙湖学院", "district_id": "office", "findings": 3}
                | {"open": 2, "put_right": 1}
            ],
        }
    ],
    "difficulties": [
        {"organization": {"id": "college", "name": "明河龙湖学院"}, "report_id": "report", "text": "经费尚未到位"}
        | {"category": None}
    ],
}


def test_what_was_stored_is_read_and_stored_again_to_the_letter() -> None:
    for stored in (OF_UNIVERSITY, OF_DISTRICT):
        assert msgspec.convert(stored, Figures).as_json() == stored


def test_a_count_that_an_older_row_does_not_have_is_none() -> None:
    older = deepcopy(OF_UNIVERSITY)
    del older["total"]["proposed"], older["total"]["to_date"]["proposed"]
    figures = msgspec.convert(older, Figures)
    assert (figures.total.proposed, figures.total.to_date.proposed, figures.total.found) == (0, 0, 3)
