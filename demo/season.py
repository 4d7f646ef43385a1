"""The season of the demo round: every finding's course, played together up to now."""

import tomllib
from collections.abc import Mapping
from importlib import resources

from demo import notice
from demo.courses import COURSES
from demo.people import INSPECTORS_IN_A_TEAM, LEADERS, LEADERSHIP, SLUGS, UNIVERSITIES
from demo.playback import Playback, Script
from demo.scene import Crew, Days, Scene
from demo.stage import Stage
from demo.world import World
from service.files.store import EvidenceStore
from service.rounds.rulebooks import calendar_in_force
from workflows.findings.facts import Actor

FIRST_MORNING, LAST_MORNING = 23, 0  # working days counted back on which leaders read their alerts
AWAY_FROM = {"leader-3": 6}  # the one who has not read since then


def play(world: World, store: EvidenceStore) -> None:
    """Play every finding of demo/findings.toml from the round's first day to now."""
    calendar = calendar_in_force(world.session)
    days = Days(calendar, world.now)
    actors = world.actors()
    playback = Playback(world.session, at=days.at(FIRST_MORNING, 8))
    stage = Stage(world.session, store, playback)
    scenes = [
        Scene(stage, text, world.organizations[text["unit"]].id, world.items[text["item"]], crew, days, place)
        for place, text in enumerate(_texts())
        for crew in [_crew(actors, text["unit"], place)]
    ]
    scripts = [COURSES[scene.text["course"]](scene) for scene in scenes]
    playback.play([*scripts, _mornings(stage, actors, days)], until=world.now)


def _texts() -> list[Mapping[str, str]]:
    text = (resources.files("demo") / "findings.toml").read_text("utf-8")
    findings: list[Mapping[str, str]] = tomllib.loads(text)["finding"]
    return findings


def _crew(actors: Mapping[str, Actor], unit: str, place: int) -> Crew:
    """Whoever has to do with a unit: found by its district."""
    district = next(name for name in SLUGS if unit in (*UNIVERSITIES[name], notice.office_of(name)))
    team = next(place for place, team in enumerate(notice.TEAMS, 1) if district in team.districts)
    office = f"office-{SLUGS[district]}"
    universities = UNIVERSITIES[district]
    own = f"{SLUGS[district]}-{universities.index(unit) + 1}" if unit in universities else office
    return Crew(
        unit=actors[own],
        office=actors[office],
        inspector=actors[f"inspector-{team}{1 + place % INSPECTORS_IN_A_TEAM}"],
        head=actors[f"head-{team}"],
        leader=actors[next(leader for leader, districts in LEADERS.items() if district in districts)],
        leadership=actors[LEADERSHIP[place % len(LEADERSHIP)]],
        bureau=actors["bureau"],
        committee=actors["committee"],
    )


def _mornings(stage: Stage, actors: Mapping[str, Actor], days: Days) -> Script:
    """Leaders acknowledge what they were told, each working day, save one who is away."""
    for day in range(FIRST_MORNING, LAST_MORNING - 1, -1):
        yield days.at(day, 8, 45)
        for name in (*LEADERS, *LEADERSHIP):
            if day > AWAY_FROM.get(name, -1):
                stage.acknowledge_all(actors[name])
