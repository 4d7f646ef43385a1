"""The application behind its server: what the server has to know of it."""

import socket

from flask import Flask

from api.http.access import cookie_name, open_addresses
from api.http.strangers import refusal_of
from api.http.transaction import FORM_LIMIT, UPLOAD_LIMIT
from api.server.server import Server


def server_of(app: Flask, listener: socket.socket) -> Server:
    """A server of the application on a socket that listens; it serves once it is run."""
    with app.app_context():
        cookie = cookie_name()
    return Server(
        app,
        listener,
        largest_body=UPLOAD_LIMIT,
        largest_form=FORM_LIMIT,
        refusal_of=lambda environ: refusal_of(app, environ),
        open_addresses=open_addresses(app),
        cookie=cookie,
    )
