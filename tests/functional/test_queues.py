"""Queues, failed jobs and mails that were not sent, by the door of administrators; each act is on record."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from service.models import Delivery, Message, SecurityEntry, new_id
from tests.worlds.http import World
from workers.queue_list import note_failure
from workers.queues import SWEEP, connect, make_tick, open_queue
from workflows.security import SecurityKind


def acts(world: World) -> list[Any]:
    """What the log says of upkeep, the oldest first."""
    with world.session() as session:
        kept = select(SecurityEntry.data).where(SecurityEntry.kind == SecurityKind.UPKEEP)
        return [data["act"] for data in session.scalars(kept.order_by(SecurityEntry.position))]


def subjects(world: World) -> set[str | None]:
    """Which jobs and mails the log names."""
    with world.session() as session:
        return set(session.scalars(select(SecurityEntry.subject_id).where(SecurityEntry.kind == SecurityKind.UPKEEP)))


def test_a_failed_job_is_seen_run_again_and_dropped_on_record(world: World, redis_url: str) -> None:
    queue = open_queue(SWEEP, connect(redis_url))
    jobs = [make_tick(queue) for _ in range(2)]
    for number, job in enumerate(jobs):
        queue.connection.zadd(queue.failed_job_registry.key, {job.id: 9e9 + number})
        note_failure(queue, job, "builtins.ValueError at workers/jobs.py:7")
    assert world["admin"].get("/queues") == {"redis_answers": None, "queues": [], "workers": []}
    admin = world.another(redis_url=redis_url)["admin"]
    shown = admin.get("/queues")
    assert [(one["name"], one["waiting"], one["failed"]) for one in shown["queues"]] == [
        *(("sweep", 0, 2), ("deliver", 0, 0), ("render", 0, 0))
    ]
    failed = admin.items("/queues/failed-jobs")
    assert [(one["id"], one["reason"]) for one in failed] == [
        (job.id, "builtins.ValueError at workers/jobs.py:7") for job in reversed(jobs)
    ]
    refused = admin.call("POST", f"/queues/failed-jobs/{jobs[0].id}/retry", json={"again": True})
    assert (refused.status_code, len(admin.items("/queues/failed-jobs")), acts(world)) == (422, 2, [])
    assert admin.call("POST", f"/queues/failed-jobs/{jobs[0].id}/retry").status_code == 204
    assert admin.call("DELETE", f"/queues/failed-jobs/{jobs[1].id}").status_code == 204
    assert admin.call("DELETE", f"/queues/failed-jobs/{jobs[1].id}").status_code == 404
    assert (queue.count, admin.items("/queues/failed-jobs")) == (1, [])
    assert acts(world) == ["run_again", "drop_job"]
    away = world.another(redis_url="redis://127.0.0.1:1/0")["admin"]
    assert away.get("/queues")["redis_answers"] is False
    assert away.call("GET", "/queues/failed-jobs").status_code == 503


def test_mails_that_were_not_sent_are_listed_by_state_sent_again_and_dropped_with_a_reason(world: World) -> None:
    now, admin, ids = world.clock.at, world["admin"], []
    states = ({"next_attempt_at": now}, {"given_up_at": now, "next_attempt_at": now}, {"given_up_at": now})
    with world.session() as session:
        for number, columns in enumerate(states):
            at = now + timedelta(seconds=number)
            message = Message(id=new_id(), person_id=world.ids.person_ids["leader"], created_at=at)
            session.add(message)
            session.flush()
            session.add(Delivery(id=new_id(), message_id=message.id, channel="mail", attempts=3, **columns))
            ids.append(session.scalars(select(Delivery.id).where(Delivery.message_id == message.id)).one())
        session.commit()
    first = admin.get("/deliveries", limit=2)
    assert [one["state"] for one in first["items"]] == ["waiting", "retried_hourly"]
    rest = admin.get("/deliveries", cursor=first["next_cursor"])["items"]
    assert [(one["id"], one["state"], one["person"]["id"]) for one in rest] == [
        (ids[2], "given_up", world.ids.person_ids["leader"])
    ]
    assert [one["id"] for one in admin.items("/deliveries", state="given_up")] == [ids[2]]
    assert admin.call("POST", f"/deliveries/{ids[2]}/retry").status_code == 204
    assert admin.items("/deliveries", state="given_up") == []
    assert admin.call("POST", f"/deliveries/{ids[0]}/dropping", json={}).status_code == 422
    assert admin.call("POST", f"/deliveries/{ids[0]}/dropping", json={"reason": "已电话告知"}).status_code == 204
    assert ids[0] not in [one["id"] for one in admin.items("/deliveries")]
    assert acts(world) == ["send_again", "withdraw"]
    assert subjects(world) == {ids[2], ids[0]}
