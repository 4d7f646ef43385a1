"""队列: what waits for workers, who serves them, and which jobs failed; for administrators."""

from typing import Any

from flask import request

from api.http.access import only
from api.http.blueprint import Blueprint
from api.http.context import RequestContext, resources
from api.http.responses import single_page
from api.http.security_notes import note
from api.http.transaction import prepared_by
from api.schemas.request_fields import Nothing
from api.schemas.response_fields import page_of
from api.schemas.upkeep import FailedJobSchema, QueuesSchema
from service.errors import NotFound, Unavailable
from service.store.heartbeats import WORKER, processes
from service.store.paging import Page
from workers.queue_list import end_failed, failed_jobs, queue_states
from workflows.security import SecurityKind
from workflows.vocabulary import Role

blueprint = Blueprint("queues", "队列 · what waits for workers, and what failed")


@blueprint.get("/queues")
@only(Role.ADMIN)
@blueprint.response(200, QueuesSchema)
def show_queues(context: RequestContext) -> Any:
    """The queues with their lengths, and the workers by their heartbeats.

    Without Redis, or while it does not answer, there are no queues: workers look into the database by themselves.
    """
    workers = [process for process in processes(context.session) if process.kind == WORKER]
    url = resources().settings.redis_url
    try:
        queues = queue_states(url) if url else []
    except Unavailable:
        return {"redis_answers": False, "queues": [], "workers": workers}
    return {"redis_answers": True if url else None, "queues": queues, "workers": workers}


@blueprint.get("/queues/failed-jobs")
@only(Role.ADMIN)
@blueprint.response(200, page_of(FailedJobSchema))
def list_failed_jobs(context: RequestContext) -> Page[Any]:  # noqa: ARG001 - as all views
    """The jobs that failed within a week, the newest fifty of each queue; 503 while Redis does not answer."""
    url = resources().settings.redis_url
    return single_page(failed_jobs(url) if url else [])


def _ended(*, again: bool) -> str:
    """The queue of the job that the address names, which is run again or dropped: before any transaction."""
    url, job_id = resources().settings.redis_url, str((request.view_args or {})["job_id"])
    if url is None:
        raise NotFound("not_found")
    return end_failed(url, job_id, again=again)


@blueprint.post("/queues/failed-jobs/<id:job_id>/retry")
@only(Role.ADMIN)
@prepared_by(lambda _context: _ended(again=True))
@blueprint.arguments(Nothing)
@blueprint.response(204, None)
def retry(context: RequestContext, _body: dict[str, Any], job_id: str) -> None:
    """Do the work of a failed job again, on record: its queue looks for whatever is due."""
    _record(context, job_id, "run_again")


@blueprint.delete("/queues/failed-jobs/<id:job_id>")
@only(Role.ADMIN)
@prepared_by(lambda _context: _ended(again=False))
@blueprint.response(204, None)
def drop(context: RequestContext, job_id: str) -> None:
    """Forget a failed job, on record; what it should have done is done when its queue is next served."""
    _record(context, job_id, "drop_job")


def _record(context: RequestContext, job_id: str, act: str) -> None:
    note(context, SecurityKind.UPKEEP, subject_id=job_id, data={"act": act, "queue": context.prepared})
