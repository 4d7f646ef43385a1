"""People who come through the proxy, from an address of their own, by password, code or provider."""

import re
import time
from pathlib import Path
from typing import Any, ClassVar

import pyotp
import requests
from requests.adapters import HTTPAdapter

ELSEWHERE = "127.0.0.2"  # the address that people come from; nginx connects from 127.0.0.1


class _FromElsewhere(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, source_address=(ELSEWHERE, 0), **options)


class Caller:
    """A browser or program of one person, which comes again when it is asked to."""

    asked_again: ClassVar[list[str]] = []  # what a busy office did not take at once

    def __init__(self, url: str, certificate: Path) -> None:
        self.url = url
        self.session = requests.Session()
        self.session.trust_env = False  # the certificate is ours, whatever this machine trusts
        self.session.verify = str(certificate)
        self.session.mount("https://", _FromElsewhere())
        self.session.headers["Accept-Language"] = "zh"

    def call(self, method: str, path: str, *, expect: int, **options: Any) -> Any:
        """The answer's body; RuntimeError for another status."""
        whole = path if path.startswith(("/readyz", "/sign-in", "/metrics")) else f"/api/v1{path}"
        answer = self._asked(method, whole, **options)
        for _ in range(3):
            if answer.status_code != 503 or expect == 503 or "Retry-After" not in answer.headers:
                break
            self.asked_again.append(f"{method} {path}")
            time.sleep(float(answer.headers["Retry-After"]))
            answer = self._asked(method, whole, **options)
        if answer.status_code != expect:
            raise RuntimeError(f"{method} {path}: {answer.status_code}, not {expect}: {answer.text[:600]}")
        is_json = "json" in answer.headers.get("Content-Type", "")
        return answer.json() if is_json and answer.content else answer

    def _asked(self, method: str, path: str, **options: Any) -> requests.Response:
        return self.session.request(method, self.url + path, timeout=30, allow_redirects=False, **options)

    def sign_in(self, username: str, password: str) -> Any:
        """With user name and password."""
        told = self.call("POST", "/tokens", json={"username": username, "password": password}, expect=201)
        return self._bring(told)

    def give_code(self, seed: str) -> Any:
        """With a code by the clock, in the second step."""
        return self._bring(self.call("POST", "/tokens/second-factor", json={"code": code_of(seed)}, expect=201))

    def set_up_codes(self, password: str) -> str:
        """A second factor; its seed."""
        shown = {"current_password": password}
        seed: str = self.call("POST", "/me/second-factor", json=shown, expect=201)["secret"]
        self.call("POST", "/me/second-factor/confirmation", json={"code": code_of(seed)}, expect=201)
        return seed

    def sign_in_at_provider(self) -> Any:
        """Out to the office's provider and back, then for the token; no address may hold one."""
        out = self.call("GET", "/sign-in/oidc", expect=302)
        back = requests.get(out.headers["Location"], timeout=30, allow_redirects=False).headers["Location"]
        page = self.call("GET", back.removeprefix(self.url), expect=200)
        if re.search(r"duban_[\w-]{40}", f"{back}{page.headers}{page.text}"):
            raise RuntimeError("a token stands in an address, header or page")
        return self._bring(self.call("POST", "/tokens/provider", expect=201))

    def _bring(self, told: Any) -> Any:
        self.session.headers["Authorization"] = f"Bearer {told['token']}"
        return told


def code_of(seed: str) -> str:
    """The code that an app shows now."""
    return pyotp.TOTP(seed).now()
