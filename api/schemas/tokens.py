"""Signing in."""

from api.schemas.fields import Strict, Text
from api.schemas.shown import Shown, at, text


class SignInBody(Strict):
    """Who one is."""

    username = Text(80, required=True)
    password = Text(1000, required=True)


class TokenSchema(Shown):
    """A bearer token, shown once."""

    token = text()
    expires_at = at(maybe=True)
