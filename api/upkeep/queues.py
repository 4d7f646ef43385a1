"""队列: what waits for workers, who serves them, and which jobs failed; for administrators."""

from typing import Any

from api.http.access import only
from api.http.blueprint import Blueprint
from api.http.context import RequestContext, resources
from api.http.responses import single_page
from api.http.security_notes import note
from api.schemas.request_fields import Nothing
from api.schemas.response_fields import page_of
from api.schemas.upkeep import FailedJobSchema, QueuesSchema
from service.errors import NotFound, Unavailable
from service.store.heartbeats import WORKER, processes
from service.store.paging import Page
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
    return states(context)


def states(context: RequestContext) -> dict[str, Any]:
    """How it stands with queues and workers."""
    from workers.queue_list import queue_states

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
    return single_page(failed())


def failed() -> list[Any]:
    """The jobs that failed; Unavailable while Redis does not answer."""
    from workers.queue_list import failed_jobs

    url = resources().settings.redis_url
    return list(failed_jobs(url)) if url else []


@blueprint.post("/queues/failed-jobs/<id:job_id>/retry")
@only(Role.ADMIN)
@blueprint.arguments(Nothing)
@blueprint.response(204, None)
def retry(context: RequestContext, _body: dict[str, Any], job_id: str) -> None:
    """Do the work of a failed job again, on record: its queue looks for whatever is due."""
    end_job(context, job_id, again=True)


@blueprint.delete("/queues/failed-jobs/<id:job_id>")
@only(Role.ADMIN)
@blueprint.response(204, None)
def drop(context: RequestContext, job_id: str) -> None:
    """Forget a failed job, on record; what it should have done is done when its queue is next served."""
    end_job(context, job_id, again=False)


def end_job(context: RequestContext, job_id: str, *, again: bool) -> None:
    """Do it once the whole request was checked, and note it at once: Redis takes nothing back."""
    from workers.queue_list import end_failed

    url = resources().settings.redis_url
    if url is None:
        raise NotFound("not_found")
    queue = end_failed(url, job_id, again=again)
    data = {"act": "run_again" if again else "drop_job", "queue": queue}
    note(context, SecurityKind.UPKEEP, subject_id=job_id, data=data)
