"""`python -m benchmarks.peers.empty FD`: Duban with one route more, which asks for a caller and does nothing."""

import os
import signal
import socket
import sys
from threading import Event
from typing import Any

import flask

from api.app import create_app
from api.http.access import signed_in
from api.http.blueprint import Blueprint
from api.http.context import RequestContext
from api.serving import server_of
from service.settings import load_settings

blueprint = Blueprint("empty", "nothing")


@blueprint.get("/empty")
@signed_in
@blueprint.response(200)
def empty(context: RequestContext) -> Any:  # noqa: ARG001 - every route is given one
    """Nothing."""
    return flask.jsonify({})


def main() -> None:
    """Serve on an open socket until asked to stop."""
    stop = Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    app = create_app(load_settings(os.environ))
    app.register_blueprint(blueprint)
    server_of(app, socket.socket(fileno=int(sys.argv[1]))).run_until(stop.is_set)


if __name__ == "__main__":
    main()
