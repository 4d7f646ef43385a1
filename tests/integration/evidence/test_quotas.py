"""Quotas of evidence: told when they are reached, by organization and by a person's day, and seen before that."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import Conflict
from service.evidence.quotas import MEGABYTE, nearly_full
from service.evidence.uploads import may_hand_in
from service.files.store import FolderStore
from service.models import Evidence
from service.settings import EvidenceQuota
from tests.build.evidence import JPEG, handed_in
from tests.worlds.books import FOUND_AT, Town
from workflows.findings.facts import Actor

LARGE = JPEG + bytes(MEGABYTE // 2)


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "evidence")


def refused(session: Session, store: FolderStore, actor: Actor, quota: EvidenceQuota) -> str:
    with pytest.raises(Conflict) as caught:
        handed_in(session, store, actor, LARGE, quota=quota)
    session.rollback()
    return caught.value.code


def test_an_organization_has_so_many_pieces_and_bytes_and_another_its_own(
    session: Session, town: Town, store: FolderStore
) -> None:
    narrow, few = EvidenceQuota(megabytes=1), EvidenceQuota(pieces=1)
    handed_in(session, store, town.university, LARGE, quota=few)
    assert refused(session, store, town.university, few) == "evidence_quota_reached"
    assert refused(session, store, town.university, narrow) == "evidence_quota_reached"
    handed_in(session, store, town.neighbour, LARGE, quota=few)
    handed_in(session, store, town.university, quota=narrow)
    assert len(session.scalars(select(Evidence)).all()) == 3


def test_a_person_hands_in_so_many_within_a_day(session: Session, town: Town, store: FolderStore) -> None:
    one_a_day = EvidenceQuota(pieces_per_day=1)
    handed_in(session, store, town.inspector, quota=one_a_day)
    assert refused(session, store, town.inspector, one_a_day) == "evidence_of_day_reached"
    handed_in(session, store, town.team_head, quota=one_a_day)
    handed_in(session, store, town.inspector, now=FOUND_AT + timedelta(days=1), quota=one_a_day)


def test_who_has_no_room_is_told_before_a_file_is_kept(session: Session, town: Town, store: FolderStore) -> None:
    few = EvidenceQuota(pieces=1)
    may_hand_in(session, actor=town.university, now=FOUND_AT, quota=few)
    handed_in(session, store, town.university, quota=few)
    with pytest.raises(Conflict, match="evidence_quota_reached"):
        may_hand_in(session, actor=town.university, now=FOUND_AT, quota=few)


def test_the_administrator_sees_who_is_near_the_end(session: Session, town: Town, store: FolderStore) -> None:
    for tail in (b"1", b"2"):
        handed_in(session, store, town.university, LARGE + tail)
    handed_in(session, store, town.neighbour)
    (used,) = nearly_full(session, EvidenceQuota(megabytes=1))
    assert (used.name, used.pieces, used.size) == (town.college.name, 2, 2 * len(LARGE) + 2)
    assert nearly_full(session, EvidenceQuota()) == []
