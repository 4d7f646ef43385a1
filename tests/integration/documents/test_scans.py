"""The sealed scan beside an issued document: put there by its office, from evidence within its sight."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from service.documents.orders import attach_scan, request_document, scan_of
from service.errors import Conflict, InvalidInput, NotAllowed, NotFound
from service.models import Document, Evidence
from tests.worlds.books import FOUND_AT, Town, add_evidence, log_finding, notify_finding
from workflows.vocabulary import DocumentKind, DocumentStatus

LATER = FOUND_AT + timedelta(hours=2)


@pytest.fixture
def notice(session: Session, town: Town) -> Document:
    """The notice of a finding, made."""
    finding = notify_finding(session, town)
    kind = DocumentKind.RECTIFICATION_NOTICE
    document = request_document(session, kind, finding.notice_id or "", actor=town.university, now=LATER)
    document.status = DocumentStatus.READY
    session.flush()
    return document


def test_the_issuing_office_puts_the_scan_there_and_everybody_who_sees_the_notice_reads_it(
    session: Session, town: Town, notice: Document
) -> None:
    with pytest.raises(NotFound):
        scan_of(session, notice.id, actor=town.university)
    scan, better = add_evidence(session, town.inspector), add_evidence(session, town.leader)
    for evidence_id, actor in ((scan, town.inspector), (better, town.leader)):
        attach_scan(session, notice.id, evidence_id, actor=actor)
    assert scan_of(session, notice.id, actor=town.university).id == better
    for outsider in (town.neighbour, town.other_inspector, town.other_district, town.bureau, town.admin):
        with pytest.raises(NotFound):
            scan_of(session, notice.id, actor=outsider)


def test_nobody_else_puts_one_there(session: Session, town: Town, notice: Document) -> None:
    for actor in (town.university, town.district):
        with pytest.raises(NotAllowed):
            attach_scan(session, notice.id, add_evidence(session, actor), actor=actor)
    with pytest.raises(InvalidInput, match="invalid_input"):
        attach_scan(session, notice.id, add_evidence(session, town.university), actor=town.inspector)


def test_a_team_does_not_reach_into_another_s_evidence(session: Session, town: Town, notice: Document) -> None:
    theirs = add_evidence(session, town.other_inspector)
    log_finding(session, town, by=town.other_inspector, organization_id=town.other_college.id, evidence_ids=[theirs])
    with pytest.raises(InvalidInput):
        attach_scan(session, notice.id, theirs, actor=town.inspector)


def test_a_scan_is_a_picture_or_a_pdf(session: Session, town: Town, notice: Document) -> None:
    film = add_evidence(session, town.inspector)
    session.get_one(Evidence, film).media_type = "video/mp4"
    session.flush()
    with pytest.raises(InvalidInput) as refused:
        attach_scan(session, notice.id, film, actor=town.inspector)
    assert refused.value.fields == {"evidence_id": "no_scan"}


def test_what_is_not_made_yet_has_no_seal(session: Session, town: Town, notice: Document) -> None:
    notice.status = DocumentStatus.QUEUED
    session.flush()
    with pytest.raises(Conflict, match="document_not_ready"):
        attach_scan(session, notice.id, add_evidence(session, town.inspector), actor=town.inspector)


def test_a_new_name_of_the_office_changes_nothing(session: Session, town: Town, notice: Document) -> None:
    centre = notice.data["issuer_id"]
    assert centre == town.inspector.organization_id
    notice.data = {**notice.data, "office": "明河市教育考试院"}
    session.flush()
    assert attach_scan(session, notice.id, add_evidence(session, town.inspector), actor=town.inspector).scan
