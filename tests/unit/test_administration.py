"""Three administrators: who does whose work, and who may not be one person."""

from dataclasses import replace

import pytest

from workflows.administration import may_act_as, mixes_administration
from workflows.findings.facts import Actor
from workflows.vocabulary import ADMINISTRATORS, Role

ADMIN, SECURITY, AUDITOR = (Actor(role) for role in ADMINISTRATORS)


def test_one_administrator_does_all_and_the_others_their_own() -> None:
    assert all(may_act_as(ADMIN, role) for role in ADMINISTRATORS)
    assert [may_act_as(SECURITY, role) for role in ADMINISTRATORS] == [False, True, False]
    assert [may_act_as(AUDITOR, role) for role in ADMINISTRATORS] == [False, False, True]
    assert not may_act_as(ADMIN, Role.LEADERSHIP)


def test_kept_apart_nobody_does_the_work_of_another() -> None:
    for actor in (ADMIN, SECURITY, AUDITOR):
        apart = replace(actor, kept_apart=True)
        assert [role for role in ADMINISTRATORS if may_act_as(apart, role)] == [actor.role]


@pytest.mark.parametrize(
    ("roles", "mixed"),
    [
        ([Role.ADMIN, Role.SECURITY_ADMIN], True),
        ([Role.SECURITY_ADMIN, Role.AUDITOR], True),
        ([Role.LEADER, Role.AUDITOR], True),
        ([Role.LEADER, Role.ADMIN], False),
        ([Role.AUDITOR], False),
    ],
)
def test_nobody_watches_over_himself(roles: list[Role], mixed: bool) -> None:
    assert mixes_administration(roles) is mixed
