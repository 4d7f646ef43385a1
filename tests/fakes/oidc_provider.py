"""A small OIDC provider on a socket of its own, which signs in whoever comes, and can be told to answer wrongly."""

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, redirect, request
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from joserfc.jws import JWSRegistry
from werkzeug.serving import make_server

CLIENT_ID, CLIENT_SECRET = "duban", "only-for-tests"


@dataclass
class OidcProvider:
    """Whom it signs in, and what it puts into the ID token beside the truth."""

    issuer: str = ""
    subject: str = "20210035"
    claims: dict[str, Any] = field(default_factory=dict)  # instead of, or beside the usual; None leaves one out
    algorithm: str = "RS256"
    signed_by: RSAKey | None = None  # another key than the published
    denies: bool = False
    asked: list[str] = field(default_factory=list)  # the paths, in order
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": secrets.token_hex(4)}))
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def app(self) -> Flask:
        """Discovery, sign-in, tokens and keys."""
        app = Flask("oidc-provider")
        app.before_request(lambda: self.asked.append(request.path))
        app.add_url_rule("/.well-known/openid-configuration", "metadata", self.metadata)
        app.add_url_rule("/authorize", "authorize", self.authorize)
        app.add_url_rule("/token", "token", self.token, methods=["POST"])
        app.add_url_rule("/keys", "keys", lambda: KeySet([self.key]).as_dict(private=False))
        return app

    def metadata(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "response_types_supported": ["code"],
            "code_challenge_methods_supported": ["S256"],
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
        }

    def authorize(self) -> Any:
        asked = request.args
        assert (asked["client_id"], asked["response_type"]) == (CLIENT_ID, "code")
        assert asked["code_challenge_method"] == "S256"
        back = {"state": asked["state"]}
        if self.denies:
            back["error"] = "access_denied"
        else:
            back["code"] = secrets.token_urlsafe(16)
            self._codes[back["code"]] = asked.to_dict()
        return redirect(f"{asked['redirect_uri']}?{urlencode(back)}")

    def token(self) -> Any:
        begun = self._codes.pop(request.form["code"], None)  # each is good for once
        who = request.authorization
        is_ours = who is not None and (who.username, who.password) == (CLIENT_ID, CLIENT_SECRET)
        if begun is None or not is_ours or not _fits(begun, request.form):
            return Response('{"error": "invalid_grant"}', 400, mimetype="application/json")
        return {"access_token": secrets.token_urlsafe(16), "token_type": "Bearer", "id_token": self._signed(begun)}

    def _signed(self, begun: dict[str, str]) -> str:
        now = int(time.time())
        usual = {
            "iss": self.issuer,
            "sub": self.subject,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 300,
            "nonce": begun["nonce"],
        }
        claims = {name: value for name, value in (usual | self.claims).items() if value is not None}
        if self.algorithm == "none":
            parts = ('{"alg":"none"}', json.dumps(claims))
            return ".".join(_url64(part.encode()) for part in parts) + "."
        key = self.signed_by or self.key
        header = {"alg": self.algorithm, "kid": str(self.key.kid)}
        return jwt.encode(header, claims, key, registry=JWSRegistry(algorithms=[self.algorithm]))


def _fits(begun: dict[str, str], form: Any) -> bool:
    """Whether the one who comes for the token is the one who began, by PKCE."""
    challenge = _url64(hashlib.sha256(form["code_verifier"].encode()).digest())
    return begun["redirect_uri"] == form["redirect_uri"] and begun["code_challenge"] == challenge


def _url64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@contextmanager
def oidc_provider() -> Iterator[OidcProvider]:
    """A provider that answers meanwhile."""
    provider = OidcProvider()
    server = make_server("127.0.0.1", 0, provider.app(), threaded=True)
    provider.issuer = f"http://127.0.0.1:{server.port}"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield provider
    server.shutdown()
    thread.join()
    server.server_close()
