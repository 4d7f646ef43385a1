"""Tokens that were valid when last seen: whoever brings another one is looked up before he or she costs anything."""

import threading
from collections import OrderedDict

from flask import current_app

from service.people.tokens import secret_hash

MOST = 10_000


class KnownTokens:
    """The hashes of tokens that have been valid; being known opens nothing, the transaction asks again."""

    def __init__(self) -> None:
        self._hashes: OrderedDict[str, None] = OrderedDict()
        self._lock = threading.Lock()

    def __contains__(self, token: str) -> bool:
        return secret_hash(token) in self._hashes

    def add(self, token: str) -> bool:
        """Know the token from now on; whether that is news. Beyond `MOST` the one that rested longest is forgotten."""
        hash_ = secret_hash(token)
        with self._lock:
            is_new = hash_ not in self._hashes
            self._hashes[hash_] = None
            self._hashes.move_to_end(hash_)
            if len(self._hashes) > MOST:
                self._hashes.popitem(last=False)
        return is_new

    def discard(self, token: str) -> None:
        """Forget a token that holds no more."""
        with self._lock:
            self._hashes.pop(secret_hash(token), None)


def known_tokens() -> KnownTokens:
    """Those of the present application."""
    known: KnownTokens = current_app.extensions["duban.known_tokens"]
    return known
