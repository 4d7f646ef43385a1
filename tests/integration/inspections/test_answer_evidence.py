"""Evidence put to answers: by whom, and who sees it."""

import pytest
from sqlalchemy.orm import Session

from service.errors import InvalidInput, NotFound
from service.evidence.evidence import seen_evidence
from service.models import Inspection
from tests.build.inspections import closed, lay_checklists, opened, row, say
from tests.worlds.books import Town, add_evidence, log_finding
from workflows.vocabulary import Answer


@pytest.fixture
def inspection(session: Session, town: Town) -> Inspection:
    lay_checklists(session, town)
    return opened(session, town)


def test_evidence_is_put_by_its_own_organization_and_from_within_sight(
    session: Session, town: Town, inspection: Inspection
) -> None:
    foreign = add_evidence(session, town.university)
    hidden = add_evidence(session, town.other_inspector)
    log_finding(
        *(session, town),
        by=town.other_inspector,
        organization_id=town.other_college.id,
        evidence_ids=[hidden],
    )
    for piece in (foreign, hidden):
        with pytest.raises(InvalidInput) as refused:
            say(session, inspection, 1, Answer.IN_PLACE, by=town.inspector, evidence_ids=[piece])
        assert refused.value.fields == {"answers.0.evidence_ids": "unknown_evidence"}


def test_evidence_of_an_answer_is_seen_by_whoever_sees_the_inspection(
    session: Session, town: Town, inspection: Inspection
) -> None:
    photo, loose = add_evidence(session, town.inspector), add_evidence(session, town.inspector)
    say(session, inspection, 1, Answer.IN_PLACE, by=town.inspector, evidence_ids=[photo, photo])
    say(session, inspection, 1, Answer.IN_PLACE, by=town.inspector, version=1, evidence_ids=[photo])  # nothing new
    assert [one.id for one in row(session, inspection, 1, town).evidence] == [photo]

    def seers(evidence_id: str) -> set[str]:
        seen = set()
        for who, actor in town.everybody().items():
            try:
                seen_evidence(session, evidence_id, actor=actor)
            except NotFound:
                continue
            seen.add(who)
        return seen

    near = {"inspector", "team_head", "district", "leader", "leadership"}
    assert seers(photo) == near  # the other team is of the same organization, and no longer sees it
    assert "other_inspector" in seers(loose)
    closed(session, town, inspection)
    assert seers(photo) == near | {"university"}
