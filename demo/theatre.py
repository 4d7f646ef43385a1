"""A throw-away installation in which the stories are played: its cast, its playback, its outbox."""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session, sessionmaker

from demo.playback import Playback
from demo.stage import Stage
from demo.stories import ENDS_ON, EXAM_DAYS, STARTS_ON, STORIES, Show, mornings
from demo.world import TeamPlan, World
from service.alerts.channels import Channel, Outbox, Sender
from service.alerts.delivery import deliver
from service.alerts.waiting import next_delivery_at
from service.files.store import EvidenceStore
from service.rounds.rounds import NewRound, ask_from
from service.rounds.rulebooks import calendar_in_force, keep_shipped
from workflows.vocabulary import OrganizationKind, Role

BASE_URL = "https://duban.example"
ABOVE = {"bureau": OrganizationKind.BUREAU, "committee": OrganizationKind.COMMITTEE}
DISTRICTS = {
    "jinshui": ("first", "bridge"),
    "zhengdong": ("eleventh", "lake"),
    "zhongmu": ("tenth",),
}
TEAMS = {
    "one": (("head-1", "inspector-1"), ("jinshui",)),
    "four": (("head-4", "inspector-4"), ("zhengdong", "zhongmu")),
}
LEADERS = {"leader-1": ("jinshui", "zhengdong"), "leader-3": ("zhongmu",)}
_OF_THE_CENTRE = {
    "head": Role.TEAM_HEAD,
    "inspector": Role.INSPECTOR,
    "leader": Role.LEADER,
    "leadership": Role.LEADERSHIP,
}


def play(sessions: sessionmaker[Session], store: EvidenceStore, channels: Sequence[Channel], language: str) -> Show:
    """Play every story in an empty database, deliver as it goes, and return what was shown."""
    with sessions() as session:
        show = _set_up(session, store, language)
        playback = show.stage.playback
        session.commit()

        def after() -> None:
            waits = next_delivery_at(session)
            session.commit()
            if waits and waits <= playback.now:
                deliver(sessions, channels, base_url=BASE_URL, now=lambda _: playback.now)

        playback.after = after
        scripts = [story(show, words(story.__name__, language)) for story in STORIES]
        playback.play([*scripts, mornings(show)], until=show.at(5, 29, 18))
        session.commit()
    return show


def outbox(folder: Path) -> Outbox:
    """Mails as files."""
    return Outbox(folder, Sender("duban@duban.example", "duban.example"))


def words(table: str, language: str) -> Mapping[str, str]:
    """The texts of a table of demo/stories.toml in one language."""
    return {name: said[language] for name, said in _texts()[table].items()}


def _set_up(session: Session, store: EvidenceStore, language: str) -> Show:
    calendar = calendar_in_force(session)
    world = World(session, calendar.opening(STARTS_ON))
    policy_version = keep_shipped(session, now=world.now)
    names = words("organization", language)
    world.add_organizations(names["centre"], {names[key]: kind for key, kind in ABOVE.items()})
    for office, universities in DISTRICTS.items():
        world.add_district(names["centre"], names[office], [names[key] for key in universities])
    _add_people(world, names, language)
    said, teams = words("round", language), words("team", language)
    new = NewRound(said["number"], said["title"], STARTS_ON, ENDS_ON, policy_version, EXAM_DAYS)
    plans = [TeamPlan(teams[key], who, [names[office] for office in where]) for key, (who, where) in TEAMS.items()]
    leaders = {key: [names[office] for office in where] for key, where in LEADERS.items()}
    round_ = world.open_round(new, plans, leaders)
    ask_from(round_, calendar.closing(ENDS_ON))  # the stories fill in no sheets: every item would be proposed
    playback = Playback(session, at=world.now)
    return Show(Stage(session, store, playback), world.actors(), calendar)


def _add_people(world: World, names: Mapping[str, str], language: str) -> None:
    for key, name in words("person", language).items():
        kind = key.partition("-")[0]
        role, organization = _OF_THE_CENTRE.get(kind), names["centre"]
        if kind in ABOVE:
            role, organization = Role(kind), names[key]
        elif kind == "office":
            role, organization = Role.DISTRICT, names[key.removeprefix("office-")]
        world.add_person(key, name, role or Role.UNIVERSITY, organization if role else names[key], language=language)


@cache
def _texts() -> Mapping[str, Any]:
    return tomllib.loads((resources.files("demo") / "stories.toml").read_text("utf-8"))
