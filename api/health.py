"""For load balancers and supervisors: does the process live, can it work."""

from flask import Blueprint

from api.http.access import public
from api.http.context import resources
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
def ready() -> dict[str, str]:
    """The database answers, and has the schema that this program was written for; Redis is not needed."""
    with unavailable_when_lost():
        require_current(resources().engine)
    return {"status": "ok"}
