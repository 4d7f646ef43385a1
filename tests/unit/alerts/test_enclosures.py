"""Which papers a message carries, and to whom."""

from dataclasses import replace
from typing import Any

import pytest

from service.alerts.enclosures import wanted_papers
from service.alerts.letter_items import items_of
from service.alerts.texts import ReadableAlert
from tests.build.letters import ABOUT, UP, told
from workflows.vocabulary import DocumentKind, Role

OPINION: dict[str, Any] = {"data": {"handling_opinion_id": "opinion", "measure": "talk"}}
TWICE_UP: dict[str, Any] = UP | {"escalation_level": 2}
LEADERSHIP_REPORT, UPWARD_REPORT = DocumentKind.LEADERSHIP_REPORT, DocumentKind.UPWARD_REPORT


def alert_to(*roles: Role, kind: str, **fields: Any) -> ReadableAlert:
    return told(7, kind, details=replace(ABOUT, reader_roles=frozenset(roles)), reader_role=roles[0], **fields)


@pytest.mark.parametrize(
    ("alert", "paper"),
    [
        (alert_to(Role.LEADERSHIP, kind="escalate.1", **UP), (LEADERSHIP_REPORT, "finding-7")),
        (alert_to(Role.LEADERSHIP, kind="review_fail", **UP), (LEADERSHIP_REPORT, "finding-7")),
        (alert_to(Role.LEADER, Role.LEADERSHIP, kind="refuse", **UP), (LEADERSHIP_REPORT, "finding-7")),
        (alert_to(Role.LEADER, kind="escalate.1", **UP), None),
        (alert_to(Role.LEADERSHIP, kind="escalate.2", **TWICE_UP), None),
        (alert_to(Role.LEADERSHIP, kind="expire"), None),
        (alert_to(Role.BUREAU, kind="opine", **OPINION), (UPWARD_REPORT, "opinion")),
        (alert_to(Role.COMMITTEE, kind="opine", **OPINION), (UPWARD_REPORT, "opinion")),
        (alert_to(Role.LEADER, kind="opine", **OPINION), None),
        (alert_to(Role.UNIVERSITY, kind="opine", **OPINION), None),
        (alert_to(Role.BUREAU, kind="escalate.2", **TWICE_UP), None),
        (told(7, "opine", reader_role=Role.BUREAU, **OPINION), None),  # brief, or not to be opened
    ],
)
def test_a_report_goes_to_those_it_is_addressed_to(
    alert: ReadableAlert, paper: tuple[DocumentKind, str] | None
) -> None:
    wanted = [(one.kind, one.subject_id) for one in wanted_papers(items_of([alert]))]
    assert wanted == ([paper] if paper else [])


def test_a_report_is_carried_once_and_not_once_it_is_settled() -> None:
    up = alert_to(Role.LEADERSHIP, kind="escalate.1", **UP)
    again = replace(alert_to(Role.LEADERSHIP, kind="refuse", **UP), id="again")
    assert len(wanted_papers(items_of([up, again]))) == 1
    settled = replace(alert_to(Role.LEADERSHIP, kind="review_pass"), position=2)
    assert wanted_papers(items_of([up, settled])) == []
