"""Signing in."""

from marshmallow import Schema

from api.schemas.fields import Strict, Text
from api.schemas.shown import at, text


class SignInBody(Strict):
    """Who one is."""

    username = Text(80, required=True)
    password = Text(1000, required=True)


class TokenSchema(Schema):
    """A bearer token, shown once."""

    token = text()
    expires_at = at(maybe=True)
