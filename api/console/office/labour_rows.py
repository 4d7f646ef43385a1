"""The rows of the page of 包干分工: what each district has, what may be chosen, and what a form that came changes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from api.console.forms import Choices
from api.console.queries import id_in
from api.console.rendering import text
from api.http.identifiers import NOBODY
from service.round_changes.labour import Share

TEAM, LEADER, WAS = "team-", "leader-", "was-"  # fields of a row, before the district's id


@dataclass(frozen=True, slots=True)
class District:
    """A district office as its row stands: what is chosen, and what it has in the round."""

    id: str
    name: str
    team_id: str
    leader_id: str
    was: str  # what is in force as the page is made
    takes_part: bool
    leaders: Choices
    meanwhile: str | None = None  # what somebody else has given it since the form that came was made


def districts_of(
    offices: Sequence[Any], labour: Sequence[Any], leaders: Choices, sent: Mapping[str, str]
) -> list[District]:
    """A row for each office that is open or has a share; of a form that was refused, what it would have changed."""
    shares = {one.district_id: one for one in labour}
    return [
        _district(one, shares.get(one.id), leaders, sent)
        for one in offices
        if one.closed_at is None or one.id in shares
    ]


def shares_in(sent: Mapping[str, str], labour: Sequence[Any]) -> Iterator[Share]:
    """The shares that a form changes, each with what its page showed; what is no id is nobody's."""
    shares = {one.district_id: one for one in labour}
    for name, team_id in sent.items():
        written = name.removeprefix(TEAM)
        district_id = id_in(written) or NOBODY
        now = _in_force(shares.get(district_id))
        was = sent.get(f"{WAS}{written}", now)
        leader_id = sent.get(f"{LEADER}{written}", "")
        if name.startswith(TEAM) and team_id and _row(team_id, leader_id) not in (was, now):
            team_before, _, leader_before = was.partition("|")
            yield Share(
                district_id,
                id_in(team_id) or NOBODY,
                (id_in(leader_id) or NOBODY) if leader_id else None,
                seen=(team_before or None, leader_before or None),
            )


def _district(office: Any, share: Any, leaders: Choices, sent: Mapping[str, str]) -> District:
    now = _in_force(share)
    team_id, _, leader_id = now.partition("|")
    wanted = sent.get(f"{TEAM}{office.id}", ""), sent.get(f"{LEADER}{office.id}", "")
    was = sent.get(f"{WAS}{office.id}", now)
    is_changed = bool(wanted[0]) and _row(*wanted) not in (was, now)
    return District(
        id=office.id,
        name=office.name,
        team_id=wanted[0] if is_changed else team_id,
        leader_id=wanted[1] if is_changed else leader_id,
        was=now,
        takes_part=share is not None,
        leaders=_with_present(leaders, share),
        meanwhile=_now_in_force(share) if is_changed and was != now else None,
    )


def _with_present(leaders: Choices, share: Any) -> Choices:
    """Whoever leads stays among the choices, able to sign in or not."""
    if share is None or share.leader is None or any(id_ == share.leader_id for id_, _ in leaders):
        return leaders
    return [*leaders, (share.leader.id, text("office.leader_gone", name=share.leader.name))]


def _now_in_force(share: Any) -> str:
    if share is None:
        return text("office.meanwhile_none")
    leader = share.leader.name if share.leader else text("office.vacant")
    return text("office.meanwhile", team=share.team.name, leader=leader)


def _in_force(share: Any) -> str:
    return _row(share.team_id, share.leader_id or "") if share else _row("", "")


def _row(team_id: str, leader_id: str) -> str:
    return f"{team_id}|{leader_id}"
