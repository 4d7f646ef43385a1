"""The numbers (发文字号) of rectification notices: by code of the office and year, without gaps."""

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.findings.moves import OpenFinding
from service.models import Organization, RectificationNotice, Round
from service.rounds.rulebooks import policy_of_version
from service.store.numbering import next_number, next_numbers
from workflows.vocabulary import OrganizationKind, Origin

_RUNNING = re.compile(r"\d+(?= 号$)")


def next_notice_number(session: Session, finding: OpenFinding, round_: Round) -> str:
    """«限改〔2021〕3 号»: the numbers of one code and year run on over all rounds, and go on after older series."""
    papers = policy_of_version(session, round_.policy_version).papers
    code = papers.code_of(_office(session, finding)) if papers.offices else papers.code
    series = f"{code}〔{finding.now.astimezone(finding.locked.rules.calendar.zone).year}〕"
    running = next_number(session, f"notices:{series}")
    if running == 1:  # the first of its code and year: those before came from a series of each round
        of_series = RectificationNotice.number.startswith(series, autoescape=True)
        older = session.scalars(select(RectificationNotice.number).where(of_series)).all()
        last = max((int(digits[0]) for number in older if (digits := _RUNNING.search(number))), default=0)
        running = next_numbers(session, f"notices:{series}", last) + last - 1 if last else 1
    return f"{series}{running} 号"


def _office(session: Session, finding: OpenFinding) -> str:
    """The name of the office that writes: the district's for what it found itself, else the centre."""
    writes = Organization.kind == OrganizationKind.CENTRE
    if finding.facts.origin is Origin.DISTRICT:
        writes = Organization.id == finding.facts.district_id
    return session.scalars(select(Organization.name).where(writes)).one()
