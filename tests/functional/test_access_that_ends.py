"""Whatever somebody holds from before, it opens only what the post of today does: each thing, each way of losing it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from service.models import Person
from service.people.tokens import issue_token
from tests.fakes.client import Client, Json
from tests.fakes.recording_channel import RecordingChannel, drain
from tests.worlds.http import PASSWORD, World, make_documents
from tests.worlds.people import BUREAU, NEIGHBOUR, OTHER_UNIVERSITY

KEY = {"Idempotency-Key": "before-it-ended"}
NEW_PASSWORD = "换过的密码-足够长-2021"


@dataclass
class Cast:
    """Somebody of the world, what he or she holds, and a second session beside the first."""

    world: World
    who: str
    token: str = ""
    held: dict[str, Any] = field(default_factory=dict)

    @property
    def person_id(self) -> str:
        return self.world.ids.person_ids[self.who]

    @property
    def again(self) -> Client:
        """The person, signed in after all that has happened."""
        return Client(self.world.app, self.token)

    def hold(self) -> None:
        """Let the person make, order, hear and get whatever can be kept."""
        world, me = self.world, self.world[self.who]
        unit = world.ids.university_id
        body = {"organization_id": unit, "summary": "保密室门禁失灵", "severity": "general", "client_id": "of-then"}
        me.post("/findings", body, headers=KEY)
        sheet = {"organization_id": unit, "client_id": "of-then"}
        me.post("/inspections", sheet)
        world.submitted()  # tells the team, and told the unit before
        ledger = me.post("/documents", {"kind": "ledger"})
        assert make_documents(world.app) == 1
        invitation = world["admin"].post("/people/invitations", {"person_ids": [self.person_id]})
        self.held = {
            "finding": body,
            "sheet": sheet,
            "ledger": f"/documents/{ledger['id']}",
            "calendar": me.post("/me/calendar")["url"].partition("8000")[2],
            "alert": me.items("/alerts")[0]["id"],
            "code": invitation["items"][0]["code"],
        }

    def sign_in_anew(self) -> None:
        with self.world.session() as session:
            person = session.get_one(Person, self.person_id)
            self.token = issue_token(session, person=person, now=self.world.clock.at)
            session.commit()


def moved(role: str, organization: str) -> Callable[[Cast], None]:
    def move(cast: Cast) -> None:
        body = {"role": role, "organization_id": cast.world.ids.organization_ids[organization]}
        cast.world["admin"].post(f"/people/{cast.person_id}/move", body, expect=200)

    return move


def other_team(cast: Cast) -> None:
    ids = cast.world.ids.person_ids
    first, other = sorted(cast.world["admin"].items("/teams"), key=lambda team: "二" in team["name"])
    admin = cast.world["admin"]
    admin.put(f"/teams/{first['id']}/members", {"member_ids": [ids["team_head"]]})
    others = [ids[who] for who in (cast.who, "other_inspector", "other_team_head")]
    admin.put(f"/teams/{other['id']}/members", {"member_ids": others})


def closed(cast: Cast) -> None:
    cast.world["admin"].post(f"/people/{cast.person_id}/disabling", expect=200)


def new_password(cast: Cast) -> None:
    """Changed in the second session, which goes on."""
    cast.sign_in_anew()
    body = {"current_password": PASSWORD, "new_password": NEW_PASSWORD}
    assert cast.again.call("PUT", "/me/password", json=body).status_code == 204


def merged(cast: Cast) -> None:
    ids = cast.world.ids.organization_ids
    body = {"into_id": ids[NEIGHBOUR]}
    cast.world["admin"].post(f"/organizations/{cast.world.ids.university_id}/merger", body, expect=200)


def status(call: Any) -> int:
    code: int = call.status_code
    return code


def mails(cast: Cast) -> int:
    """How many mails are sent that tell the person of the unit's findings."""
    channel = RecordingChannel()
    drain(cast.world.engine, channel, at=cast.world.clock.at + timedelta(minutes=3))
    theirs = [mail.body for mail in channel.carried if mail.to == f"{cast.who}@exam.example"]
    numbers = [finding["number"] for finding in cast.world["leadership"].items("/findings")]
    return sum(any(number in body for number in numbers) for body in theirs)


