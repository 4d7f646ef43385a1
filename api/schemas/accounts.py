"""Sign-ins and access tokens as they are shown and asked for, and what is held about oneself."""

from marshmallow import fields

from api.schemas.request_fields import RequestSchema, Text, WholeNumber, Word
from api.schemas.response_fields import ResponseSchema, at, count, id_, part, several, text, word, yes_no
from service.people.personal_data.held import DataKind
from workflows.credentials import NextStep, TokenKind, TokenScope


class SignInBody(RequestSchema):
    """Who one is."""

    username = Text(80, required=True)
    password = Text(1000, required=True)


class TokenSchema(ResponseSchema):
    """A bearer token, shown once."""

    token = text()
    expires_at = at()
    next_step = word(NextStep, maybe=True)


class HeldTokenSchema(ResponseSchema):
    """A sign-in or an access token that still holds."""

    rest_from = "token"

    id = id_()
    kind = word(TokenKind)
    scope = word(TokenScope)
    name = text(maybe=True)
    device = text(maybe=True)
    address = text(maybe=True)
    created_at = at()
    last_used_at = at()
    expires_at = at()
    idle_at = at(maybe=True)
    current = yes_no()


class AccessTokenBody(RequestSchema):
    """A token for a program."""

    name = Text(80, required=True)
    scope = Word(TokenScope, load_default=TokenScope.READ)
    days = WholeNumber(least=1, most=366, load_default=90)


class AccessTokenSchema(ResponseSchema):
    """An access token, shown once."""

    token = text()


class SubjectBody(RequestSchema):
    """Whom the provider means."""

    subject = Text(255, required=True)


class ProviderAccountSchema(ResponseSchema):
    """How it stands with signing in at the office's provider."""

    linked_at = at(maybe=True)
    available = yes_no()


class CodeBody(RequestSchema):
    """A code of the app, or a recovery code where one is taken."""

    code = Text(40, required=True)


class SecondFactorSchema(ResponseSchema):
    """How it stands with one's second factor."""

    set_up_at = at(maybe=True)
    demanded = yes_no()
    recovery_codes = count()


class SeedBody(RequestSchema):
    """The password of one's account, which whoever sets up a second factor shows; left out where there is none."""

    current_password = Text(1000)


class SeedSchema(ResponseSchema):
    """The seed of one's codes, shown once."""

    secret = text()
    uri = text()


class RecoveryCodesSchema(ResponseSchema):
    """Recovery codes, shown once."""

    recovery_codes = several(text())


class HeldRowsSchema(ResponseSchema):
    """The rows of one table."""

    record = text()
    total = count()
    items = several(fields.Dict(required=True))


class DataKindSchema(ResponseSchema):
    """One kind of personal data."""

    kind = word(DataKind)
    what = text()
    why = text()
    kept = text()
    seen_by = text()
    held = several(part(HeldRowsSchema))


class OwnDataSchema(ResponseSchema):
    """All that is held about the caller."""

    exported_at = at()
    kinds = several(part(DataKindSchema))


class CalendarAddressSchema(ResponseSchema):
    """Where one's calendar can be subscribed to; a secret."""

    url = text(metadata={"format": "uri"})
    expires_at = at()
