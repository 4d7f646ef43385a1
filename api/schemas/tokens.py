"""Signing in."""

from api.schemas.request_fields import RequestSchema, Text
from api.schemas.response_fields import ResponseSchema, at, text


class SignInBody(RequestSchema):
    """Who one is."""

    username = Text(80, required=True)
    password = Text(1000, required=True)


class TokenSchema(ResponseSchema):
    """A bearer token, shown once."""

    token = text()
    expires_at = at(maybe=True)
