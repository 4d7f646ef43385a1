"""Evidence: who may attach it, who sees it, and how a changed or lost file is found."""

from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import InvalidInput, NotFound
from service.evidence.evidence import attach, damaged, seen_evidence
from service.files.store import FolderStore
from service.models import Attachment, Evidence
from tests.build.evidence import JPEG, handed_in
from tests.worlds.books import DEADLINE, Town, log_finding, notify_finding
from workflows.findings.facts import Actor


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "evidence")


def put_to(session: Session, evidence: Evidence, finding_id: str, actor: Actor) -> None:
    attach(session, actor=actor, finding_id=finding_id, subject_id=finding_id, evidence_ids=[evidence.id])
    session.flush()


def who_sees(session: Session, town: Town, evidence: Evidence) -> set[str]:
    seeing = set()
    for name, actor in town.everybody().items():
        try:
            assert seen_evidence(session, evidence.id, actor=actor) is evidence
            seeing.add(name)
        except NotFound:
            pass
    return seeing


@pytest.mark.parametrize("name", ["neighbour", "district", "inspector"])
def test_only_the_uploaders_organization_attaches_it(
    session: Session, town: Town, store: FolderStore, name: str
) -> None:
    finding, evidence = notify_finding(session, town), handed_in(session, store, town.university)
    with pytest.raises(InvalidInput) as caught:
        put_to(session, evidence, finding.id, getattr(town, name))
    assert caught.value.fields == {"evidence_ids": "unknown_evidence"}
    assert session.scalars(select(Attachment)).all() == []


def test_one_unknown_piece_attaches_none(session: Session, town: Town, store: FolderStore) -> None:
    finding, evidence = notify_finding(session, town), handed_in(session, store, town.university)
    ids = [evidence.id, "00000000-0000-0000-0000-000000000000"]
    with pytest.raises(InvalidInput):
        attach(session, actor=town.university, finding_id=finding.id, subject_id=finding.id, evidence_ids=ids)
    assert session.scalars(select(Attachment)).all() == []


def test_a_piece_named_twice_is_attached_once(session: Session, town: Town, store: FolderStore) -> None:
    finding, evidence = notify_finding(session, town), handed_in(session, store, town.university)
    ids = [evidence.id, evidence.id]
    attach(session, actor=town.university, finding_id=finding.id, subject_id=finding.id, evidence_ids=ids)
    assert len(session.scalars(select(Attachment)).all()) == 1


def test_before_it_is_attached_only_its_organization_sees_it(session: Session, town: Town, store: FolderStore) -> None:
    assert who_sees(session, town, handed_in(session, store, town.university)) == {"university"}


def test_once_attached_it_is_seen_by_whoever_sees_the_finding(session: Session, town: Town, store: FolderStore) -> None:
    finding, evidence = notify_finding(session, town), handed_in(session, store, town.university)
    put_to(session, evidence, finding.id, town.university)
    seeing = {"inspector", "team_head", "leader", "leadership", "district", "university"}
    assert who_sees(session, town, evidence) == seeing


def test_a_photograph_of_the_centre_is_not_for_the_teams_of_other_districts(
    session: Session, town: Town, store: FolderStore
) -> None:
    evidence = handed_in(session, store, town.inspector)
    assert "other_inspector" in who_sees(session, town, evidence)
    finding = log_finding(session, town)
    put_to(session, evidence, finding.id, town.inspector)
    assert who_sees(session, town, evidence) == {"inspector", "team_head", "leader", "leadership", "district"}


def test_evidence_of_several_findings_is_seen_through_each(session: Session, town: Town, store: FolderStore) -> None:
    evidence = handed_in(session, store, town.inspector)
    for college in (town.college, town.neighbour_college):
        finding = notify_finding(session, town, organization_id=college.id, deadline=DEADLINE)
        put_to(session, evidence, finding.id, town.inspector)
    assert {"university", "neighbour"} <= who_sees(session, town, evidence)
    assert "other_university" not in who_sees(session, town, evidence)


def test_no_team_reaches_into_what_another_has_put_to_its_finding(
    session: Session, town: Town, store: FolderStore
) -> None:
    evidence = handed_in(session, store, town.inspector)
    put_to(session, evidence, log_finding(session, town).id, town.inspector)
    theirs = notify_finding(
        session, town, organization_id=town.other_college.id, by=town.other_inspector, deadline=DEADLINE
    )
    with pytest.raises(InvalidInput):
        put_to(session, evidence, theirs.id, town.other_inspector)


def test_an_unknown_piece_is_not_found(session: Session, town: Town) -> None:
    with pytest.raises(NotFound):
        seen_evidence(session, "00000000-0000-0000-0000-000000000000", actor=town.leadership)


def test_changed_and_lost_files_are_named(session: Session, town: Town, store: FolderStore) -> None:
    intact, changed, lost = (handed_in(session, store, town.university, JPEG + tail) for tail in (b"1", b"2", b"3"))
    files = {file.name: file for file in store.folder.glob("??/??/*")}
    files[changed.sha256].write_bytes(JPEG + b"X")
    files[lost.sha256].unlink()
    assert set(damaged(session, store)) == {changed, lost}
    assert intact not in set(damaged(session, store))
