"""Who is what towards a finding: unit, overseer, reviewer, decider; and who logs with which origin."""

import pytest

from tests.unit.findings.law import ACTORS, DISTRICT, ERQI, JINSHUI, ROUND, UNIVERSITY, finding, finding_of_district
from workflows.findings.facts import Facts
from workflows.findings.sides import origin_of, origin_of_proposal, overseer_of, reviewer_of, sides_of
from workflows.vocabulary import Addressee, OrganizationKind, Origin, Severity, Side

OVERSIGHT = {Side.OVERSEER, Side.REVIEWER, Side.DECIDER, Side.WITHDRAWER}
EVERYTHING = [
    build(origin=origin, severity=severity, escalation_level=level)
    for build, origins in ((finding, tuple(Origin)), (finding_of_district, (Origin.CENTRE, Origin.UNIT)))
    for origin in origins
    for severity in Severity
    for level in (0, 1, 2)
]


@pytest.mark.parametrize("role", ACTORS)
def test_nobody_is_both_unit_and_overseer(role: str) -> None:
    for facts in EVERYTHING:
        sides = sides_of(ACTORS[role], facts)
        assert not (Side.UNIT in sides and sides & OVERSIGHT), facts


@pytest.mark.parametrize("role", [role for role in ACTORS if role.startswith("other_") or role == "admin"])
def test_outsiders_and_administrators_play_no_part(role: str) -> None:
    for facts in EVERYTHING:
        assert sides_of(ACTORS[role], facts) == {Side.ALERTED}


def test_every_finding_has_an_overseer_a_reviewer_a_decider_and_one_who_withdraws() -> None:
    for facts in EVERYTHING:
        played = frozenset[Side]().union(*(sides_of(actor, facts) for actor in ACTORS.values()))
        assert played == frozenset(Side), facts


def test_an_inspector_does_all_but_withdraw() -> None:
    for facts in EVERYTHING:
        inspector, head = sides_of(ACTORS["inspector"], facts), sides_of(ACTORS["team_head"], facts)
        assert inspector == head - {Side.WITHDRAWER}


def test_a_district_office_never_oversees_itself() -> None:
    assert sides_of(DISTRICT, finding_of_district(origin=Origin.DISTRICT)) == {Side.ALERTED, Side.UNIT}
    for facts in EVERYTHING:
        if facts.unit_is_district:
            assert sides_of(DISTRICT, facts) == {Side.ALERTED, Side.UNIT}
            assert overseer_of(facts) is Addressee.TEAM


@pytest.mark.parametrize(
    ("facts", "centre"),
    [
        (finding(), True),
        (finding(origin=Origin.DISTRICT), False),
        (finding(origin=Origin.UNIT), False),
        (finding(origin=Origin.DISTRICT, severity=Severity.MAJOR), True),
        (finding(origin=Origin.UNIT, severity=Severity.MAJOR), True),
        (finding(origin=Origin.DISTRICT, escalation_level=1), True),
        (finding_of_district(origin=Origin.UNIT), True),
    ],
)
def test_the_centre_reviews_its_own_findings_major_ones_and_from_level_one_on(facts: Facts, centre: bool) -> None:
    assert (reviewer_of(facts) is Addressee.TEAM) is centre


@pytest.mark.parametrize("role", ACTORS)
def test_the_origin_of_a_finding_follows_from_who_logs_it(role: str) -> None:
    university = {
        "inspector": Origin.CENTRE,
        "team_head": Origin.CENTRE,
        "district": Origin.DISTRICT,
        "university": Origin.UNIT,
    }
    assert origin_of(
        ACTORS[role], unit_id=UNIVERSITY, unit_kind=OrganizationKind.UNIVERSITY, district_id=JINSHUI, round_id=ROUND
    ) == university.get(role)


@pytest.mark.parametrize("role", ACTORS)
def test_a_district_office_logs_on_itself_as_a_self_check(role: str) -> None:
    office = {"inspector": Origin.CENTRE, "team_head": Origin.CENTRE, "district": Origin.UNIT}
    assert origin_of(
        ACTORS[role], unit_id=JINSHUI, unit_kind=OrganizationKind.DISTRICT, district_id=JINSHUI, round_id=ROUND
    ) == office.get(role)


def test_a_district_office_logs_nothing_on_another_office() -> None:
    assert (
        origin_of(DISTRICT, unit_id=ERQI, unit_kind=OrganizationKind.DISTRICT, district_id=ERQI, round_id=ROUND) is None
    )
    assert (
        origin_of(DISTRICT, unit_id=ERQI, unit_kind=OrganizationKind.DISTRICT, district_id=JINSHUI, round_id=ROUND)
        is None
    )


def test_what_the_clock_proposes_is_overseen_by_the_office_next_above_the_unit() -> None:
    about_university = finding(origin=origin_of_proposal(OrganizationKind.UNIVERSITY))
    about_office = finding_of_district(origin=origin_of_proposal(OrganizationKind.DISTRICT))
    assert (about_university.origin, overseer_of(about_university)) == (Origin.DISTRICT, Addressee.DISTRICT)
    assert (about_office.origin, overseer_of(about_office)) == (Origin.CENTRE, Addressee.TEAM)
