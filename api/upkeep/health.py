"""For load balancers and supervisors: does the process live, can it work, is the installation's work done."""

from typing import Any

from flask import Blueprint

from api.http.access import public
from api.http.context import resources
from service.doctor.ready import reasons_not_ready
from service.errors import Unavailable
from service.store.db import unavailable_when_lost
from service.store.schema import require_current

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@public
def alive() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@blueprint.get("/readyz")
@public
def ready() -> dict[str, Any]:
    """The database answers, has this program's schema and can be written, and what falls due is done; else 503.

    `reasons` says which duty is not done, and nothing that a stranger should not know. Redis is not needed.
    """
    own = resources()
    with unavailable_when_lost():
        require_current(own.engine)
        if own.write_trial.why_not(own.engine, own.settings.data_dir):
            raise Unavailable("not_ready", reasons=["storage"])
        with own.reading() as session:
            reasons = reasons_not_ready(session, now=own.now(session))
    if reasons:
        raise Unavailable("not_ready", reasons=reasons)
    return {"status": "ok"}
