"""统一身份认证: how the office's own OIDC provider is asked who somebody is, by a client that is registered there.

Authlib does it: discovery, authorization code with PKCE, state and nonce, which a signed cookie keeps meanwhile, and
the ID token's signature, issuer, audience and time. Nobody's name or address is asked for.
"""

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import BoundedSemaphore
from typing import Any

import structlog
from flask import Flask, Response, current_app, session

from api.http.proven import Proven
from service.errors import NotAllowed, NotFound, Unavailable
from service.people.access.provider_accounts import LONGEST_SUBJECT, hash_of_subject
from service.settings import OidcRules, Settings

BEGUN_FOR = timedelta(minutes=10)  # from here to the provider and back
TIMEOUT = 5  # seconds that the provider may be silent
AT_ONCE = 3  # of a process's threads that may wait for the provider
WAIT = 2  # seconds for one of these
TRUSTED_FOR = 3600  # seconds; then addresses and keys are asked for again
LEEWAY = 60  # seconds between the provider's clock and ours
USUAL = "RS256"
SIGNATURES = (USUAL, "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")

_log = structlog.get_logger()


class Provider:
    """The office's provider, whose addresses and keys are known for an hour."""

    def __init__(self, app: Flask, rules: OidcRules) -> None:
        from authlib.integrations.flask_client import OAuth  # type: ignore[import-untyped]

        self._rules = rules
        self._room = BoundedSemaphore(AT_ONCE)
        self._asked_at: float | None = None
        self._client: Any = OAuth(app).register(
            "provider",
            client_id=rules.client_id,
            client_secret=rules.client_secret,
            server_metadata_url=f"{rules.issuer.rstrip('/')}/.well-known/openid-configuration",
            client_kwargs={"scope": "openid", "code_challenge_method": "S256", "default_timeout": TIMEOUT},
        )

    def begin(self, callback: str) -> Response:
        """Send a browser there; Unavailable `provider_unavailable` when the provider does not answer."""
        session.clear()
        session.permanent = True
        with self._asking():
            self._load()
            answer: Response = self._client.authorize_redirect(callback)
        return answer

    def finish(self) -> Proven:
        """Whom the present request brings back from there.

        NotAllowed `provider_sign_in_over` for one that was not begun in this browser, took too long or came before,
        `provider_said_no`, or `provider_answer_wrong`; Unavailable as above.
        """
        with self._asking():
            self._load()
            options = {
                "iss": {"essential": True, "value": self._rules.issuer},
                "aud": {"essential": True, "value": self._rules.client_id},
            }
            claims = self._client.authorize_access_token(claims_options=options, leeway=LEEWAY).get("userinfo") or {}
        session.clear()
        subject = claims.get("sub")
        if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT:
            raise NotAllowed("provider_answer_wrong")
        told = {str(word) for word in (claims.get("acr"), *(claims.get("amr") or ())) if word is not None}
        return Proven(
            handle=secrets.token_urlsafe(16),
            subject_hash=hash_of_subject(self._rules.issuer, subject),
            with_factor=not told.isdisjoint(self._rules.second_factor),
        )

    def _load(self) -> None:
        """Know the provider's addresses; RuntimeError when it calls itself by another name than the settings do."""
        known: dict[str, Any] = self._client.server_metadata
        if self._asked_at is None or time.monotonic() > self._asked_at + TRUSTED_FOR:
            known.clear()
            self._asked_at = time.monotonic()
        metadata = self._client.load_server_metadata()
        if metadata.get("issuer") != self._rules.issuer:
            known.clear()
            raise RuntimeError("another issuer")
        signs = metadata.get("id_token_signing_alg_values_supported", [USUAL])
        metadata["id_token_signing_alg_values_supported"] = [name for name in SIGNATURES if name in signs]
        ways = metadata.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        way = next((way for way in ("client_secret_basic", "client_secret_post") if way in ways), None)
        self._client.client_kwargs["token_endpoint_auth_method"] = way

    @contextmanager
    def _asking(self) -> Iterator[None]:
        """A turn at the provider, and what its failures come to here; their texts are not logged: they hold secrets."""
        from authlib.integrations.base_client import OAuthError  # type: ignore[import-untyped]
        from joserfc.errors import JoseError
        from requests import RequestException

        if not self._room.acquire(timeout=WAIT):
            raise Unavailable("provider_unavailable")
        try:
            yield
        except OAuthError as error:
            _log.warning("provider_refused", error=type(error).__name__)
            raise NotAllowed(_REFUSALS.get(error.error, "provider_answer_wrong")) from error
        except JoseError as error:
            _log.warning("provider_answer_wrong", error=type(error).__name__)
            raise NotAllowed("provider_answer_wrong") from error
        except (RequestException, RuntimeError, LookupError, TypeError, ValueError) as error:
            _log.warning("provider_unavailable", error=type(error).__name__)
            raise Unavailable("provider_unavailable") from error
        finally:
            self._room.release()


_REFUSALS = {
    "mismatching_state": "provider_sign_in_over",
    "invalid_grant": "provider_sign_in_over",  # a code that was used, or has grown old
    "access_denied": "provider_said_no",
    "login_required": "provider_said_no",
}


def register_provider(app: Flask, settings: Settings) -> None:
    """Let the application know the office's provider, if it has one; what is under way is in a signed cookie."""
    if settings.oidc is not None:
        app.extensions["duban.provider"] = Provider(app, settings.oidc)
    is_https = settings.base_url.startswith("https:")
    app.config.update(
        PERMANENT_SESSION_LIFETIME=BEGUN_FOR,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_NAME="__Host-duban_sign_in" if is_https else "duban_sign_in",
        SESSION_COOKIE_PATH="/",
        SESSION_COOKIE_SAMESITE="Lax",  # the way back from the provider begins elsewhere
        SESSION_COOKIE_SECURE=is_https,
    )


def provider() -> Provider:
    """The office's provider; raises NotFound `no_provider` when it has none."""
    found: Provider | None = current_app.extensions.get("duban.provider")
    if found is None:
        raise NotFound("no_provider")
    return found
