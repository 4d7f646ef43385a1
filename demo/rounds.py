"""The demonstration data: the notice's own round of 2021, closed, and a round with invented dates around now."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import click
import msgspec
from sqlalchemy.orm import Session

from demo.fast_clock import FastClock
from demo.notice import DOCUMENT_NUMBER, ENDS_ON, LEADERS, NUMBER, STARTS_ON, TEAMS, TITLE
from demo.office import Office, cases, mornings
from demo.people import UNIVERSITIES
from demo.reports import reports
from demo.steps import Days
from demo.story import Story, keep_evidence
from demo.texts import texts
from demo.work import set_up_tables, work
from service.alerts.grouping import group
from service.evidence.uploads import KeptFile
from service.files.store import FolderStore, write_private
from service.people.accounts import set_password
from service.people.tokens import issue_token
from service.rounds.rounds import NewRound, close_round
from service.rounds.rulebooks import calendar_in_force, keep_shipped
from service.settings import Settings
from service.setup.installation import is_unused
from service.store import clock
from service.store.transaction import transaction
from workflows.calendar import Calendar
from workflows.vocabulary import Role

FILE = "demo-accounts.json"
ROUND_BEGAN = timedelta(weeks=7)
EXAM_AHEAD = timedelta(weeks=10)
FRESH = "0 00:00"  # alerts since the last working day go out as mail, on a Sunday too; older ones are in the inbox
SATURDAY = 5
FIRST_DAY, LAST_DAY = "23", "0"  # working days before the last one that is over
AWAY = {"leader-3": ("6", "0")}  # the one who has not read for a week


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """One account of the demo round, with its password and token; `organization` is its name."""

    role: str
    username: str
    password: str
    token: str
    organization: str


def load_demo_once(settings: Settings) -> None:
    """Load it into an empty database and write the accounts down; a second time changes nothing.

    The draft is written before the transaction ends and takes its name after it, so that a crash between the two
    leaves neither data without passwords nor passwords without data.
    """
    file = settings.data_dir / FILE
    draft = file.with_name(f".{FILE}.draft")
    evidence = keep_evidence(FolderStore(settings.data_dir / "evidence"))
    with transaction(settings) as session:
        if is_unused(session):
            click.echo("正在载入演示数据…… / Loading the demonstration data …", err=True)
            accounts = load_demo(session, evidence, now=clock.now(session))
            content = {"accounts": [asdict(account) for account in accounts]}
            draft.unlink(missing_ok=True)
            write_private(draft, (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode())
        elif not draft.exists() and not file.exists():
            raise click.ClickException(
                f"{settings.data_dir} 中已有正式数据，不能载入演示数据，请用 --data 指定另一个文件夹。 / "
                f"{settings.data_dir} holds data of its own; name another folder with --data for the demonstration."
            )
    if draft.exists():
        draft.replace(file)


def load_demo(session: Session, evidence: Mapping[str, KeptFile], *, now: datetime) -> list[DemoAccount]:
    """Load both rounds into an empty database, without committing; the findings are played by real use cases.

    `evidence` is what `keep_evidence` has put into the store.
    Everything that the clock owed until `now` has happened. Alerts from before the last working day are grouped into
    messages that no channel carries, so that the first mails are those of that day. Raises `InvalidInput` when data are
    there.
    """
    calendar, policy_version = calendar_in_force(session), keep_shipped(session, now=now)
    office = Office(session, now, UNIVERSITIES)
    office.add_organizations()
    _add_round_of_the_notice(office, calendar, policy_version)
    accounts = [_account(session, person, now) for person in office.add_people()]
    office.open_demo_round(demo_round(calendar, now, policy_version), asks_from=now)
    days = Days(calendar, now)
    fast_clock = FastClock(session, now=days.instant(f"{FIRST_DAY} 08:00"))
    stories = msgspec.convert(texts("findings.toml", "zh")["finding"], list[Story])
    acts = [act for case in cases(stories, office, evidence) for act in case.acts(days)]
    leaders = mornings(office, days, FIRST_DAY, LAST_DAY, away=AWAY)
    fast_clock.play([*acts, *leaders, *work(office, days), *reports(office, days)], until=now)
    set_up_tables(office, now=now)
    while group(session, now=days.instant(FRESH), channels=()):
        pass
    return accounts


def demo_round(calendar: Calendar, now: datetime, policy_version: str) -> NewRound:
    """A round that began some weeks ago; its exam is on a weekend about ten weeks ahead."""
    today = calendar.local_date(now)
    exam_on = today + EXAM_AHEAD
    exam_on += timedelta(days=(SATURDAY - exam_on.weekday()) % 7)
    days = [exam_on, exam_on + timedelta(days=1)]
    title = f"关于开展 {exam_on.year} 年专升本考试安全督查工作的通知（演示）"
    starts_on = calendar.working_day_after(today - ROUND_BEGAN, 0)
    return NewRound(f"{starts_on.year}-督1", title, starts_on, days[-1], policy_version, days)


def _add_round_of_the_notice(office: Office, calendar: Calendar, policy_version: str) -> None:
    """Annex 3 to the letter; its people are named, but have no accounts."""
    roles: Mapping[str, Role] = {
        **dict.fromkeys(LEADERS, Role.LEADER),
        **{team.head: Role.TEAM_HEAD for team in TEAMS},
        **{member: Role.INSPECTOR for team in TEAMS for member in team.members},
    }
    for name, role in roles.items():
        office.add_person(name, name, role)
    new = NewRound(NUMBER, TITLE, STARTS_ON, ENDS_ON, policy_version, document_number=DOCUMENT_NUMBER)
    round_ = office.open_round(new, TEAMS, LEADERS, asks_from=office.now)
    close_round(office.session, round_, now=calendar.closing(ENDS_ON))


def _account(session: Session, person: Any, now: datetime) -> DemoAccount:  # a row of the books
    password = secrets.token_urlsafe(12)
    set_password(session, person, password, now=now)
    token = issue_token(session, person=person, now=now)
    return DemoAccount(str(person.role), person.username, password, token, person.organization.name)
