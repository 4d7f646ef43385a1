"""A request's id reaches the lines of what workers do because of it: mails and documents."""

from typing import Any

import structlog
from structlog.testing import capture_logs

from service.alerts.delivery import deliver
from tests.fakes.recording_channel import RecordingChannel
from tests.worlds.http import World, make_documents


def lines(found: list[Any], event: str) -> list[Any]:
    return [line for line in found if line["event"] == event]


def test_the_line_of_a_mail_names_the_request_that_it_came_of(world_on_each: World) -> None:
    world = world_on_each
    finding = world.logged()
    body = {"requirement": "补装摄像头", "working_days": 5}
    answer = world["inspector"].call("POST", f"/findings/{finding['id']}/notification", json=body)
    assert answer.status_code == 200
    with capture_logs() as found:
        deliver(
            world.resources.writing, [RecordingChannel()], base_url="https://x", now=lambda _session: world.clock.at
        )
    mails = lines(found, "mail")
    assert mails
    assert {one["outcome"] for one in mails} == {"sent"}
    named = {one.get("request_ids") for one in mails}
    assert answer.headers["X-Request-ID"] in ",".join(filter(None, named))
    assert "补装摄像头" not in str(mails)


def test_all_lines_of_a_document_have_the_request_that_asked_for_it(world: World) -> None:
    answer = world["leader"].call("POST", "/documents", json={"kind": "ledger"})
    with capture_logs(processors=[structlog.contextvars.merge_contextvars]) as found:
        assert make_documents(world.app) == 1
    (made,) = lines(found, "document_made")
    assert made["request_id"] == answer.headers["X-Request-ID"]
    assert made["document"] == answer.get_json()["id"]
