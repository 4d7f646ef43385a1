"""The demonstration data: the notice's own round of 2021, closed, and a round with invented dates around now."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from demo import notice
from demo.people import LEADERS, UNIVERSITIES, Account, accounts, team_members
from demo.season import play
from demo.world import TeamPlan, World
from service.alerts.grouping import group
from service.files.store import EvidenceStore
from service.people.accounts import issue_token
from service.rounds.rounds import NewRound, close_round
from service.rounds.rulebooks import calendar_in_force, keep_shipped
from workflows.calendar import Calendar
from workflows.vocabulary import OrganizationKind, Role

ROUND_BEGAN = timedelta(weeks=7)
EXAM_AHEAD = timedelta(weeks=10)
FRESH = timedelta(days=1)  # only alerts of the last day go out as mail; older ones are in the inbox
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """How somebody of the demo round gets in; `organization` is its name."""

    role: str
    username: str
    password: str
    token: str
    organization: str


def load_demo(session: Session, store: EvidenceStore, *, now: datetime) -> list[DemoAccount]:
    """Load both rounds into an empty database, without committing; the findings are played by real use cases.

    Everything that the clock owed until `now` has happened. Alerts older than a day are grouped into messages that no
    channel carries, so that the first mails are those of the last day. Raises `InvalidInput` when data are there.
    """
    world = World(session, now)
    policy_version = keep_shipped(session, now=now)
    _add_organizations(world)
    _add_round_of_the_notice(world, policy_version)
    opened = [_open_account(world, account) for account in accounts()]
    _open_demo_round(world, policy_version)
    play(world, store)
    _keep_from_mail(session, until=now - FRESH)
    return opened


def _add_organizations(world: World) -> None:
    above = {notice.BUREAU: OrganizationKind.BUREAU, notice.COMMITTEE: OrganizationKind.COMMITTEE}
    world.add_organizations(notice.CENTRE, above)
    for district, universities in UNIVERSITIES.items():
        world.add_district(notice.CENTRE, notice.office_of(district), universities)


def _add_round_of_the_notice(world: World, policy_version: str) -> None:
    """Annex 3 to the letter; its people are named, but have no accounts."""
    for leader in notice.LEADERS:
        world.add_person(leader, leader, Role.LEADER, notice.CENTRE, with_account=False)
    plans = []
    for team in notice.TEAMS:
        world.add_person(team.head, team.head, Role.TEAM_HEAD, notice.CENTRE, with_account=False)
        for member in team.members:
            world.add_person(member, member, Role.INSPECTOR, notice.CENTRE, with_account=False)
        plans.append(TeamPlan(team.name, [team.head, *team.members], _offices(team.districts)))
    new = NewRound(notice.NUMBER, notice.TITLE, notice.STARTS_ON, notice.ENDS_ON, policy_version)
    leaders = {leader: _offices(districts) for leader, districts in notice.LEADERS.items()}
    round_ = world.open_round(new, plans, leaders)
    close_round(world.session, round_, now=calendar_in_force(world.session).closing(notice.ENDS_ON))


def _open_account(world: World, account: Account) -> DemoAccount:
    password = secrets.token_urlsafe(12)
    person = world.add_person(account.username, account.name, account.role, account.organization, password=password)
    token = issue_token(world.session, person=person, now=world.now)
    return DemoAccount(str(account.role), account.username, password, token, account.organization)


def _open_demo_round(world: World, policy_version: str) -> None:
    """The division of labour is the notice's, with people of our own."""
    plans = [
        TeamPlan(team.name, team_members(place), _offices(team.districts)) for place, team in enumerate(notice.TEAMS, 1)
    ]
    leaders = {leader: _offices(districts) for leader, districts in LEADERS.items()}
    world.open_round(demo_round(calendar_in_force(world.session), world.now, policy_version), plans, leaders)


def demo_round(calendar: Calendar, now: datetime, policy_version: str) -> NewRound:
    """A round that began some weeks ago; its exam is on a weekend about ten weeks ahead."""
    today = calendar.local_date(now)
    exam_on = today + EXAM_AHEAD
    exam_on += timedelta(days=(SATURDAY - exam_on.weekday()) % 7)
    days = [exam_on, exam_on + timedelta(days=1)]
    title = f"关于开展 {exam_on.year} 年专升本考试安全督查工作的通知（演示）"
    starts_on = calendar.working_day_after(today - ROUND_BEGAN, 0)
    return NewRound(f"{starts_on.year}-督1", title, starts_on, days[-1], policy_version, days)


def _keep_from_mail(session: Session, *, until: datetime) -> None:
    while group(session, now=until, channels=()).messages:
        pass


def _offices(districts: tuple[str, ...]) -> list[str]:
    return [notice.office_of(district) for district in districts]