def accepted(cast: Cast) -> Any:
    body: Json = {"token": cast.held["code"], "password": "凭邀请自选的密码-2021"}
    return cast.world.anonymous.call("POST", "/invitations/accept", json=body)


KINDS: Mapping[str, Callable[[Cast], int]] = {
    "token": lambda cast: status(cast.world[cast.who].call("GET", "/me")),
    "calendar": lambda cast: status(cast.world.anonymous.call("GET", cast.held["calendar"])),
    "client_id": lambda cast: status(cast.again.call("POST", "/findings", json=cast.held["finding"])),
    "sheet": lambda cast: status(cast.again.call("POST", "/inspections", json=cast.held["sheet"])),
    "stored answer": lambda cast: status(cast.again.call("POST", "/findings", json=cast.held["finding"], headers=KEY)),
    "ledger": lambda cast: status(cast.again.call("GET", f"{cast.held['ledger']}/file?format=xlsx")),
    "listed": lambda cast: len((cast.again.call("GET", "/documents").get_json() or {}).get("items", ())),
    "alert": lambda cast: status(cast.again.call("POST", f"/alerts/{cast.held['alert']}/acknowledgement", json={})),
    "inbox": lambda cast: cast.held["alert"] in cast.again.call("GET", "/alerts").get_data(as_text=True),
    "mail": mails,
    "invitation": lambda cast: status(accepted(cast)),
}

GONE = {
    "token": 401,
    "calendar": 404,
    **dict.fromkeys(("client_id", "sheet", "stored answer", "ledger", "alert"), 404),
    **dict.fromkeys(("listed", "inbox", "mail"), 0),
    "invitation": 403,
}
KEPT = {
    **dict.fromkeys(("client_id", "sheet", "stored answer"), 201),
    **dict.fromkeys(("ledger", "alert"), 200),
    **dict.fromkeys(("listed", "inbox", "mail"), 1),
}
STRANGER = {kind: 401 for kind, code in GONE.items() if code in (404, 403) and kind not in ("calendar", "invitation")}
GOES_ON = {"token": 200, "calendar": 200, "invitation": 201}  # what stands for the person, who may see less
WAYS: Mapping[str, tuple[str, Callable[[Cast], None], Mapping[str, Any]]] = {
    "a role in which one logs nothing": ("inspector", moved("bureau", BUREAU), {"client_id": 403, "sheet": 403}),
    "a university's role": ("inspector", moved("university", OTHER_UNIVERSITY), {}),
    "another organization": ("university", moved("university", OTHER_UNIVERSITY), {}),
    "another team": ("inspector", other_team, GOES_ON),
    "a closed account": ("inspector", closed, STRANGER),
    "a new password": ("inspector", new_password, KEPT),
    # what the unit has goes on under the other's name, by which a repeat would have to call it
    "a merger": ("university", merged, {**KEPT, **GOES_ON, "client_id": 422, "sheet": 422}),
}


@pytest.mark.parametrize("way", WAYS)
def test_what_is_kept_opens_only_what_the_post_of_today_does(world: World, way: str) -> None:
    who, ends, differing = WAYS[way]
    cast = Cast(world, who)
    cast.hold()
    before = counts(world)
    ends(cast)
    cast.token = cast.token or world.tokens[who]
    if cast.again.call("GET", "/me").status_code == 401 and ends is not closed:
        cast.sign_in_anew()
    found = {kind: look(cast) for kind, look in KINDS.items()}
    assert found == {**GONE, **differing}
    assert counts(world) == before


def counts(world: World) -> tuple[int, int]:
    """How many findings and sheets there are."""
    return len(world["leadership"].items("/findings")), len(world["leadership"].items("/inspections"))
