"""A notice and the plan of its round after the doubts that a file settles."""

import re

from msgspec.structs import replace
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.models import Organization, Person
from service.setup.notice_changes import with_settled
from service.setup.notice_file import Doubt, Notice
from service.setup.notice_plan import NoticePlan, number_taken, plan_notice
from service.setup.notice_terms import doubts_beside_policy, doubts_of_days
from service.setup.settlements import CONFIRMED, Settlements, normal_key, settling_line
from workflows.rules import Rules
from workflows.vocabulary import OrganizationKind

LONGEST_NUMBER = 40  # characters
_BOOKS = re.compile("(.+?)(机构|用户名)")
_NAMES = re.compile("责任领导$|用户名$")  # whose values are names of people


def plan_settled(
    session: Session | None,
    notice: Notice,
    *,
    rules: Rules,
    centre: str | None = None,
    settlements: Settlements | None = None,
) -> NoticePlan:
    """The plan of a notice under these rules, its doubts settled by the lines; without books nothing is looked up.

    Raises InvalidInput that names every line which settles nothing or cannot be read.
    """
    lines = settlements or Settlements()
    notice = settle_notice(notice, lines)
    if session:
        notice = _numbered(session, notice, lines)
    named = lines.find("招考中心")
    if named and named.value != CONFIRMED and centre is None:
        centre = named.value
        lines.used.add(named.line)
    plan = plan_notice(session, notice, centre=centre) if session else NoticePlan(notice, doubts=[*notice.doubts])
    plan.doubts += [*doubts_of_days(notice), *doubts_beside_policy(notice, rules.policy)]
    if session:
        _settle_books(session, plan, lines)
    plan.doubts = lines.confirm(plan.doubts)
    plan.settled = {one.key: one.value for one in lines.lines if one.line in lines.used and not _NAMES.search(one.key)}
    if session or lines.faults:
        lines.check()
    return plan


def _numbered(session: Session, notice: Notice, lines: Settlements) -> Notice:
    """Under the number that a line gives the round, where another office's notice has the same short number."""
    line, taken = lines.find("轮次"), number_taken(session, notice)
    if line is None or taken is None or taken.place != line.key or line.value == CONFIRMED:
        return notice
    lines.used.add(line.line)
    if len(line.value) > LONGEST_NUMBER:
        lines.fail(line)
        return notice
    return replace(notice, heading=replace(notice.heading, number=line.value))


def settle_notice(notice: Notice, lines: Settlements) -> Notice:
    """The notice with what the lines say of it; the doubts that they settle are gone."""
    doubts = list(notice.doubts)
    if not notice.heading.exam_days:
        doubts.append(Doubt("exam_days_missing", "考试日"))
    doubts += doubts_of_days(notice)
    for line in lines.lines:
        settled = [doubt for doubt in doubts if _key_of(doubt) == line.key]
        if settled and line.value != CONFIRMED and not _BOOKS.fullmatch(line.key):
            changed = with_settled(notice, line)
            lines.used.add(line.line)
            if changed is None:
                lines.fail(line)
            else:
                notice = changed
                doubts = [doubt for doubt in doubts if doubt not in settled]
    left = tuple(doubt for doubt in notice.doubts if doubt in doubts)
    return replace(notice, doubts=left)


def _key_of(doubt: Doubt) -> str | None:
    line = settling_line(doubt)
    return normal_key(line.partition("=")[0]) if line else None


def _settle_books(session: Session, plan: NoticePlan, lines: Settlements) -> None:
    """Offices and people that a line picks out among several: by the office's name or the person's user name."""
    for doubt in list(plan.doubts):
        key = _key_of(doubt)
        line, found = lines.find(key) if key else None, _BOOKS.fullmatch(key or "")
        if line is None or found is None or line.value == CONFIRMED:
            continue
        lines.used.add(line.line)
        if _taken(session, plan, found[2], doubt.place, line.value):
            plan.doubts.remove(doubt)
        else:
            lines.fail(line)


def _taken(session: Session, plan: NoticePlan, what: str, place: str, value: str) -> bool:
    """Whether the books hold that office for the district, or that person of the name; it is planned then."""
    if what == "机构":
        offices = select(Organization).where(Organization.kind == OrganizationKind.DISTRICT)
        office = session.scalars(offices.where(Organization.name == value)).first()
        if office:
            plan.offices[place] = office
        return office is not None
    named = select(Person).where(Person.name == place, Person.disabled_at.is_(None))
    person = session.scalars(named.where(Person.username == value)).first()
    if person:
        plan.people[place] = person
    return person is not None
